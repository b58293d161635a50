"""Which rows make an order: the first has the order's own columns, those after it only a line each."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from portal.i18n import Message, say
from portal.orders.facts import MOST_LINES
from portal.orders.reading.columns import Columns
from portal.orders.reading.rows import Broken, Row

HEAD = ("created at", "currency", "financial status", "total")
LINE = "lineitem "


@dataclass
class Group:
    """The rows of an order with their line numbers. `broken` says at which line it broke, and why."""

    name: str
    rows: list[tuple[int, list[str]]] = field(default_factory=list)
    broken: tuple[int, Message] | None = None

    def add(self, number: int, row: list[str]) -> None:
        if len(self.rows) < MOST_LINES:
            self.rows.append((number, row))
        else:
            self.spoil(number, say("more than {most} lines in one order", most=MOST_LINES))

    def spoil(self, number: int, reason: Message) -> None:
        self.broken = self.broken or (number, reason)


def groups(columns: Columns, rows: Iterator[Row]) -> Iterator[Group]:
    """Orders in the file's order. A row that cannot be read spoils the whole of its order and no other."""
    group: Group | None = None
    for number, row in rows:
        name = columns.cell(row.cells if isinstance(row, Broken) else row, "name")
        if group is None or not _belongs(columns, name, row, group):
            if group:
                yield group
            group = Group(name)
            if not isinstance(row, Broken) and not _is_head(columns, row):
                group.spoil(number, say("a line that does not stand under its order"))
        _take(group, number, row)
    if group:
        yield group


def _take(group: Group, number: int, row: list[str] | Broken) -> None:
    if isinstance(row, Broken):
        group.spoil(number, row.reason)
    else:
        group.add(number, row)


def _belongs(columns: Columns, name: str, row: list[str] | Broken, group: Group) -> bool:
    """Whether the row goes on with the order. A row without a name does; so does a broken one like it."""
    if isinstance(row, Broken) or not _is_head(columns, row):
        return name in ("", group.name)
    return name == group.name and bool(group.rows) and _is_filled_down(columns, row, group.rows[0][1])


def _is_filled_down(columns: Columns, row: list[str], first: list[str]) -> bool:
    """Some tools fill in the order's columns on every row; such a row repeats them with another line.

    If it repeats the line as well, the order stands in the file twice.
    """
    same_order = _part(columns, row, lines=False) == _part(columns, first, lines=False)
    return same_order and _part(columns, row, lines=True) != _part(columns, first, lines=True)


def _is_head(columns: Columns, row: list[str]) -> bool:
    return any(columns.cell(row, name) for name in HEAD)


def _part(columns: Columns, row: list[str], *, lines: bool) -> list[str]:
    return [row[place] for name, place in columns.places.items() if name.startswith(LINE) == lines]
