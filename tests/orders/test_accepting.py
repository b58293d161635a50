"""Figures that do not add up: a person takes them as they are, until one changes."""

from typing import Any

import pytest
import sqlalchemy as sa

from portal.audit import Actor, Event, Trail
from portal.db import find, locked
from portal.errors import Refusal
from portal.orders.accepting import accept
from portal.orders.models import Order, OrderAcceptance
from portal.policies.judging import judge_order
from portal.policies.verdicts import Answer
from portal.policies.versions import active_or_none
from tests.harness.shops import Shop
from tests.harness.soundness import ends_well
from tests.orders.files import order
from tests.orders.given import outcomes, run, stored

WRONG: dict[str, Any] = {
    "totals": {"goods": "19.00"},
    "shipments": [{"shipped_at": "2026-05-02T09:00:00+02:00", "delivered_at": "2026-05-04T09:00:00+02:00"}],
}


def taken(shop: Shop, reason: str = "A rounding of the till.") -> Actor:
    by = shop.actor()
    with shop.transaction():
        accept(locked(Order, stored(shop).id), reason, by)
    return by


def asks(shop: Shop) -> bool:
    """Whether the rule about figures asks for a person."""
    with shop.transaction(reading=True):
        version = active_or_none()
        assert version
        verdicts = judge_order(find(Order, stored(shop).id), version.policy, version.no, "UTC")
        found = {f.rule: f.answer for verdict in verdicts.values() for f in verdict.findings}
    return found.get("flagged") is Answer.REVIEW


def test_accepted_figures_ask_for_nobody(shop: Shop) -> None:
    run(shop, order(**WRONG))
    assert stored(shop).flagged and asks(shop)
    by = taken(shop)
    assert not stored(shop).flagged and not asks(shop)
    with shop.transaction(reading=True) as session:
        row = session.scalars(sa.select(Trail).where(Trail.event == Event.ORDER_ACCEPTED)).one()
        kept = session.scalars(sa.select(OrderAcceptance)).one()
        assert (row.actor_id, row.subject_id) == (by.id, stored(shop).id)
        assert row.data == {"acceptance": str(kept.id)}
        assert (kept.reason, kept.by) == ("A rounding of the till.", by.id)
    ends_well(shop.app)


def test_the_same_figures_stay_accepted(shop: Shop) -> None:
    run(shop, order(**WRONG))
    taken(shop)
    assert outcomes(run(shop, order(**WRONG))) == ["1 unchanged"]
    assert outcomes(run(shop, order(**WRONG, name="Ann Another", email="other@example.com"))) == ["1 updated"]
    assert stored(shop).name == "Ann Another" and not stored(shop).flagged


@pytest.mark.parametrize(
    "change",
    [
        {"totals": {"goods": "18.00"}},
        {"lines": [{"id": "a", "sku": "MUG", "title": "Mug", "quantity": 1, "subtotal": "20.00"}]},
        {"payments": [{"kind": "card", "captured": "19.00"}]},
        {"payments": [{"kind": "card", "captured": "20.00", "refunded_outside": "1.00"}]},
        {"delivery": {"charged": "1.00", "discount": "1.00"}},
    ],
    ids=["flag", "pieces", "captured", "refunded", "delivery"],
)
def test_another_figure_asks_again_and_the_old_ones_do_not(shop: Shop, change: dict[str, Any]) -> None:
    run(shop, order(**WRONG))
    taken(shop)
    run(shop, order(**WRONG | change))
    assert stored(shop).flagged and asks(shop)
    run(shop, order(**WRONG))
    assert not stored(shop).flagged
    ends_well(shop.app)


def test_figures_that_add_up_by_now_ask_for_nobody_and_are_not_accepted(shop: Shop) -> None:
    run(shop, order(**WRONG))
    taken(shop)
    run(shop, order())
    assert not stored(shop).flags and not stored(shop).accepted and not stored(shop).flagged


@pytest.mark.sqlite
@pytest.mark.parametrize("reason", ["", " \n ", "x" * 2001])
def test_a_reason_is_needed(shop: Shop, reason: str) -> None:
    run(shop, order(**WRONG))
    with pytest.raises(Refusal) as refused:
        taken(shop, reason)
    assert refused.value.field == "reason" and stored(shop).flagged


@pytest.mark.sqlite
def test_what_nobody_is_asked_about_is_not_accepted(shop: Shop) -> None:
    run(shop, order())
    with pytest.raises(Refusal, match="Nobody needs to look"):
        taken(shop)
    run(shop, order(**WRONG))
    taken(shop)
    with pytest.raises(Refusal, match="Nobody needs to look"):
        taken(shop)
