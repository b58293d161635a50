"""The header of Shopify's order export, in its several spellings."""

import re
from dataclasses import dataclass

from portal.errors import Refusal
from portal.i18n import say

REQUIRED = (
    "name",
    "created at",
    "currency",
    "total",
    "lineitem quantity",
    "lineitem name",
    "lineitem price",
)
_OTHER_NAMES = {"canceled at": "cancelled at", "payment reference deprecated": "payment reference"}


def _plain(name: str) -> str:
    words = " ".join(re.findall(r"[a-z0-9]+", name.lower()))
    return _OTHER_NAMES.get(words, words)


@dataclass(frozen=True)
class Columns:
    """Where each column stands. Names are lower case, without signs: "lineitem compare at price"."""

    places: dict[str, int]

    @classmethod
    def of(cls, header: list[str]) -> "Columns":
        """Raises Refusal if the header is not that of an order export."""
        places = {_plain(name): place for place, name in reversed(list(enumerate(header)))}
        missing = [name for name in REQUIRED if name not in places]
        if missing:
            raise Refusal(
                say(
                    "This is no order export of Shopify: it has no column {missing}.",
                    missing=", ".join(missing),
                )
            )
        return cls(places)

    def __contains__(self, name: str) -> bool:
        return name in self.places

    def cell(self, row: list[str] | tuple[str, ...], name: str) -> str:
        """The cell without white space around it; empty where column or cell is missing."""
        place = self.places.get(name)
        return row[place].strip(" \t\r\n") if place is not None and place < len(row) else ""

    def first(self, row: list[str], *names: str) -> str:
        """The first of these cells that is not empty."""
        return next((cell for name in names if (cell := self.cell(row, name))), "")
