"""Telling the shop's systems, in the transaction of what is told.

Numbers are handed out like those of the journal: the next one is given only when the one before is committed
or free again. Whoever has read up to a number has therefore missed nothing before it.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from portal import clock
from portal.db import here
from portal.feed.models import FeedEntry, Kind
from portal.ids import uuid7
from portal.ledger import draw
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


def publish(facts: Sequence[Fact], first: int | None = None) -> None:
    """Tell facts, in two statements however many. Call it when the command holds all its other locks.

    `first`: the first one's number, where it was drawn together with others. Locks the shop's book until the
    transaction ends.
    """
    if not facts:
        return
    first = _numbers(len(facts)) if first is None else first
    insert_all(FeedEntry, [_row(fact, no) for no, fact in enumerate(facts, first)])


def _numbers(count: int) -> int:
    """The first of so many numbers that nobody has."""
    return draw(changes=count).change


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
