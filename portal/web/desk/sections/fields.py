"""Fields that a part of a document is typed into: each knows what it says there as a plain value.

`plain` is that value; None where nothing is said, so that what holds without it holds.
"""

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import g
from wtforms import (
    BooleanField,
    DateField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, ValidationError
from wtforms.widgets import TextArea

from portal.i18n import Message, say
from portal.money import per_cent
from portal.web.forms import typed_number

LONGEST, MOST, WHOLE = 300, 500, 10_000
NEEDED = say("This is needed.")
NOT_THERE = say("Choose from the list.")
APART = re.compile(r"[\s,;]+")
COUNTRY = re.compile(r"[A-Z]{2}", re.ASCII)
NOWHERE = frozenset("EU EZ QO UN XA XB ZZ".split())  # have a name, and no address
YEARS = range(1970, 2200)
Choices = Sequence[tuple[str, Message | str]]


class Words(StringField):  # type: ignore[misc]
    """A text on one line, or on a few."""

    @property
    def plain(self) -> str | None:
        return (self.data or "").replace("\r\n", "\n").strip() or None


class Lines(StringField):  # type: ignore[misc]
    """Names, each on a line of its own."""

    widget = TextArea()

    @property
    def plain(self) -> list[str]:
        return list(dict.fromkeys(line.strip() for line in (self.data or "").splitlines() if line.strip()))

    def process_data(self, value: Any) -> None:
        self.data = "\n".join(value or ())

    def pre_validate(self, form: Any) -> None:
        if len(self.plain) > MOST or any(len(name) > LONGEST for name in self.plain):
            raise ValidationError(
                say("At most {n} characters a line, and {most} lines.", n=LONGEST, most=MOST)
            )


class Countries(StringField):  # type: ignore[misc]
    """Countries by their two letters."""

    @property
    def plain(self) -> list[str]:
        found = APART.split((self.data or "").upper())
        return list(dict.fromkeys(code for code in found if code))

    def process_data(self, value: Any) -> None:
        self.data = ", ".join(value or ())

    def pre_validate(self, form: Any) -> None:
        known = g.voice.locale.territories.keys() - NOWHERE
        if not all(COUNTRY.fullmatch(code) and code in known for code in self.plain):
            raise ValidationError(say("Type countries by their two letters, such as DE, AT."))


class Whole(IntegerField):  # type: ignore[misc]
    """A whole number from `least` to `most`, or nothing unless it is `needed`."""

    def __init__(self, *args: Any, least: int = 0, most: int, needed: bool = True, **kw: Any) -> None:
        kw["render_kw"] = {"inputmode": "numeric", "maxlength": 6, "size": 6}
        super().__init__(*args, **kw)
        self.least, self.most, self.needed = least, most, needed

    @property
    def plain(self) -> int | None:
        found: int | None = self.data
        return found

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        text, self.data = valuelist[0].strip() if valuelist else "", None
        if not text and not self.needed:
            return
        if not (text.isascii() and text.isdigit() and len(text) <= 6):
            raise ValueError(say("Type a whole number."))
        if not self.least <= int(text) <= self.most:
            raise ValueError(say("Choose from {least} to {most}.", least=self.least, most=self.most))
        self.data = int(text)


class Numbers(StringField):  # type: ignore[misc]
    """At most two whole numbers, the greater first however they are typed."""

    @property
    def plain(self) -> list[int]:
        return sorted({int(text) for text in self._typed()}, reverse=True)

    def _typed(self) -> list[str]:
        return [text for text in APART.split(self.data or "") if text]

    def process_data(self, value: Any) -> None:
        self.data = ", ".join(map(str, value or ()))

    def pre_validate(self, form: Any) -> None:
        fit = all(text.isascii() and text.isdigit() and len(text) <= 3 for text in self._typed())
        if not fit or len(self.plain) > 2 or any(not 1 <= n <= 60 for n in self.plain):
            raise ValidationError(say("Type at most two numbers from 1 to 60, such as 5, 1."))


class Percent(StringField):  # type: ignore[misc]
    """A share as people write it, 12.5; basis points in the document. Nothing, unless it is `needed`."""

    def __init__(self, *args: Any, needed: bool = False, **kw: Any) -> None:
        kw["render_kw"] = {"inputmode": "decimal", "maxlength": 7, "size": 7}
        super().__init__(*args, **kw)
        self.needed = needed

    @property
    def plain(self) -> int | None:
        return typed_number(self.data, 2)

    def process_data(self, value: Any) -> None:
        self.data = "" if value is None else per_cent(value)

    def pre_validate(self, form: Any) -> None:
        if not (self.data or "").strip() and not self.needed:
            return
        if self.plain is None or self.plain > WHOLE:
            raise ValidationError(say("Type a per cent from 0 to 100, such as 12.5."))


class Tick(BooleanField):  # type: ignore[misc]
    @property
    def plain(self) -> bool:
        return bool(self.data)


class Day(DateField):  # type: ignore[misc]
    """A day, or nothing."""

    @property
    def plain(self) -> str | None:
        return self.data.isoformat() if self.data else None

    def process_data(self, value: Any) -> None:
        self.data = date.fromisoformat(value) if isinstance(value, str) else value

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        text, self.data = valuelist[0].strip() if valuelist else "", None
        if text:
            try:
                self.data = date.fromisoformat(text)
            except ValueError as error:
                raise ValueError(say("A day is written like 2026-12-31.")) from error
            if self.data.year not in YEARS:
                raise ValueError(say("That is too far away."))


class Pick(SelectField):  # type: ignore[misc]
    """One of many choices, in a list that opens."""

    @property
    def plain(self) -> str | None:
        return self.data or None

    def pre_validate(self, form: Any) -> None:
        if self.data not in {choice.value for choice in self.choices}:
            raise ValidationError(NOT_THERE)


class One(Pick, RadioField):  # type: ignore[misc]
    """One of a few choices, all in sight; the first where nothing is said."""


class Several(SelectMultipleField):  # type: ignore[misc]
    """Any of a few choices; in another order they are the same."""

    @property
    def plain(self) -> list[str]:
        was, now = list(self.object_data or ()), list(self.data or ())
        return was if set(was) == set(now) else now

    def pre_validate(self, form: Any) -> None:
        if set(self.plain) - {choice.value for choice in self.choices}:
            raise ValidationError(NOT_THERE)


def words(label: Message, hint: Message | str = "", *, needed: bool = True, rows: int = 0) -> Words:
    """`rows`: a text of a few lines."""
    rules: list[Any] = [InputRequired(NEEDED)] if needed else []
    rules.append(Length(max=LONGEST, message=say("At most {n} characters.", n=LONGEST)))
    drawn: dict[str, Any] = {"maxlength": LONGEST} | ({"rows": rows} if rows else {})
    more = {"widget": TextArea()} if rows else {}
    return Words(label, rules, description=hint, render_kw=drawn, **more)


def lines(label: Message, hint: Message | str = "") -> Lines:
    return Lines(
        label, description=hint, render_kw={"rows": 3, "autocapitalize": "none", "spellcheck": "false"}
    )


def choices(known: Choices) -> list[SelectChoice]:
    return [SelectChoice(str(value), word) for value, word in known]
