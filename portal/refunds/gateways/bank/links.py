"""The bank's payment links: a page for one amount, which whoever has its address can pay once."""

import json
import secrets
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from portal.refunds.gateways.bank.books import Books, Refused
from portal.refunds.gateways.bank.file import stamp

Shown = dict[str, Any]


@dataclass(frozen=True)
class Wish:
    """A link that is asked for; `amount` in minor units, `until` as the file stamps moments."""

    amount: int
    currency: str
    until: str
    back: str
    metadata: Mapping[str, str]


class Links:
    """The bank's links of a shop, within one transaction of the bank's file."""

    def __init__(self, file: sqlite3.Connection, shop: str) -> None:
        self.file, self.shop, self.books = file, shop, Books(file, shop)

    def open(self, key: str, wish: Wish) -> Shown:
        """The key's link: the one it has, or a new one. Raises Refused."""
        found = self._one("key", key)
        if found is None:
            self._insert(key, wish)
            self.books.note("link made", key)
            found = self._one("key", key)
        assert found
        if (found["amount"], found["currency"]) != (wish.amount, wish.currency):
            raise Refused("key_reused")
        return _shown(found)

    def _insert(self, key: str, wish: Wish) -> None:
        self.file.execute(
            "INSERT INTO link VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, 'open', '')",
            (
                *(self.shop, key, f"pl_test_{secrets.token_hex(16)}", wish.amount, wish.currency),
                *(json.dumps(dict(wish.metadata)), wish.back, wish.until),
            ),
        )

    def find(self, reference: str) -> Shown | None:
        found = self._one("reference", reference)
        return _shown(found) if found else None

    def _one(self, column: str, value: str) -> sqlite3.Row | None:
        query = f"SELECT * FROM link WHERE shop = ? AND {column} = ?"  # noqa: S608 - two names of our own
        found: sqlite3.Row | None = self.file.execute(query, (self.shop, value)).fetchone()
        return found

    def pay(self, reference: str) -> Shown:
        """Take the money, once. Raises Refused when it is paid or closed, or there is none."""
        found = self.find(reference)
        if found is None or found["state"] != "open":
            raise Refused("link_unknown" if found is None else f"link_{found['state']}")
        payment = f"pay_test_{secrets.token_hex(8)}"
        self.books.register(payment, found["amount"], found["currency"])
        self.books.moved.came(payment, stamp())
        self._become(reference, "paid", payment)
        self.books.note("link paid", reference)
        return self._seen(reference)

    def decline(self, reference: str) -> None:
        """Somebody tried, and the card was refused: the link stays open."""
        self.books.note("payment declined", reference)

    def close(self, reference: str) -> Shown | None:
        """Let nobody pay any more. One that is paid stays paid."""
        found = self.find(reference)
        if found is None:
            return None
        if found["state"] == "open":
            self._become(reference, "closed", "")
            self.books.note("link closed", reference)
        return self._seen(reference)

    def _become(self, reference: str, state: str, payment: str) -> None:
        self.file.execute(
            "UPDATE link SET state = ?, payment = ? WHERE shop = ? AND reference = ?",
            (state, payment, self.shop, reference),
        )

    def _seen(self, reference: str) -> Shown:
        found = self.find(reference)
        assert found
        return found


def _shown(row: sqlite3.Row) -> Shown:
    """A link as it now is: one whose time is over is closed."""
    over = row["state"] == "open" and row["until"] <= stamp()
    return {
        "reference": row["reference"],
        "amount": row["amount"],
        "currency": row["currency"],
        "state": "closed" if over else row["state"],
        "payment": row["payment"],
        "back": row["back"],
        "metadata": json.loads(row["metadata"]),
    }
