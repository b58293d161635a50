"""The time to return."""

from typing import Any

from flask import g

from portal.i18n import Message, say
from portal.policies import Configuration, Policy
from portal.policies.kinds import Weekday
from portal.policies.promises import narrowed
from portal.policies.windows import WEEK, WindowRule
from portal.web.desk.sections.base import PartForm, Rows, Sayable, Section, Told, days, listed, pair, some
from portal.web.desk.sections.fields import Countries, Day, Several, Tick, Whole, choices, words
from portal.web.desk.sections.matching import ARTICLES, MatchForm, about
from portal.web.desk.sections.off_days import Calendars, Days, DaysAbroad

DAYS, TRANSIT = say("Days to send back"), say("Days that a parcel takes")


def weekdays() -> list[tuple[str, str]]:
    return [(day.value, g.voice.weekday(n)) for n, day in enumerate(WEEK)]


class WindowForm(PartForm):
    window__days = Whole(
        DAYS, most=3650, description=say("From delivery, for everything without a rule below.")
    )
    window__transit_days = Whole(
        TRANSIT, most=90, description=say("Counted on from shipment where nobody knows the delivery.")
    )
    extend__weekends = Several(
        say("Days of the week"), description=say("It ends on the next day that is none of them.")
    )
    extend__public_holidays = Calendars(
        say("Public holidays of"),
        description=say("Countries, or parts of them, such as DE-BY, AT. No time ends on their holidays."),
    )
    extend__shoppers_holidays = Tick(say("And of the country that the order went to"))
    extend__holidays = DaysAbroad(
        say("Days off by country"),
        description=say("Of orders that went there. One a line, such as DE 2026-12-24."),
        render_kw={"rows": 3},
    )
    extend__open_days = Days(
        say("Open all the same"),
        description=say("A time may end on these days, such as 2026-12-24. One a line."),
        render_kw={"rows": 3},
    )
    groups = (
        (say("For everything"), ("window__days", "window__transit_days")),
        (
            say("Days on which no time ends"),
            (
                *("extend__weekends", "extend__public_holidays", "extend__shoppers_holidays"),
                *("extend__holidays", "extend__open_days"),
            ),
        ),
    )

    def prepare(self) -> None:
        self.extend__weekends.choices = choices(weekdays())

    def validate(self, *args: Any, **kw: Any) -> bool:
        right = super().validate(*args, **kw)
        if len(self.extend__weekends.plain) == len(Weekday):
            self.extend__weekends.errors = [say("Leave one day on which something can be handed in.")]
            return False
        return right


class WindowRuleForm(MatchForm):
    label = words(say("Name of the rule"), say("People read it, as in “In time by Christmas”."))
    days = Whole(DAYS, most=3650, needed=False, description=say("From delivery. Nothing: as for everything."))
    until = Day(say("In any case until"), description=say("With days too, the later of both holds."))
    transit_days = Whole(TRANSIT, most=90, needed=False, description=say("Nothing: as for everything."))
    placed__first = Day(say("Ordered from"), description=say("A season: the first day of its orders."))
    placed__last = Day(say("Ordered to"), description=say("The last day of its orders."))
    countries = Countries(
        say("Countries"), description=say("Of the order’s address, such as DE, AT. Nothing: all.")
    )
    gift = Tick(say("Only where whoever got it as a gift sends it back"))
    groups = (
        (say("How long"), ("label", "days", "until", "transit_days")),
        ARTICLES,
        (say("Only then"), ("placed__first", "placed__last", "countries", "gift")),
    )
    missing = (
        ("a window has days", "days", say("Give days, or a last day.")),
        ("the last day is before", "placed__last", say("That is before the first day.")),
    )

    def validate(self, *args: Any, **kw: Any) -> bool:
        right = super().validate(*args, **kw)
        if bool(self.placed__first.data) != bool(self.placed__last.data):
            blank = self.placed__last if self.placed__first.data else self.placed__first
            blank.errors = [say("A season has a first and a last day.")]
            return False
        return right


def told(rule: WindowRule, policy: Policy) -> Told:
    parts: list[Sayable] = []
    if rule.days is not None:
        parts.append(say("{days} from delivery", days=days(rule.days)))
    if rule.until:
        parts.append(say("in any case until {day}", day=rule.until))
    return Told(Message(rule.label), [*parts, about(rule.match), *narrowed(rule)])


def says(config: Configuration) -> list[Sayable]:
    policy = config.policy
    said: list[Sayable] = [pair(say("To send back"), days(policy.window.days))]
    if policy.windows:
        said.append(pair(say("Otherwise"), some([rule.label for rule in policy.windows])))
    if policy.extend.weekends:
        off = [g.voice.weekday(WEEK.index(day)) for day in policy.extend.weekends]
        said.append(pair(say("Days on which no time ends"), ", ".join(off)))
    if policy.extend.public_holidays:
        places = [calendar.place for calendar in policy.extend.public_holidays]
        said.append(pair(say("Public holidays of"), listed(places)))
    return said


WINDOW = Section(
    name="window",
    title=say("Time to return"),
    help=say("How long something may go back, and where it is longer or shorter."),
    parts=(("policy", "window"), ("policy", "windows"), ("policy", "extend")),
    says=says,
    form=WindowForm,
    rows=(
        Rows(
            name="windows",
            way=("windows",),
            form=WindowRuleForm,
            title=say("Another time to send back"),
            add=say("Add another time"),
            none=say("The same time for everything."),
            told=told,
        ),
    ),
)
