"""JSON objects of other systems, read field by field: what is absent is empty, what is odd raises Unfit.

Numbers come as the text they were written as, so an amount that is a number is as exact as one that is text.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.i18n import say
from portal.orders.facts import MOST_LINES, Unfit
from portal.orders.reading import fields

_TRUTH = {True: True, False: False, "true": True, "false": False, None: None}


@dataclass(frozen=True, slots=True)
class Part:
    """An object of a file. `at` is the way to it, for messages; amounts are in `currency`."""

    of: dict[str, Any]
    at: str = ""
    currency: str = ""

    def has(self, name: str) -> bool:
        return self.of.get(name) is not None

    def text(self, name: str, longest: int = 200) -> str:
        return fields.text(self.written(name), self.at + name, longest)

    def first(self, *names: str, longest: int = 200) -> str:
        """The first of these that is not empty."""
        return next((text for name in names if (text := self.text(name, longest))), "")

    def written(self, name: str) -> str:
        """A text or number as it is written."""
        value = self.of.get(name)
        if value is None:
            return ""
        if not isinstance(value, str | int) or isinstance(value, bool):
            raise Unfit(say("{field} is neither text nor a number", field=self.at + name))
        return str(value)

    def amount(self, name: str) -> int:
        return fields.amount(self.written(name), self.at + name, self.currency)

    def signed(self, name: str) -> int:
        return fields.signed(self.written(name), self.at + name, self.currency)

    def maybe(self, name: str) -> int | None:
        """None where the file does not say it."""
        return self.amount(name) if self.written(name) else None

    def count(self, name: str) -> int:
        return fields.count(self.written(name), self.at + name)

    def moment(self, name: str) -> datetime | None:
        return fields.moment(self.written(name), self.at + name)

    def flag(self, name: str) -> bool | None:
        """None where the file does not say it."""
        value = self.of.get(name)
        if not isinstance(value, bool | str | None) or value not in _TRUTH:
            raise Unfit(say("{field} is neither true nor false", field=self.at + name))
        return _TRUTH[value]

    def part(self, name: str) -> "Part":
        """The object of this name; an empty one if there is none."""
        value = self.of.get(name) or {}
        if not isinstance(value, dict):
            raise Unfit(say("{field} is no object", field=self.at + name))
        return Part(value, f"{self.at}{name}.", self.currency)

    def parts(self, name: str) -> Iterator["Part"]:
        """The objects of the list of this name; their places in messages are counted from 1."""
        values = self.of.get(name) or []
        if not isinstance(values, list) or not all(isinstance(value, dict) for value in values):
            raise Unfit(say("{field} is no list of objects", field=self.at + name))
        if len(values) > MOST_LINES:
            raise Unfit(say("{field} has more than {most} entries", field=self.at + name, most=MOST_LINES))
        for place, value in enumerate(values, 1):
            yield Part(value, f"{self.at}{name}.{place}.", self.currency)
