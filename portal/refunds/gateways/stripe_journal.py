"""Stripe's journal in the words of the port: its balance transactions of refunds and of what was paid by
links, a page at a time.

It only reads. `fetch` asks Stripe for a path with a query and gives the answer as it is; whoever holds the
shop's key brings it, and raises LostAnswer where there is none.
"""

import math
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from portal.refunds.gateways.port import JournalPage, Movement, Way

Fetch = Callable[[str, Mapping[str, str]], Mapping[str, Any]]
AT_ONCE = 100  # the most that Stripe gives
# What a balance transaction is called by which money comes, leaves, and comes back after a refund failed.
WAYS = {
    "charge": Way.IN,
    "payment": Way.IN,
    "refund": Way.OUT,
    "payment_refund": Way.OUT,
    "refund_failure": Way.BACK,
}


def journal(fetch: Fetch, begins: datetime, ends: datetime, after: str = "") -> JournalPage:
    """A page of what moved from `begins` to before `ends`; `after` is Stripe's id of a line."""
    query = {
        "created[gte]": str(_second(begins)),
        "created[lt]": str(_second(ends)),
        "limit": str(AT_ONCE),
        "expand[]": "data.source",
        **({"starting_after": after} if after else {}),
    }
    page = fetch("/v1/balance_transactions", query)
    lines = page["data"]
    moved = [_movement(line) for line in lines if _counts(line)]
    return JournalPage(moved, lines[-1]["id"] if lines and page["has_more"] else "")


def _second(moment: datetime) -> int:
    """Stripe counts whole seconds; one that has begun before the moment is none of it."""
    return math.ceil(moment.timestamp())


def _counts(line: Mapping[str, Any]) -> bool:
    """What orders were paid with comes in as well, and names no demand."""
    way = WAYS.get(line["type"])
    return way is not None and (way is not Way.IN or "demand" in (line["source"]["metadata"] or {}))


def _movement(line: Mapping[str, Any]) -> Movement:
    """In the refund's or the payment's own currency: the balance may be kept in another one. A payment goes
    by its intent, to which a refund can go."""
    moved = line["source"]
    way = WAYS[line["type"]]
    return Movement(
        reference=(way is Way.IN and moved.get("payment_intent")) or moved["id"],
        way=way,
        at=datetime.fromtimestamp(line["created"], UTC),
        amount=moved["amount"],
        currency=moved["currency"].upper(),
        metadata=dict(moved["metadata"] or {}),
    )
