"""Stripe's journal in the words of the port: its balance transactions of refunds, a page at a time.

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
# What a balance transaction is called by which a refund leaves, and by which one that failed comes back.
WAYS = {"refund": Way.OUT, "payment_refund": Way.OUT, "refund_failure": Way.BACK}


def journal(fetch: Fetch, begins: datetime, ends: datetime, after: str = "") -> JournalPage:
    """A page of what left and came back from `begins` to before `ends`; `after` is Stripe's id of a line."""
    query = {
        "created[gte]": str(_second(begins)),
        "created[lt]": str(_second(ends)),
        "limit": str(AT_ONCE),
        "expand[]": "data.source",
        **({"starting_after": after} if after else {}),
    }
    page = fetch("/v1/balance_transactions", query)
    lines = page["data"]
    moved = [_movement(line) for line in lines if line["type"] in WAYS]
    return JournalPage(moved, lines[-1]["id"] if lines and page["has_more"] else "")


def _second(moment: datetime) -> int:
    """Stripe counts whole seconds; one that has begun before the moment is none of it."""
    return math.ceil(moment.timestamp())


def _movement(line: Mapping[str, Any]) -> Movement:
    """In the refund's own currency: the balance may be kept in another one."""
    refund = line["source"]
    return Movement(
        refund=refund["id"],
        way=WAYS[line["type"]],
        at=datetime.fromtimestamp(line["created"], UTC),
        amount=refund["amount"],
        currency=refund["currency"].upper(),
        metadata=dict(refund["metadata"] or {}),
    )
