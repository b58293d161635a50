"""Every vector of refund_amounts.json goes through the verbs, over a real order, on both databases."""

import json
import uuid
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from portal import clock
from portal.db import find
from portal.policies import Policy, Resolution
from portal.refunds.models import CreditEntry, Refund
from portal.refunds.planning import Plan
from portal.refunds.quoting import payable_items, plan_for
from portal.refunds.routing import MANUAL
from portal.returns.lifecycle import ItemState
from portal.returns.models import Return, ReturnItem, ReturnLine
from tests.harness.sales import Sold
from tests.harness.shops import Shop
from tests.harness.swapping import Swap
from tests.harness.trading import policy

Facts = Mapping[str, Any]
VECTORS: list[Facts] = json.loads(Path(__file__).with_name("refund_amounts.json").read_text("utf-8"))[
    "vectors"
]

# Vectors that ask for what is not there yet, by the feature. A test fails as soon as it is there.
WAITING = {
    "free delivery is not refunded": "withdrawal",
    "withdrawal of the whole order returns standard delivery too": "withdrawal",
    "delivery comes with the withdrawal that completes the order": "withdrawal",
    "delivery comes back with its tax": "withdrawal",
}
THERE: dict[str, Callable[[], bool]] = {
    "withdrawal": lambda: _has_field("withdraw") or any(map(_has_track, (Return, ReturnLine, ReturnItem))),
}


def _has_field(word: str) -> bool:
    return any(word in name for name in Policy.model_fields)


def _has_track(kind: Any) -> bool:
    return "track" in kind.__table__.columns


@pytest.mark.parametrize("feature", sorted(THERE))
def test_nothing_waits_for_what_is_there(feature: str) -> None:
    waiting = [name for name, wanted in WAITING.items() if wanted == feature]
    assert waiting and not THERE[feature](), f"run these now: {waiting}"


def test_what_waits_is_a_vector() -> None:
    assert set(WAITING) <= {vector["name"] for vector in VECTORS}
    assert len(VECTORS) == 32


@pytest.mark.parametrize("vector", [v for v in VECTORS if v["name"] not in WAITING], ids=lambda v: v["name"])
def test_a_vector_comes_out_to_the_minor_unit(shop: Shop, at: Callable[..., None], vector: Facts) -> None:
    Run(Swap(shop), at, vector).go()


class Run:
    """One vector: its order in the database, its policy in force, its steps one after another."""

    def __init__(self, trade: Swap, at: Callable[..., None], vector: Facts) -> None:
        self.trade, self.vector = trade, vector
        known(vector, "name", "note", "order", "steps")
        trade.rule(ruled(vector))
        at(clock.now() + timedelta(days=10))
        self.order = ordered(trade, vector["order"])
        self.return_: uuid.UUID | None = None

    def go(self) -> None:
        for step in self.vector["steps"]:
            known(step, "given", "expect")
            self.step(step["given"], step["expect"])

    def step(self, given: Facts, expect: Facts) -> None:
        known(given, *GIVEN)
        if not given.get("same_return"):
            self.return_ = self.ask(given)
        assert self.return_
        received = given.get("received", given.get("returned"))
        self.trade.receive(self.return_, {line + 1: units for line, units in received})
        self.trade.inspect(self.return_)
        found = self.settle(self.return_, expect)
        assert found == dict(expect)

    def ask(self, given: Facts) -> uuid.UUID:
        reasons = given.get("reasons", [given.get("reason", "changed_mind")] * len(given["returned"]))
        said = {line + 1: reason for (line, _), reason in zip(given["returned"], reasons, strict=True)}
        picked = {line + 1: units for line, units in given["returned"]}
        wanted = Resolution(given.get("resolution", "original"))
        if wanted is Resolution.EXCHANGE:
            other = self.trade.stock("OTHER", given["replacement"], currency=self.vector["order"]["currency"])
            return self.trade.swap(self.order, picked, other, said=said)
        return self.trade.ask(self.order, picked, said, wanted)

    def settle(self, return_: uuid.UUID, expect: Facts) -> dict[str, Any]:
        """Plan, approve and send; what came of it, as the vector words it."""
        known(expect, *FOUND)
        with self.trade.shop.transaction(reading=True):
            held = find(Return, return_)
            plan = plan_for(held, payable_items(held))
        id = self.trade.approve(return_)
        self.trade.work()
        self.transfer(id)
        if plan.value is not None:
            if plan.owed:
                self.trade.pay_for(return_)
            self.trade.ship(return_)
        with self.trade.shop.transaction(reading=True):
            refund = find(Refund, id)
            assert (refund.amount, refund.cut > 0) == (plan.amount, plan.needs_review)
            assert refund.amount == sum(leg.amount for leg in refund.legs)
            assert all(leg.state == "succeeded" for leg in refund.legs)
            return {name: FOUND[name](refund, plan) for name in expect}

    def transfer(self, refund: uuid.UUID) -> None:
        """A person sends what no gateway can, as to gift cards that were issued elsewhere."""
        with self.trade.shop.transaction(reading=True):
            waiting = [leg.id for leg in find(Refund, refund).legs if leg.gateway == MANUAL]
        for leg in waiting:
            self.trade.confirm(leg, f"T-{leg}")


