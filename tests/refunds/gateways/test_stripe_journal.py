"""Stripe's balance transactions as the port's journal: its own objects, in pages as it gives them."""

import json
import os
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from portal.refunds.gateways import stripe_journal
from portal.refunds.gateways.port import Movement, Way
from portal.refunds.gateways.stripe_journal import journal
from tests.orders.files import OUTSIDE

BEGINS = datetime(2026, 10, 31, 23, tzinfo=UTC)
ENDS = BEGINS + timedelta(days=30)
OBJECTS = OUTSIDE / "stripe" / "stripe_objects.json"


class Stripe:
    """A list of balance transactions, the newest first, cut into pages as Stripe cuts it."""

    def __init__(self) -> None:
        if not OBJECTS.exists():
            if os.environ.get("CI"):
                raise FileNotFoundError(OBJECTS)
            pytest.skip("shared/data/stripe is not here")
        self.objects = json.loads(OBJECTS.read_text())
        self.lines: list[dict[str, Any]] = []
        self.asked: list[Mapping[str, str]] = []

    def add(self, type: str, at: datetime, id: str, amount: int, currency: str = "eur") -> None:
        metadata = {"leg": id, "shop": "acme"}
        source = self.objects["refund"] | {"id": id, "amount": amount, "currency": currency}
        line = self.objects["balance_transaction"] | {
            "id": f"txn_{len(self.lines)}",
            "type": type,
            "created": int(at.timestamp()),
            "amount": -amount if type != "refund_failure" else amount,
            "source": source | {"metadata": metadata},
        }
        self.lines.insert(0, line)

    def take(self, type: str, at: datetime, source: Mapping[str, Any], metadata: Mapping[str, str]) -> None:
        """A payment that comes in."""
        made = self.objects["charge"] | {"amount": 1_250, "currency": "eur", "metadata": metadata} | source
        line = self.objects["balance_transaction"] | {"type": type, "created": int(at.timestamp())}
        self.lines.insert(0, line | {"id": f"txn_{len(self.lines)}", "amount": 1_250, "source": made})

    def fetch(self, path: str, query: Mapping[str, str]) -> Mapping[str, Any]:
        assert path == "/v1/balance_transactions" and query["expand[]"] == "data.source"
        self.asked.append(query)
        since, until = int(query["created[gte]"]), int(query["created[lt]"])
        found = [line for line in self.lines if since <= line["created"] < until]
        if after := query.get("starting_after"):
            found = found[[line["id"] for line in found].index(after) + 1 :]
        limit = int(query["limit"])
        return {"object": "list", "data": found[:limit], "has_more": len(found) > limit}


def whole(stripe: Stripe) -> list[Movement]:
    found: list[Movement] = []
    after = ""
    while True:
        page = journal(stripe.fetch, BEGINS, ENDS, after)
        found += page.movements
        if not (after := page.after):
            return found


def test_what_left_and_came_back_in_the_period_is_read_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stripe, second = Stripe(), timedelta(seconds=1)
    for type in ("charge", "payment", "payout", "stripe_fee", "adjustment"):
        stripe.add(type, BEGINS, f"x_{type}", 1)
    stripe.add("refund", BEGINS - second, "re_before", 1)
    stripe.add("refund", BEGINS, "re_first", 1_234)
    stripe.add("payment_refund", BEGINS + second, "re_yen", 500, "jpy")
    stripe.add("refund_failure", ENDS - second, "re_first", 1_234)
    stripe.add("refund", ENDS, "re_after", 1)
    wanted = [
        Movement("re_first", Way.BACK, ENDS - second, 1_234, "EUR", {"leg": "re_first", "shop": "acme"}),
        Movement("re_yen", Way.OUT, BEGINS + second, 500, "JPY", {"leg": "re_yen", "shop": "acme"}),
        Movement("re_first", Way.OUT, BEGINS, 1_234, "EUR", {"leg": "re_first", "shop": "acme"}),
    ]
    assert whole(stripe) == wanted and len(stripe.asked) == 1
    for size in (1, 2, 3):
        monkeypatch.setattr(stripe_journal, "AT_ONCE", size)
        assert whole(stripe) == wanted
    assert len(stripe.asked) == 1 + 8 + 4 + 3


def test_what_was_paid_by_a_link_is_read_and_what_orders_were_paid_with_is_not() -> None:
    stripe, about = Stripe(), {"demand": "d1", "shop": "acme"}
    stripe.take("charge", BEGINS, {"id": "ch_1", "payment_intent": "pi_1"}, about)
    stripe.take("payment", BEGINS, {"id": "py_2", "payment_intent": None}, about)
    stripe.take("charge", BEGINS, {"id": "ch_3", "payment_intent": "pi_3"}, {"order": "1001"})
    stripe.take("charge", BEGINS, {"id": "ch_4", "payment_intent": "pi_4"}, {})
    assert whole(stripe) == [
        Movement("py_2", Way.IN, BEGINS, 1_250, "EUR", about),
        Movement("pi_1", Way.IN, BEGINS, 1_250, "EUR", about),
    ]


def test_an_empty_journal_is_one_page() -> None:
    assert whole(Stripe()) == []
