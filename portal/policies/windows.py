"""How long something may go back: the rules, and the day that they come to. Pure.

Days are the shop's: they begin and end at midnight in its time zone.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any, Self
from zoneinfo import ZoneInfo

from pydantic import Field, model_validator

from portal.i18n import say
from portal.policies.calendars import LIBRARY, Calendar
from portal.policies.kinds import Country, Day, Days, Part, Text, Weekday
from portal.policies.matching import Narrowing, Rule

Transit = Annotated[int, Field(ge=0, le=90)]
WEEK = tuple(Weekday)


class Window(Part):
    """`days` from delivery; where that is not known, from shipment and the `transit_days` of a parcel."""

    days: Days
    transit_days: Transit


class Season(Part):
    """Orders placed from the first to the last of these days."""

    first: Day
    last: Day

    @model_validator(mode="after")
    def forward(self) -> Self:
        if self.last < self.first:
            raise ValueError(say("the last day is before the first"))
        return self

    def isdisjoint(self, other: "Season") -> bool:
        return self.last < other.first or other.last < self.first


class WindowRule(Rule):
    """Another window for some articles, countries, seasons or gifts.

    `until`: a day up to which something may go back in any case; with `days` too, the later of the two holds.
    What is not said is as in the policy's `window`.
    """

    label: Text
    countries: tuple[Country, ...] = ()
    placed: Season | None = None
    gift: bool = False
    days: Days | None = None
    transit_days: Transit | None = None
    until: Day | None = None

    @model_validator(mode="after")
    def says_something(self) -> Self:
        if self.days is None and self.until is None:
            raise ValueError(say("a window has days, or a day until which it lasts"))
        return self

    @property
    def narrowings(self) -> tuple[Narrowing | None, ...]:
        return (frozenset(self.countries), self.placed, frozenset({"gift"} if self.gift else ()))

    def about(self, country: str, placed: date, gift: bool) -> bool:
        """Whether it is about an order to that country, placed on that day of the shop."""
        if self.countries and country not in self.countries:
            return False
        in_season = self.placed is None or self.placed.first <= placed <= self.placed.last
        return in_season and (gift or not self.gift)


class Extend(Part):
    """A window that would end on one of these days ends on the next that is none: a day of `weekends`, a day
    of one of the `public_holidays`, a day of `holidays` in the country that the order went to, and with
    `shoppers_holidays` a public holiday there. On `open_days` it may end all the same.
    """

    weekends: Annotated[tuple[Weekday, ...], Field(max_length=6)] = ()
    public_holidays: Annotated[tuple[Calendar, ...], Field(max_length=20)] = ()
    shoppers_holidays: bool = False
    holidays: dict[Country, tuple[Day, ...]] = {}
    open_days: tuple[Day, ...] = ()

    @property
    def by_library(self) -> bool:
        """Whether a day may be off because a library says so."""
        return bool(self.public_holidays or self.shoppers_holidays)

    @property
    def by_country(self) -> bool:
        return bool(self.holidays or self.shoppers_holidays)

    @property
    def said(self) -> bool:
        """Whether there is any such day."""
        return bool(self.weekends or self.holidays or self.by_library)

    def put_off(self, day: date, country: str) -> tuple[date, dict[date, str]]:
        """The day itself, or the next on which something can be handed in; and which of the days that were
        passed over are off by no more than a calendar, with its code."""
        passed: dict[date, str] = {}
        calendars = self._calendars(country)
        while day not in self.open_days:
            if not self._off(day, country):
                code = next((calendar.code for calendar in calendars if day in calendar), "")
                if not code:
                    break
                passed[day] = code
            day += timedelta(days=1)
        return day, passed

    def _off(self, day: date, country: str) -> bool:
        """Whether the document itself says so."""
        return WEEK[day.weekday()] in self.weekends or day in self.holidays.get(country, ())

    def _calendars(self, country: str) -> Sequence[Calendar]:
        if not self.shoppers_holidays or not country:
            return self.public_holidays
        return (*self.public_holidays, Calendar.model_construct(country=country))


@dataclass(frozen=True)
class Term:
    """A window as it holds for an article: `rule` and `label` are empty where it is the policy's own."""

    days: int
    transit_days: int
    until: date | None = None
    rule: str = ""
    label: str = ""

    def start(
        self, delivered: datetime | None, shipped: datetime | None, coming: datetime | None = None
    ) -> datetime | None:
        """When it begins; None while nothing has been sent. `coming`: when what is still on its way was
        sent, where another part was delivered; the later of the two counts."""
        if delivered is None:
            return self._arrived(shipped) if shipped else None
        return max(delivered, self._arrived(coming)) if coming else delivered

    def _arrived(self, shipped: datetime) -> datetime:
        return shipped + timedelta(days=self.transit_days)


def term_of(window: Window, rule: WindowRule | None) -> Term:
    if rule is None:
        return Term(window.days, window.transit_days)
    days = window.days if rule.days is None else rule.days
    transit = window.transit_days if rule.transit_days is None else rule.transit_days
    return Term(days, transit, rule.until, rule.id, rule.label)


@dataclass(frozen=True)
class Span:
    """From the day that counts as delivery's to the last day; `counted` is the last one before it was put off
    to a day on which something can be handed in. `passed`: the public holidays between, each with its
    calendar; `library`: what told them, where anything was asked."""

    start: date
    counted: date
    last: date
    term: Term
    passed: Mapping[date, str] = field(default_factory=dict)
    library: str = ""

    def end(self, zone: str) -> datetime:
        """The first moment that is too late: the midnight after the last day."""
        return datetime.combine(self.last + timedelta(days=1), time(), ZoneInfo(zone))

    def inputs(self) -> Iterator[tuple[str, Any]]:
        """What the last day followed from, to be kept with a verdict."""
        yield from (("until", self.last.isoformat()), ("days", self.term.days))
        yield from (("from", self.start.isoformat()), ("rule", self.term.rule))
        if self.term.until:
            yield "at_least", self.term.until.isoformat()
        if self.counted != self.last:
            yield "counted", self.counted.isoformat()
        if self.library:
            yield "library", self.library
            yield "holidays", {day.isoformat(): code for day, code in self.passed.items()}


def span_of(start: datetime, term: Term, extend: Extend, zone: str, country: str) -> Span:
    first = start.astimezone(ZoneInfo(zone)).date()
    counted = max(first + timedelta(days=term.days), term.until or date.min)
    last, passed = extend.put_off(counted, country)
    return Span(first, counted, last, term, passed, LIBRARY if extend.by_library else "")
