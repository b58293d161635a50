"""One INSERT a table for what several verbs of one command add to it."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import chain, islice
from typing import Any

from portal.db import session
from portal.slices import AT_ONCE

Rows = Iterable[Mapping[str, Any]]
HELD = "together"
_tables: list["Table"] = []


class Table:
    """One whose new rows may wait for those of other verbs; `insert` writes them.

    Each module has its own, so tables are known, and written, in the order of the imports: what a row points
    to comes before it.
    """

    def __init__(self, insert: Callable[[Rows], None]) -> None:
        self.insert = insert
        _tables.append(self)

    def add(self, rows: Rows) -> None:
        """Insert these now, or at the end of `together`, unless they are more than a slice."""
        held, coming = session().info.get(HELD), iter(rows)
        some = list(islice(coming, AT_ONCE + 1)) if held is not None else []
        if held is None or len(some) > AT_ONCE:
            self.insert(chain(some, coming))
        else:
            held[self].extend(some)


@contextmanager
def together() -> Iterator[None]:
    """What the verbs inside add to such tables is written at the end, in one INSERT each.

    For a command that reads nothing of it. An exception drops what waits, as it undoes what was written.
    """
    info = session().info
    if HELD in info:  # the outermost writes
        yield
        return
    info[HELD] = held = defaultdict[Table, list[Mapping[str, Any]]](list)
    try:
        yield
    finally:
        info.pop(HELD, None)
    for table in [table for table in _tables if held[table]]:
        table.insert(held[table])
