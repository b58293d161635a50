"""How the checks see a database: one snapshot, read-only, shop by shop, in rows that stream by."""

import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import sqlalchemy as sa

from portal import db
from portal.db import Tenanted

AT_ONCE = 500
T = TypeVar("T")


@dataclass(frozen=True)
class Look:
    """One shop in the snapshot. Nothing is held but the rows of the moment, however large the shop."""

    connection: sa.Connection
    tenant: uuid.UUID

    def each(self, query: sa.Executable) -> Iterator[Any]:
        """The rows of a query, a few hundred at a time."""
        yield from self.connection.execute(query, execution_options={"yield_per": AT_ONCE})

    def all(self, query: sa.Executable) -> Sequence[Any]:
        """For what is known to be few."""
        return self.connection.execute(query).all()

    def named(self, kind: type[Tenanted], *where: Any) -> Iterator[str]:
        """The keys of the shop's rows for which all of this holds."""
        query = sa.select(kind.id).where(kind.tenant_id == self.tenant, *where)
        yield from (key(kind, row.id) for row in self.each(query))


def key(kind: type[Tenanted], id: object) -> str:
    """How a violation names a row."""
    return f"{kind.__tablename__}/{id}"  # type: ignore[attr-defined]


def batches(rows: Iterable[T], weigh: Callable[[T], int] = lambda _: 1) -> Iterator[list[T]]:
    """The rows by the few hundred; fewer where much hangs on them, as `weigh` says."""
    some: list[T] = []
    held = 0
    for row in rows:
        if some and held + weigh(row) > AT_ONCE:
            yield some
            some, held = [], 0
        some.append(row)
        held += weigh(row)
    if some:
        yield some


@contextmanager
def snapshot(region: str | None) -> Iterator[sa.Connection]:
    """A region's database as it is at one moment; nothing can be written through it."""
    with db.snapshot(region) as session:
        yield session.connection()
