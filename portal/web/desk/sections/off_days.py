"""Fields for days on which nothing can be handed in."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from flask import g
from wtforms import StringField
from wtforms.validators import ValidationError
from wtforms.widgets import TextArea

from portal.i18n import Message, say
from portal.policies.calendars import known
from portal.web.desk.sections.fields import COUNTRY, YEARS

MOST_PLACES, MOST_DAYS = 20, 400


class Calendars(StringField):  # type: ignore[misc]
    """Countries, or parts of them, by their codes: DE-BY, AT."""

    @property
    def plain(self) -> list[dict[str, str]]:
        codes = dict.fromkeys(code.strip() for code in (self.data or "").split(",") if code.strip())
        pairs = (code.partition("-") for code in codes)
        return [
            {"country": country.strip().upper(), "subdivision": part.strip()} for country, _, part in pairs
        ]

    def process_data(self, value: Any) -> None:
        both = ((one["country"], one.get("subdivision") or "") for one in value or ())
        self.data = ", ".join("-".join(filter(None, pair)) for pair in both)

    def pre_validate(self, form: Any) -> None:
        if len(self.plain) > MOST_PLACES:
            raise ValidationError(say("At most {n} places.", n=MOST_PLACES))
        for one in self.plain:
            if one["country"] not in known():
                raise ValidationError(
                    say(
                        "No public holidays are known of {place}.", place=one["country"] or one["subdivision"]
                    )
                )
            parts = known()[one["country"]]
            if one["subdivision"] not in ("", *parts):
                raise ValidationError(_no_part(one["country"], one["subdivision"], parts))


def _no_part(country: str, part: str, parts: list[str]) -> Message:
    if not parts:
        return say("No part of {country} has public holidays of its own.", country=country)
    known_parts = ", ".join(parts)
    return say(
        "“{part}” is no part of {country}. There are {parts}.", part=part, country=country, parts=known_parts
    )


class Days(StringField):  # type: ignore[misc]
    """Days, one a line."""

    widget = TextArea()

    @property
    def plain(self) -> Any:
        return sorted({day for _, day in self._typed() if day})

    def process_data(self, value: Any) -> None:
        self.data = "\n".join(value or ())

    def _typed(self) -> Iterator[tuple[str, str]]:
        """(what stands before the day, the day) of each line; empty where it is none."""
        for line in (self.data or "").splitlines():
            if line.strip():
                before, _, last = line.strip().rpartition(" ")
                yield before.strip().rstrip(":").upper(), _day(last)

    def pre_validate(self, form: Any) -> None:
        found = list(self._typed())
        if len(found) > MOST_DAYS or any(before or not day for before, day in found):
            raise ValidationError(say("Type a day on each line, such as 2026-12-24."))


class DaysAbroad(Days):
    """Days with the country that each is for."""

    @property
    def plain(self) -> dict[str, list[str]]:
        found = sorted({pair for pair in self._typed() if all(pair)})
        countries = dict.fromkeys(country for country, _ in found)
        return {country: [day for one, day in found if one == country] for country in countries}

    def process_data(self, value: Any) -> None:
        self.data = "\n".join(f"{country} {day}" for country, days in (value or {}).items() for day in days)

    def pre_validate(self, form: Any) -> None:
        found, names = list(self._typed()), g.voice.locale.territories
        right = all(COUNTRY.fullmatch(country) and country in names and day for country, day in found)
        if len(found) > MOST_DAYS or not right:
            raise ValidationError(say("Type country and day on each line, such as DE 2026-12-24."))


def _day(text: str) -> str:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return ""
    return day.isoformat() if day.year in YEARS else ""
