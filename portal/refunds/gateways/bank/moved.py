"""The bank's account of a shop: each time that money came by a link, left by a refund, and came back."""

import json
import sqlite3
from typing import Any

from portal.refunds.gateways.bank.file import stamp

# Each movement with what it is about.
MOVED = (
    "SELECT m.no, m.reference, m.way, m.at, coalesce(r.amount, l.amount) AS amount,"
    " coalesce(r.currency, l.currency) AS currency, coalesce(r.metadata, l.metadata) AS metadata FROM moved m"
    " LEFT JOIN refund r ON m.way <> 'in' AND r.reference = m.reference"
    " LEFT JOIN link l ON m.way = 'in' AND l.payment = m.reference"
    " WHERE coalesce(r.no, l.no) IS NOT NULL AND m.shop = ?"
)


class Moved:
    """What the bank noted of a shop's money, within one transaction of the bank's file."""

    def __init__(self, file: sqlite3.Connection, shop: str) -> None:
        self.file, self.shop = file, shop

    def came(self, payment: str, at: str) -> None:
        """A payment came in by a link."""
        self.file.execute("INSERT INTO moved VALUES (NULL, ?, ?, 'in', ?)", (self.shop, payment, at))

    def went(self, refund: str, at: str) -> None:
        """Money left, once."""
        self.file.execute(
            "INSERT OR IGNORE INTO moved VALUES (NULL, ?, ?, 'out', ?)", (self.shop, refund, at)
        )

    def came_back(self, refund: str, at: str) -> None:
        """Money came back, where it had left."""
        self.file.execute(
            "INSERT OR IGNORE INTO moved SELECT NULL, shop, reference, 'back', ? FROM moved"
            " WHERE shop = ? AND reference = ? AND way = 'out'",
            (at, self.shop, refund),
        )

    def between(self, begins: str, ends: str, after: int, limit: int) -> list[dict[str, Any]]:
        """Those of the period until now, in the order in which they were noted; after a number."""
        rows = self.file.execute(
            f"{MOVED} AND m.at >= ? AND m.at < ? AND m.at <= ? AND m.no > ? ORDER BY m.no LIMIT ?",
            (self.shop, begins, ends, stamp(), after, limit),
        )
        return [_shown(row) for row in rows]

    def payment(self, reference: str) -> dict[str, Any] | None:
        """What came in by a link, None if there is none of this reference."""
        query = f"{MOVED} AND m.way = 'in' AND m.reference = ?"
        row = self.file.execute(query, (self.shop, reference)).fetchone()
        return _shown(row) if row else None


def _shown(row: sqlite3.Row) -> dict[str, Any]:
    return {**dict(row), "metadata": json.loads(row["metadata"])}
