"""The header of a CSV file: where each column stands."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


def _plain(name: str) -> str:
    return " ".join(re.findall(r"[a-z0-9]+", name.lower()))


@dataclass(frozen=True)
class Columns:
    """Where each column stands. Names are lower case, without signs: "lineitem compare at price"."""

    places: dict[str, int]

    @classmethod
    def of(cls, header: Sequence[str], other_names: Mapping[str, str]) -> "Columns":
        """Of two columns of one name the first counts. `other_names` are further spellings of names."""
        names = [(place, _plain(name)) for place, name in enumerate(header)]
        return cls({other_names.get(name, name): place for place, name in reversed(names)})

    def missing(self, required: Sequence[str]) -> list[str]:
        return [name for name in required if name not in self.places]

    def __contains__(self, name: str) -> bool:
        return name in self.places

    def cell(self, row: Sequence[str], name: str) -> str:
        """The cell without white space around it; empty where column or cell is missing."""
        place = self.places.get(name)
        return row[place].strip(" \t\r\n") if place is not None and place < len(row) else ""

    def first(self, row: Sequence[str], *names: str) -> str:
        """The first of these cells that is not empty."""
        return next((cell for name in names if (cell := self.cell(row, name))), "")
