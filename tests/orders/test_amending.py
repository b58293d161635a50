"""An import never touches what a return stands on; all else follows the file."""

import uuid
from typing import Any

import pytest
import sqlalchemy as sa

from portal.audit import Actor
from portal.db import db, find, locked
from portal.errors import Conflict
from portal.orders.models import Order, OrderLine
from portal.returns.claiming import claim
from portal.returns.deciding import cancel
from portal.returns.drafting import choose_items, missing_step, verdicts_on
from portal.returns.inspecting import correct
from portal.returns.lifecycle import Outcome, ReturnState
from portal.returns.models import Return, ReturnItem
from tests.harness.databases import Databases
from tests.harness.sales import BOOTS, SOCKS, drafted, inspected, requested, sell
from tests.harness.shops import Shop
from tests.harness.soundness import broken
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


SENT: dict[str, Any] = {"shipments": [{"delivered_at": "2026-11-20T09:00:00Z"}]}


def lines(shop: Shop) -> list[tuple[str, int, bool]]:
    """What the order has: the article, how many, and whether it is gone."""
    return [(line.sku, line.quantity, line.gone) for line in stored(shop).lines]


def start_draft(shop: Shop, position: int) -> uuid.UUID:
    """A draft of one unit of the line at this position."""
    with shop.transaction() as session:
        order = locked(Order, stored(shop).id)
        chosen = {line.id: 1 for line in order.lines if line.position == position}
        id = choose_items(order, chosen, verdicts_on(order, "UTC"), Actor("system")).id
        session.flush()
        return id


def test_a_line_that_nothing_names_is_deleted(shop: Shop) -> None:
    run(shop, base())
    assert outcomes(run(shop, base() | {"lines": [MUG]})) == ["1 updated"]
    assert lines(shop) == [("MUG", 3, False)]


def test_a_line_that_a_draft_names_is_kept_and_cannot_go_back(shop: Shop) -> None:
    run(shop, base(**SENT))
    draft = start_draft(shop, 2)
    fewer = base(**SENT) | {"lines": [MUG | {"quantity": 2, "subtotal": "20.00"}]}
    assert outcomes(run(shop, fewer)) == ["1 updated"]
    assert lines(shop) == [("MUG", 2, False), ("CUP", 1, True)]
    with shop.transaction(reading=True):
        verdict = verdicts_on(find(Order, stored(shop).id), "UTC")[2]
        assert [finding.rule for finding in verdict.why] == ["gone"]
        assert missing_step(find(Return, draft)) == "items"
    assert broken(shop.app) == {}


def test_a_line_that_an_ended_return_names_is_kept(shop: Shop) -> None:
    """Its units were given free again, so the rest of the order follows the file."""
    id = requested(shop, sell(shop, SOCKS, BOOTS), reason="other")
    with shop.transaction():
        cancel(locked(Return, id), Actor("system"))
    told = order(number="#1001", lines=[MUG], payments=[{"kind": "card", "captured": "40.00"}])
    (line,) = outcomes(run(shop, told))
    assert line == "1 updated"
    assert lines(shop) == [("KS-ALP", 2, True), ("WS-HGP", 1, True), ("MUG", 3, False)]
    assert broken(shop.app) == {}
    assert outcomes(run(shop, told)) == ["1 unchanged"]


def test_a_line_that_comes_back_is_there_again(shop: Shop) -> None:
    run(shop, base(**SENT))
    draft = start_draft(shop, 2)
    run(shop, base(**SENT) | {"lines": [MUG]})
    assert outcomes(run(shop, base(**SENT) | {"lines": [MUG, CUP | {"subtotal": "8.00"}]})) == ["1 updated"]
    assert lines(shop) == [("MUG", 3, False), ("CUP", 1, False)]
    assert stored(shop).lines[1].subtotal == 800
    with shop.transaction(reading=True):
        assert missing_step(find(Return, draft)) == "reasons"


def test_a_refused_unit_of_a_line_that_is_gone_is_not_claimed_again(shop: Shop) -> None:
    id = inspected(shop, sell(shop, SOCKS, BOOTS), units=[0, 1])
    with shop.transaction() as session:
        session.execute(sa.update(ReturnItem).values(outcome=Outcome.REFUSED))
        session.execute(sa.update(OrderLine).values(claimed=0))
    run(shop, order(number="#1001", lines=[MUG], payments=[{"kind": "card", "captured": "40.00"}]))
    with pytest.raises(Conflict), shop.transaction():
        correct(locked(Return, id).items[0], "It was the wrong one.", Actor("system"))


def test_a_claim_that_waited_for_the_import_does_not_get_what_is_gone(shop: Shop) -> None:
    order = sell(shop, SOCKS)
    id = drafted(shop, order)
    with shop.transaction() as session:
        draft = locked(Return, id)
        session.execute(sa.update(OrderLine).values(gone=True))
        with pytest.raises(Conflict, match="left"):
            claim(draft)


@pytest.mark.parametrize("stands", ["draft", "ended"])
def test_an_order_that_a_return_names_keeps_its_currency(shop: Shop, stands: str) -> None:
    run(shop, base(**SENT))
    id = start_draft(shop, 2)
    if stands == "ended":
        with shop.transaction():
            locked(Return, id).state = ReturnState.CANCELLED
    assert outcomes(run(shop, base(**SENT, currency="USD"))) == [STANDS + "its currency"]
    assert stored(shop).currency == "EUR"


def test_shipments_come_and_go_with_the_file(shop: Shop) -> None:
    run(shop, base(shipments=[{"tracking": "1"}, {"tracking": "2"}]))
    run(shop, base(shipments=[{"tracking": "3", "delivered_at": "2026-05-04T09:00:00Z"}]))
    (shipment,) = stored(shop).shipments
    assert (shipment.tracking, shipment.delivered_at is not None) == ("3", True)
    assert count(shop) == 1


# Orders in use


@pytest.mark.postgresql
@pytest.mark.parametrize("table", ["orders", "order_line", "payment"])
def test_what_only_points_to_an_order_does_not_hold_up_its_import(shop: Shop, table: str) -> None:
    """A refund or a note is being written about the order: its keys are held, its rows are not."""
    run(shop, base())
    with shop.app.app_context(), db.engine.connect() as other:
        column = "id" if table == "orders" else "order_id"
        pointing = sa.text(f"SELECT 1 FROM {table} WHERE {column} = :id FOR KEY SHARE")
        other.execute(pointing, {"id": stored(shop).id})
        assert outcomes(run(shop, base(name="Eve"))) == ["1 updated"]


@pytest.mark.postgresql
def test_a_line_that_somebody_is_about_to_name_is_not_waited_for(shop: Shop) -> None:
    run(shop, base())
    with shop.app.app_context(), db.engine.connect() as other:
        pointing = sa.text("SELECT 1 FROM order_line WHERE order_id = :id FOR KEY SHARE")
        other.execute(pointing, {"id": stored(shop).id})
        assert outcomes(run(shop, base() | {"lines": [MUG]})) == [
            "1 refused: it is in use just now; import it again"
        ]


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
