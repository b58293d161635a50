"""Long lists by key: a page begins after a row that is named, so no page costs more than the first."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import sqlalchemy as sa

from portal.db import Tenanted, here, session

MOST = 50
R = TypeVar("R")
Query = Any  # a Select of whatever columns


@dataclass(frozen=True)
class Spot:
    """Where a page begins: after the row of this id, or just before it; at the start when both are None."""

    after: uuid.UUID | None = None
    before: uuid.UUID | None = None

    @property
    def anchor(self) -> uuid.UUID | None:
        return self.after or self.before


@dataclass(frozen=True)
class Slice(Generic[R]):
    """The rows of a page; `before` and `after` are the ids that the pages beside it begin from, if any."""

    rows: Sequence[R]
    before: uuid.UUID | None = None
    after: uuid.UUID | None = None


@dataclass(frozen=True)
class Order:
    """How a list is sorted: by these columns of `kind`, the last of which is its id.

    `shown` are the same columns as the query has them, where it reads from a subquery; `source` is the join
    that they stand in, where they are of several tables.
    """

    kind: type[Tenanted]
    columns: Sequence[Any]
    descending: bool = True
    shown: Sequence[Any] = ()
    source: Any = None

    def turn(self, query: Query, falling: bool) -> Query:
        """The query, sorted."""
        sorted_by = self.shown or self.columns
        return query.order_by(None).order_by(*(c.desc() if falling else c.asc() for c in sorted_by))

    def opening(self, query: Query, most: int = MOST) -> Query:
        """The query of the first page, for `opened`."""
        return self.turn(query, self.descending).limit(most + 1)

    def key_of(self, id: uuid.UUID) -> sa.Row[Any] | None:
        own = sa.select(*self.columns).where(self.kind.id == id, self.kind.tenant_id == here())
        own = own if self.source is None else own.select_from(self.source)
        return session.execute(own).one_or_none()


def cut(
    query: Query, order: Order, spot: Spot, fetch: Callable[[Query], Sequence[R]], most: int = MOST
) -> Slice[R]:
    """One page of the query. Rows have an `id`. A spot that no longer exists is the start."""
    key = order.key_of(spot.anchor) if spot.anchor else None
    if key is None:
        return opened(order.opening(query, most), fetch, most)
    backwards = spot.after is None
    falling = order.descending is not backwards
    mine, value = sa.tuple_(*(order.shown or order.columns)), sa.tuple_(*map(_bound, order.columns, key))
    query = query.where(mine < value if falling else mine > value)
    rows = list(fetch(order.turn(query, falling).limit(most + 1)))
    more, rows = len(rows) > most, rows[:most]
    if backwards:
        rows.reverse()
        return _slice(rows, earlier=more, later=True)
    return _slice(rows, earlier=True, later=more)


def opened(query: Query, fetch: Callable[[Query], Sequence[R]], most: int = MOST) -> Slice[R]:
    """The first page; its query is asked as it is, so that one that is often asked need not be built anew."""
    rows = list(fetch(query))
    return _slice(rows[:most], earlier=False, later=len(rows) > most)


def _bound(column: Any, value: Any) -> sa.BindParameter[Any]:
    return sa.bindparam(None, value, type_=column.type, unique=True)


def _slice(rows: list[R], *, earlier: bool, later: bool) -> Slice[R]:
    if not rows:
        return Slice(rows)
    first, last = rows[0].id, rows[-1].id  # type: ignore[attr-defined]
    return Slice(rows, first if earlier else None, last if later else None)


def rows(query: Query) -> Sequence[Any]:
    """For a query of columns: they need nothing of what a session does for objects."""
    return session.connection().execute(query).all()


def things(query: Query) -> Sequence[Any]:
    """For a query of one mapped class."""
    return session.scalars(query).all()