GIVEN = (
    *(
        "returned",
        "received",
        "same_return",
        "reason",
        "reasons",
        "resolution",
        "tender_order",
        "replacement",
    ),
    *("restocking_percent", "restocking_fixed", "return_shipping", "credit_bonus_percent"),
)


def _legs(refund: Refund, plan: Plan) -> list[int]:
    """What goes to each payment, in the order they were taken."""
    by_payment = {leg.payment_id: leg.amount for leg in refund.legs}
    return [by_payment.get(payment.id, 0) for payment in refund.return_.order.payments]


def _credit(refund: Refund, plan: Plan) -> int:
    """What the refund put on a store credit."""
    sources = [str(leg.id) for leg in refund.legs]
    session = sa.orm.object_session(refund)
    assert session
    return sum(session.scalars(sa.select(CreditEntry.amount).where(CreditEntry.source.in_(sources))))


def _taxes(refund: Refund, plan: Plan) -> dict[str, int]:
    rates: dict[str, int] = {}
    for taxes in (*(part.taxes for part in refund.parts), refund.delivery_taxes):
        for rate, tax in taxes.items():
            rates[rate] = rates.get(rate, 0) + tax
    return {rate: tax for rate, tax in rates.items() if tax}


FOUND: dict[str, Callable[[Refund, Plan], Any]] = {
    "refund": lambda refund, plan: sum(leg.amount for leg in refund.legs if leg.destination != "exchange"),
    "owed_by_shopper": lambda refund, plan: plan.owed,
    "fee": lambda refund, plan: sum(part.fee for part in refund.parts),
    "delivery": lambda refund, plan: refund.delivery,
    "tax_by_rate": _taxes,
    "legs": _legs,
    "credit": _credit,
    "bonus": lambda refund, plan: sum(leg.bonus for leg in refund.legs),
    "still_expected": lambda refund, plan: sum(
        item.state is ItemState.AUTHORIZED for item in refund.return_.items
    ),
    "needs_review": lambda refund, plan: plan.needs_review,
}


def known(facts: Facts, *names: str) -> None:
    """Raise on a key that nothing here reads."""
    if strange := facts.keys() - set(names):
        raise ValueError(f"the runner does not know {sorted(strange)}")


RULED = "restocking_percent restocking_fixed return_shipping tender_order credit_bonus_percent".split()


def ruled(vector: Facts) -> dict[str, Any]:
    """A policy under which the vector's steps can be asked for."""
    given: dict[str, Any] = {}
    for step in vector["steps"]:
        for name in RULED:
            if name in step["given"]:
                assert given.setdefault(name, step["given"][name]) == step["given"][name]
    currency = vector["order"]["currency"]
    fee: dict[str, Any] = {"id": "restocking", "match": {}, "label": "Restocking"}
    if "restocking_percent" in given:
        fee["points"] = given["restocking_percent"] * 100
    if "restocking_fixed" in given:
        fee["fixed"] = {currency: given["restocking_fixed"]}
    return policy(
        fees=[fee] if len(fee) > 3 else [],
        return_shipping={currency: given.get("return_shipping", 0)},
        credit_bonus=given.get("credit_bonus_percent", 0) * 100,
        tender_order=given.get("tender_order", "stored_value_first"),
        authorization={"automatic_up_to": {currency: 10**9}, "days": 2},
        conditions=[],
    )


def ordered(trade: Swap, order: Facts) -> uuid.UUID:
    """The vector's order as rows."""
    known(order, "currency", "lines", "payments", "delivery", "prices_include_tax", "refunded_outside")
    for line in order["lines"]:
        known(line, "quantity", "subtotal", "discount", "taxes")
    for payment in order["payments"]:
        known(payment, "kind", "captured")
    delivery = order.get("delivery", {})
    known(delivery, "charged", "discount", "standard", "taxes")
    return trade.order(
        *(Sold(sku=f"SKU-{n}", **line) for n, line in enumerate(order["lines"])),
        paid=[(payment["kind"], payment["captured"]) for payment in order["payments"]],
        currency=order["currency"],
        prices_include_tax=order.get("prices_include_tax", False),
        refunded_outside=order.get("refunded_outside", 0),
        **{f"delivery_{name}": value for name, value in delivery.items()},
    )


@pytest.mark.parametrize("place", ["order", "given", "expect"])
def test_a_key_that_nobody_reads_is_an_error(shop: Shop, at: Callable[..., None], place: str) -> None:
    vector = json.loads(json.dumps(VECTORS[0]))
    where = vector["order"] if place == "order" else vector["steps"][0][place]
    where["gift_wrap"] = 1
    with pytest.raises(ValueError, match="gift_wrap"):
        Run(Swap(shop), at, vector).go()


def test_an_amount_that_is_off_by_one_is_found(shop: Shop, at: Callable[..., None]) -> None:
    vector = json.loads(json.dumps(VECTORS[0]))
    vector["steps"][2]["expect"]["refund"] += 1
    with pytest.raises(AssertionError):
        Run(Swap(shop), at, vector).go()
