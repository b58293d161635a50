"""Which rows make an order: those that stand together and have the same order id."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from portal.i18n import Message, say
from portal.orders.facts import MOST_LINES
from portal.orders.reading import fields
from portal.orders.reading.columns import Columns
from portal.orders.reading.rows import Broken, Row


@dataclass
class Group:
    """The rows of an order with their line numbers. `broken` says at which line it broke, and why."""

    id: str
    rows: list[tuple[int, list[str]]] = field(default_factory=list)
    broken: tuple[int, Message] | None = None

    def add(self, number: int, row: list[str] | Broken) -> None:
        """A row that cannot be read spoils the whole of its order."""
        if isinstance(row, Broken):
            self.broken = self.broken or (number, row.reason)
        elif len(self.rows) < MOST_LINES:
            self.rows.append((number, row))
        else:
            self.broken = self.broken or (number, say("more than {most} lines in one order", most=MOST_LINES))


def groups(columns: Columns, rows: Iterator[Row]) -> Iterator[Group]:
    """Orders in the file's order. A broken row without an id goes with the order above it."""
    group: Group | None = None
    for number, row in rows:
        broken = isinstance(row, Broken)
        id = fields.shown(columns.cell(row.cells if isinstance(row, Broken) else row, "order id"))
        if group is None or (id != group.id and (id or not broken)):
            if group:
                yield group
            group = Group(id)
        group.add(number, row)
    if group:
        yield group
