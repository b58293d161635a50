"""What each kind of export holds: its columns, its rows in the order of a key, how many there are.

Nothing is gathered: rows stream by, a few hundred at a time, inside the caller's snapshot.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from portal.db import session
from portal.ledger.reading import Period
from portal.money import plain

AT_ONCE = 500
Value = str | int | bool | None | Mapping[str, Any]
Values = Sequence[Value]
Query = Any  # a Select of whatever columns


@dataclass(frozen=True)
class Stream:
    """`count` may be off by what is no row of its own; it is there for the progress alone.

    `facts`: what the manifest says of the period besides. `beancount`: the rows for an accounting tool.
    """

    columns: Sequence[str]
    rows: Callable[[Period], Iterable[Values]]
    count: Callable[[Period], int]
    facts: Callable[[Period], Mapping[str, Any]] = lambda _: {}
    beancount: Callable[[Period], Iterable[tuple[str, int]]] | None = None


def each(query: Query) -> Iterator[Any]:
    """The rows of a query as they come from the server."""
    yield from session.connection().execute(query, execution_options={"yield_per": AT_ONCE})


def number(query: Query) -> int:
    """How many rows a query has."""
    counting = sa.select(sa.func.count()).select_from(query.order_by(None).subquery())
    return session.connection().scalar(counting) or 0


def moment(at: datetime | None, period: Period) -> str | None:
    """In the period's zone, with its offset."""
    return at.astimezone(period.place).isoformat(timespec="seconds") if at else None


class Figure(str):
    """A number with its point, which no spreadsheet takes for a formula, even below zero."""


def amount(minor: int | None, currency: str) -> str | None:
    """To its last minor unit, with a point: 12.50."""
    return None if minor is None else Figure(plain(minor, currency))
