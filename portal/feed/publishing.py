"""Telling the shop's systems, in the transaction of what is told.

Numbers are handed out like those of the journal: the book's row is locked until the transaction ends, so
the next number is given only when the one before is committed or free again. Whoever has read up to a number
has therefore missed nothing before it. It is the journal's own row, because two rows would be locked by some
verbs in one turn and by others in the other.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from portal import clock
from portal.db import here, session
from portal.feed.models import FeedEntry, Kind
from portal.ids import uuid7
from portal.ledger import Book
from portal.slices import insert_all


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing to tell; see FeedEntry. Without an amount, the currency says nothing."""

    kind: Kind
    subject: uuid.UUID
    about: uuid.UUID | None = None
    amount: int | None = None
    currency: str | None = None
    data: dict[str, Any] = field(default_factory=dict)


def publish(facts: Sequence[Fact]) -> None:
    """Tell facts, in two statements however many. Call it when the command holds all its other locks.

    Locks the shop's book until the transaction ends.
    """
    if not facts:
        return
    rows = [_row(fact, no) for no, fact in enumerate(facts, _numbers(len(facts)))]
    insert_all(FeedEntry, rows)


def _numbers(count: int) -> int:
    """The first of so many numbers that nobody has."""
    mine = sa.update(Book).where(Book.tenant_id == here()).values(next_change=Book.next_change + count)
    taking = mine.returning(Book.next_change - count).execution_options(synchronize_session=False)
    return session.scalars(taking).one()


def _row(fact: Fact, no: int) -> dict[str, Any]:
    return {
        "id": uuid7(),
        "tenant_id": here(),
        "no": no,
        "at": clock.now(),
        "kind": fact.kind.value,
        "subject_id": fact.subject,
        "about": fact.about,
        "amount": fact.amount,
        "currency": None if fact.amount is None else fact.currency,
        "data": fact.data,
    }
