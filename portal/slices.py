"""Many rows at once, a slice of them in memory at a time.

Nearly every command fits into one slice, and so takes one statement for each table. Only what is about tens
of thousands of units takes more.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, TypeVar

import sqlalchemy as sa

from portal.db import Base, session
from portal.inserting import FEW, insert

AT_ONCE = 10_000  # also fewer parameters than a statement may have on either database
T = TypeVar("T")


def slices(rows: Iterable[T], size: int = AT_ONCE) -> Iterator[list[T]]:
    running = iter(rows)
    while some := list(islice(running, size)):
        yield some


def insert_all(kind: type[Base], rows: Iterable[Mapping[str, Any]]) -> None:
    """Insert rows as they are made; each has the same columns, and None where it has nothing.

    Into the table itself, which takes half the time.
    """
    for some in slices(rows):
        new = insert(kind).returning(sa.literal(1)) if 1 < len(some) <= FEW else insert(kind)
        session.connection().execute(new, some)
