"""What the bank knows of one shop: payments, refunds, and the answers it gave. All of it is reliable."""

import json
import secrets
import sqlite3
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from portal.refunds.gateways.bank.file import moment, stamp
from portal.refunds.gateways.bank.moved import Moved
from portal.refunds.gateways.bank.switch import Mode, Switch

KEY_LIVES = timedelta(hours=24)
LAST = 2**62  # above every number
TURNS = {Mode.PENDING: ("pending", "succeeded"), Mode.FAIL_LATER: ("succeeded", "failed")}
Answer = dict[str, Any]


class Refused(Exception):
    """The bank's no. `code`: key_reused, over_captured, currency_mismatch, unknown_payment, declined,
    payment_closed."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Line:
    """What the bank noted: when, what, and about which key, payment or refund. `no` orders the lines."""

    at: datetime
    what: str
    about: str
    no: int = 0


@dataclass(frozen=True)
class Paid:
    """A payment, and what of it went back, in minor units of the currency. `no` orders the payments."""

    reference: str
    currency: str
    captured: int
    refunded: int
    no: int
    closed: bool = False


@dataclass(frozen=True)
class Ask:
    """A refund that is asked for; `amount` in minor units of the currency."""

    payment: str
    amount: int
    currency: str
    metadata: Mapping[str, str] = field(default_factory=dict)

    def digest(self) -> str:
        return sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()


class Books:
    """The bank's books for a shop, within one transaction of the bank's file."""

    def __init__(self, file: sqlite3.Connection, shop: str) -> None:
        self.file, self.shop, self.moved = file, shop, Moved(file, shop)

    def note(self, what: str, about: str) -> None:
        self.file.execute("INSERT INTO journal VALUES (NULL, ?, ?, ?, ?)", (stamp(), self.shop, what, about))

    def lines(self, limit: int, before: int = LAST) -> list[Line]:
        """The newest first, of those older than a number."""
        rows = self.file.execute(
            "SELECT at, what, about, no FROM journal WHERE shop = ? AND no < ? ORDER BY no DESC LIMIT ?",
            (self.shop, before, limit),
        )
        return [Line(moment(row["at"]), row["what"], row["about"], row["no"]) for row in rows]

    def payments(self, limit: int, before: int = LAST) -> list[Paid]:
        """The newest first, of those older than a number."""
        rows = self.file.execute(
            "SELECT rowid AS no, reference, currency, captured FROM payment"
            " WHERE shop = ? AND rowid < ? ORDER BY rowid DESC LIMIT ?",
            (self.shop, before, limit),
        ).fetchall()
        return [
            Paid(
                *(row["reference"], row["currency"], row["captured"], self._gone(row["reference"])),
                *(row["no"], self.is_closed(row["reference"])),
            )
            for row in rows
        ]

    def is_closed(self, payment: str) -> bool:
        query = "SELECT 1 FROM closed WHERE shop = ? AND payment = ?"
        return self.file.execute(query, (self.shop, payment)).fetchone() is not None

    def close(self, payment: str, *, closed: bool) -> None:
        """Let no more refunds go to a payment, as when a card or an account is gone; or let them again."""
        change = (
            "INSERT OR IGNORE INTO closed VALUES (?, ?)"
            if closed
            else "DELETE FROM closed WHERE shop = ? AND payment = ?"
        )
        self.file.execute(change, (self.shop, payment))
        self.note("payment closed" if closed else "payment opened again", payment)

    def _gone(self, payment: str) -> int:
        return sum(r["amount"] for r in self.refunds(payment) if r["state"] != "failed")

    def register(self, payment: str, captured: int, currency: str) -> None:
        self.file.execute(
            "INSERT INTO payment VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE"
            " SET captured = max(captured, excluded.captured) WHERE currency = excluded.currency",
            (self.shop, payment, currency, captured),
        )

    def answer(self, key: str, ask: Ask, switch: Switch) -> Answer:
        """The answer to a request under a key: the one it got before, or what is now decided and done."""
        prior = self._prior(key)
        if prior is None:
            body = self.decide(ask, switch)
            self._keep(key, ask.digest(), body, switch.slow)
            return body
        if prior["digest"] != ask.digest():
            return {"error": "key_reused"}
        if prior["landed_at"] > stamp():
            return {"error": "in_progress"}
        body = json.loads(prior["body"])
        return dict(body)

    def _prior(self, key: str) -> sqlite3.Row | None:
        born = stamp(-int(KEY_LIVES.total_seconds()))
        self.file.execute("DELETE FROM answer WHERE at <= ?", (born,))
        row: sqlite3.Row | None = self.file.execute(
            "SELECT * FROM answer WHERE shop = ? AND key = ?", (self.shop, key)
        ).fetchone()
        return row

    def _keep(self, key: str, digest: str, body: Answer, slow: int) -> None:
        self.file.execute(
            "INSERT INTO answer VALUES (?, ?, ?, ?, ?, ?)",
            (self.shop, key, digest, json.dumps(body), stamp(), stamp(slow)),
        )

    def decide(self, ask: Ask, switch: Switch) -> Answer:
        """Make the refund, or say why not."""
        wrong = self._wrong(ask, switch)
        return {"error": wrong} if wrong else self._make(ask, switch)

    def _wrong(self, ask: Ask, switch: Switch) -> str:
        payment = self.file.execute(
            "SELECT * FROM payment WHERE shop = ? AND reference = ?", (self.shop, ask.payment)
        ).fetchone()
        if payment is None:
            return "unknown_payment"
        if payment["currency"] != ask.currency:
            return "currency_mismatch"
        if self.is_closed(ask.payment):
            return "payment_closed"
        if switch.mode is Mode.DECLINE:
            return "declined"
        return "over_captured" if self._gone(ask.payment) + ask.amount > payment["captured"] else ""

    def _make(self, ask: Ask, switch: Switch) -> Answer:
        state, turns_to = TURNS.get(switch.mode, ("succeeded", None))
        waits = turns_to is None or switch.later is None
        row = self.file.execute(
            "INSERT INTO refund VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, '', ?, ?, ?, ?) RETURNING *",
            (
                *(self.shop, f"re_test_{secrets.token_hex(8)}", ask.payment, ask.amount),
                *(ask.currency, json.dumps(dict(ask.metadata)), state, stamp(), stamp(switch.slow)),
                *(None if waits else stamp(switch.slow + (switch.later or 0)), None if waits else turns_to),
            ),
        ).fetchone()
        self._move(row["reference"], state, row["landed_at"])
        return _shown(row)

    def refunds(self, payment: str) -> list[Answer]:
        """Every refund of the payment, oldest first, also those still on their way in."""
        rows = self.file.execute(
            "SELECT * FROM refund WHERE shop = ? AND payment = ? ORDER BY no", (self.shop, payment)
        )
        return [_shown(row) for row in rows]

    def latest(self, limit: int, before: str = "") -> list[Answer]:
        """The shop's refunds, newest first; those older than one, if it is named."""
        older = (
            " AND no < (SELECT no FROM refund WHERE shop = :shop AND reference = :before)" if before else ""
        )
        rows = self.file.execute(
            f"SELECT * FROM refund WHERE shop = :shop{older} ORDER BY no DESC LIMIT :limit",  # noqa: S608
            {"shop": self.shop, "before": before, "limit": limit},
        )
        return [_shown(row) for row in rows]

    def find(self, reference: str) -> Answer | None:
        row = self.file.execute(
            "SELECT * FROM refund WHERE shop = ? AND reference = ?", (self.shop, reference)
        ).fetchone()
        return _shown(row) if row else None

    def turn(self, reference: str, state: str, reason: str) -> None:
        """Settle a refund, or take it back: what a card's bank does days later."""
        self._let_turn()
        self._move(reference, state, stamp())
        self.file.execute(
            "UPDATE refund SET state = ?, reason = ?, turns_at = NULL, turns_to = NULL"
            " WHERE shop = ? AND reference = ?",
            (state, reason, self.shop, reference),
        )

    def _move(self, reference: str, state: str, at: str) -> None:
        """Note that money left, or came back after it had left."""
        if state == "succeeded":
            self.moved.went(reference, at)
        elif state == "failed":
            self.moved.came_back(reference, at)

    def _let_turn(self) -> None:
        """What has turned by itself did so at its own moment."""
        query = "SELECT * FROM refund WHERE shop = ? AND turns_at <= ?"
        for row in self.file.execute(query, (self.shop, stamp())).fetchall():
            self._move(row["reference"], row["turns_to"], row["turns_at"])
            self.file.execute(
                "UPDATE refund SET state = turns_to, turns_at = NULL, turns_to = NULL WHERE no = ?",
                (row["no"],),
            )

    def movements(self, begins: str, ends: str, after: int, limit: int) -> list[Answer]:
        """What came, left and came back in the period, in the order in which it was noted; after a number."""
        self._let_turn()
        return self.moved.between(begins, ends, after, limit)


def _shown(row: sqlite3.Row) -> Answer:
    """A refund as it now is: one whose time has come has turned."""
    turned = row["turns_at"] is not None and row["turns_at"] <= stamp()
    state = row["turns_to"] if turned else row["state"]
    return {
        "reference": row["reference"],
        "payment": row["payment"],
        "amount": row["amount"],
        "currency": row["currency"],
        "state": state,
        "reason": row["reason"] or ("expired_or_canceled_card" if state == "failed" else ""),
        "created_at": row["created_at"],
        "landed_at": row["landed_at"],
        "metadata": json.loads(row["metadata"]),
    }
