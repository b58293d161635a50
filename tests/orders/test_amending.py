"""An import never touches what a return stands on; all else follows the file."""

from typing import Any

import pytest
import sqlalchemy as sa

from portal.audit import Actor
from portal.db import db, session
from portal.orders.models import Order
from portal.returns.drafting import choose_items, verdicts_on
from tests.harness.databases import Databases
from tests.harness.shops import Shop
from tests.orders.files import item, order
from tests.orders.given import count, hold, outcomes, reserve, run, stored

MUG = item(id="a", sku="MUG", quantity=3, subtotal="30.00")
CUP = item(id="b", sku="CUP", title="Cup")
STANDS = "1 refused: a return stands on what the file changes; these stay as they were: "


def base(**facts: Any) -> dict[str, Any]:
    return order(lines=[MUG, CUP], payments=[{"kind": "card", "captured": "40.00"}], **facts)


@pytest.fixture
def held(shop: Shop) -> Shop:
    """A shop with an order of which a return holds one unit of the first line."""
    run(shop, base())
    hold(shop)
    return shop


def money(order: Order) -> list[Any]:
    """All that a refund starts from."""
    lines = [
        (i.position, i.sku, i.quantity, i.subtotal, i.discount, i.taxes, i.unit_cost, i.tags, i.title)
        for i in order.lines
    ]
    delivery = (
        order.delivery_charged,
        order.delivery_discount,
        order.delivery_standard,
        order.delivery_taxes,
    )
    return [*lines, delivery, order.currency, order.placed_at, order.prices_include_tax]


@pytest.mark.parametrize(
    "facts, kept",
    [
        ({"lines": [MUG | {"quantity": 2}, CUP]}, "line 1"),
        ({"lines": [MUG | {"subtotal": "29.00"}, CUP]}, "line 1"),
        ({"lines": [MUG | {"discount": "1.00"}, CUP]}, "line 1"),
        ({"lines": [MUG | {"taxes": {"19": "1.00"}}, CUP]}, "line 1"),
        ({"lines": [MUG | {"sku": "JUG"}, CUP]}, "line 1"),
        ({"lines": [CUP]}, "line 1"),
        ({"discount": "4.00"}, "line 1"),
        ({"delivery": {"charged": "5.00"}}, "currency, date, delivery and whether prices include tax"),
        ({"prices_include_tax": False}, "currency, date, delivery and whether prices include tax"),
        ({"placed_at": "2026-05-02T00:00:00Z"}, "currency, date, delivery and whether prices include tax"),
        ({"currency": "USD"}, "its currency"),
    ],
)
def test_what_a_return_stands_on_stays_as_it_was(held: Shop, facts: dict[str, Any], kept: str) -> None:
    before = money(stored(held))
    assert outcomes(run(held, base() | facts)) == [STANDS + kept]
    assert money(stored(held)) == before


def test_the_rest_of_such_an_order_is_taken(held: Shop) -> None:
    changed = base(
        email="eve@example.com",
        refunded_outside="4.00",
        shipments=[{"delivered_at": "2026-05-04T09:00:00Z", "lines": ["a", "b"]}],
        delivery={"charged": "5.00"},
    )
    changed["payments"] = [{"kind": "card", "captured": "45.00"}]
    run(held, changed)
    after = stored(held)
    assert (after.email, after.captured, after.refunded_outside) == ("eve@example.com", 4500, 400)
    assert (after.payments[0].captured, after.payments[0].refunded_outside) == (4500, 400)
    assert after.shipments[0].positions == [1, 2]
    assert after.delivery_charged == 0


def test_of_an_order_in_another_currency_nothing_is_taken(held: Shop) -> None:
    run(held, base(currency="USD", email="eve@example.com", refunded_outside="4.00"))
    after = stored(held)
    assert (after.email, after.refunded_outside, after.currency) == ("ann@example.com", 0, "EUR")


def test_lines_that_no_return_holds_follow_the_file(held: Shop) -> None:
    changed = base() | {"lines": [MUG, CUP | {"quantity": 2, "subtotal": "20.00"}, item(id="c", sku="JUG")]}
    assert outcomes(run(held, changed)) == ["1 updated"]
    assert [(i.sku, i.quantity) for i in stored(held).lines] == [("MUG", 3), ("CUP", 2), ("JUG", 1)]


def test_a_line_that_a_return_holds_is_not_even_renamed(held: Shop) -> None:
    changed = base() | {"lines": [MUG | {"title": "Jug", "tags": ["new"], "unit_cost": "9.00"}, CUP]}
    assert outcomes(run(held, changed)) == ["1 updated"]
    assert (stored(held).lines[0].title, stored(held).lines[0].tags) == ("Mug", [])


def test_what_was_refused_is_tried_again_and_taken_when_the_return_is_over(held: Shop) -> None:
    changed = base() | {"lines": [MUG | {"quantity": 2}, CUP]}
    assert outcomes(run(held, changed)) == outcomes(run(held, changed)) == [STANDS + "line 1"]
    hold(held, units=0)
    assert outcomes(run(held, changed)) == ["1 updated"]
    assert stored(held).lines[0].quantity == 2


def test_money_that_refunds_hold_keeps_the_terms_even_without_a_claim(shop: Shop) -> None:
    run(shop, base())
    reserve(shop, 1000)
    changed = base(delivery={"charged": "5.00"})
    assert outcomes(run(shop, changed))[0].startswith(STANDS + "currency, date")


