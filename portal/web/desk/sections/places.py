"""What something costs from some countries: rows of a field, each with its countries and its amounts.

A row is named by its id in the document, one that is new by a number, so that what is typed stays at its row
whatever else comes or goes.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import Form

from portal.i18n import Message, say
from portal.web.desk.sections.fields import Countries
from portal.web.desk.sections.many import Amounts, Sheet
from portal.web.desk.sections.shaping import id_of

MOST = 250  # no more countries than that are known
KEY = re.compile(r"[a-z][a-z0-9_]{0,39}|[0-9]{1,3}", re.ASCII)
NAME_ONE = say("Name a country.")
ELSEWHERE = say("One of these countries stands in another row.")
SOME = say("Of the order’s address, such as DE, AT.")
ELSE_FREE = say("In a currency without an amount it costs nothing from there.")


class Place(Form):  # type: ignore[misc]
    """One row."""

    countries = Countries(say("Countries"), description=SOME)
    amounts = Amounts(say("What it costs"), description=ELSE_FREE)

    def __init__(self, key: str, *args: Any, **kw: Any) -> None:
        self.key = key
        super().__init__(*args, **kw)

    @property
    def blank(self) -> bool:
        return not (self.countries.data or "").strip() and not self.amounts.touched

    def fits(self, taken: set[str]) -> bool:
        """Whether it is right; `taken` are the countries of the rows before it."""
        if not self.validate():
            return False
        named = set(self.countries.plain)
        if not named or named & taken:
            self.countries.errors = [ELSEWHERE if named else NAME_ONE]
        return bool(named) and not named & taken


class Places(Sheet):
    """Amounts by country; a row without anything in it is none."""

    currencies: Sequence[str] = ()
    anew, changed = "", False
    """The row that has just been added; whether one came or went."""
    crowded = False

    def process_data(self, value: Any) -> None:
        self.places = [self._place(row["id"], data=row) for row in value or ()]

    def take(self, found: dict[str, str]) -> None:
        rows: dict[str, MultiDict[str, str]] = {}
        for name, text in found.items():
            key = name.partition("-")[0]
            if KEY.fullmatch(key):
                rows.setdefault(key, MultiDict())[f"{self.name}-{name}"] = text
        self.crowded = len(rows) > MOST
        self.places = [self._place(key, typed) for key, typed in list(rows.items())[:MOST]]

    def _place(self, key: str, typed: Any = None, data: Any = None) -> Place:
        place = Place(key, prefix=f"{self.name}-{key}-")
        place.amounts.currencies = self.currencies
        place.process(typed, data=data)
        return place

    def with_one_more(self) -> None:
        self.changed = True
        numbers = [int(place.key) for place in self.places if place.key.isdigit()]
        self.anew = str(max(numbers, default=0) + 1)
        if KEY.fullmatch(self.anew) and len(self.places) < MOST:
            self.places.append(self._place(self.anew))

    def without(self, key: str) -> None:
        self.changed = True
        self.places = [place for place in self.places if place.key != key]

    @property
    def plain(self) -> list[dict[str, Any]]:
        said = [place for place in self.places if not place.blank]
        ids = [place.key for place in said if not place.key.isdigit()]
        found = []
        for place in said:
            named = place.countries.plain
            id = id_of("_".join(named), ids) if place.key.isdigit() else place.key
            ids.append(id)
            found.append({"id": id, "countries": named, "amounts": place.amounts.plain})
        return found

    def validate(self, form: Any, extra_validators: Any = ()) -> bool:
        """What is wrong is told at its row."""
        taken: set[str] = set()
        self.errors = [say("At most {n} rows.", n=MOST)] if self.crowded else []
        right = not self.crowded
        for place in self.places:
            if not place.blank:
                right = place.fits(taken) and right
                taken |= set(place.countries.plain)
        return right

    def faults(self) -> Iterator[tuple[str, Message | str]]:
        """(id, what is wrong), row by row."""
        for place in self.places:
            yield from ((field.id, error) for field in place for error in field.errors)