# Captured


def captured(*amounts: str, **facts: Any) -> dict[str, Any]:
    payments = [
        {"kind": "card", "reference": f"p{n}", "captured": amount} for n, amount in enumerate(amounts, 1)
    ]
    return base() | {"payments": payments} | facts


def test_captured_follows_the_file_down_to_what_refunds_hold(shop: Shop) -> None:
    run(shop, captured("40.00"))
    reserve(shop, 1500)
    assert outcomes(run(shop, captured("15.00"))) == ["1 updated"]
    assert stored(shop).captured == stored(shop).payments[0].captured == 1500


def test_captured_never_falls_below_what_refunds_hold(shop: Shop) -> None:
    run(shop, captured("40.00"))
    reserve(shop, 1500)
    assert outcomes(run(shop, captured("14.99", refunded_outside="3.00"))) == [
        STANDS + "what was captured (refunds hold €15.00, the file says €14.99)"
    ]
    after = stored(shop)
    assert (after.captured, after.payments[0].captured) == (4000, 4000)
    assert (after.refunded_outside, after.payments[0].refunded_outside) == (300, 300)


def test_captured_never_falls_below_what_went_to_store_credit(shop: Shop) -> None:
    run(shop, captured("40.00"))
    reserve(shop, 1500, payment=None)
    assert outcomes(run(shop, captured("14.99")))[0].startswith(STANDS + "what was captured")
    assert stored(shop).captured == 4000


def test_a_payment_never_falls_below_what_refunds_hold_of_it(shop: Shop) -> None:
    run(shop, captured("20.00", "20.00"))
    reserve(shop, 1500)
    assert outcomes(run(shop, captured("10.00", "30.00")))[0].startswith(STANDS + "what was captured")
    assert [p.captured for p in stored(shop).payments] == [2000, 2000]


def test_payments_are_known_by_their_reference(shop: Shop) -> None:
    run(shop, captured("10.00", "30.00"))
    before = {p.reference: p.id for p in stored(shop).payments}
    turned = captured("10.00", "25.00")
    turned["payments"].reverse()
    assert outcomes(run(shop, turned)) == ["1 updated"]
    after = stored(shop)
    assert {p.reference: p.captured for p in after.payments} == {"p1": 1000, "p2": 2500}
    assert {p.reference: p.id for p in after.payments} == before


def test_a_payment_that_the_file_does_not_know_any_more_has_captured_nothing(shop: Shop) -> None:
    run(shop, captured("10.00", "30.00"))
    one = captured("10.00")
    assert outcomes(run(shop, one)) == ["1 updated"]
    assert [p.captured for p in stored(shop).payments] == [1000, 0]
    assert stored(shop).captured == 1000


def test_a_payment_without_a_reference_gets_it_later(shop: Shop) -> None:
    run(shop, base())
    assert outcomes(run(shop, captured("40.00"))) == ["1 updated"]
    assert [(p.reference, p.captured) for p in stored(shop).payments] == [("p1", 4000)]


def test_refunds_elsewhere_may_exceed_what_is_left(shop: Shop) -> None:
    run(shop, captured("40.00"))
    reserve(shop, 3000)
    assert outcomes(run(shop, captured("40.00", refunded_outside="20.00"))) == ["1 updated"]
    assert (stored(shop).refunded_outside, stored(shop).refundable) == (2000, 0)


# Lines that go


def test_a_line_that_only_a_draft_names_is_not_deleted(shop: Shop) -> None:
    sent = base(shipments=[{"delivered_at": "2026-11-20T09:00:00Z"}])
    run(shop, sent)
    with shop.transaction():
        found = session.merge(stored(shop), load=True)
        chosen = {found.lines[1].id: 1}
        choose_items(found, chosen, verdicts_on(found, "UTC"), Actor("system"))
    assert outcomes(run(shop, sent | {"lines": [MUG]})) == [
        "1 refused: a return names a line that the file no longer has"
    ]
    assert [i.sku for i in stored(shop).lines] == ["MUG", "CUP"]


def test_shipments_come_and_go_with_the_file(shop: Shop) -> None:
    run(shop, base(shipments=[{"tracking": "1"}, {"tracking": "2"}]))
    run(shop, base(shipments=[{"tracking": "3", "delivered_at": "2026-05-04T09:00:00Z"}]))
    (shipment,) = stored(shop).shipments
    assert (shipment.tracking, shipment.delivered_at is not None) == ("3", True)
    assert count(shop) == 1


# Orders in use


@pytest.mark.postgresql
@pytest.mark.parametrize("table", ["orders", "order_line", "payment"])
def test_an_order_in_use_is_not_waited_for(shop: Shop, databases: Databases, table: str) -> None:
    """Somebody holds a row of the first order; the others are taken, and the first once it is free."""
    run(shop, [order(number="1"), order(number="2")])
    changed = [order(number="1", name="Eve"), order(number="2", name="Eve")]
    with shop.app.app_context(), db.engine.connect() as other:
        column = "id" if table == "orders" else "order_id"
        held = sa.text(f"SELECT 1 FROM {table} WHERE {column} = :id FOR UPDATE")
        other.execute(held, {"id": stored(shop, "1").id})
        assert outcomes(run(shop, changed)) == [
            "1 updated",
            "1 refused: it is in use just now; import it again",
        ]
    assert outcomes(run(shop, changed)) == ["1 updated", "1 unchanged"]
