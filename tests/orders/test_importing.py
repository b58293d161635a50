"""Importing: so many imported, updated, unchanged, refused; never doubled, never by half."""

import io
from dataclasses import replace
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from portal.audit.actors import SYSTEM
from portal.audit.models import Trail
from portal.errors import Refusal
from portal.i18n import Voice, load
from portal.orders import importing
from portal.orders.importing import import_orders
from portal.orders.models import Order, OrderLine, Payment, Shipment
from portal.orders.storing import Directory
from tests.harness.apps import counted
from tests.harness.shops import Shop
from tests.orders.files import first, item, more, only, order, outside, shopify, small
from tests.orders.given import count, outcomes, run, stored
from tests.orders.test_homeward import FULL


def test_an_order_is_stored_with_all_it_says(shop: Shop) -> None:
    assert outcomes(run(shop, FULL)) == ["1 imported"]
    found = stored(shop, "FF-20418")
    assert (found.source, found.external_id, found.number_key) == ("erp", "90001", "FF-20418")
    assert (found.email_key, found.postcode_key) == ("ann@example.com", "10115")
    assert (found.currency, found.prices_include_tax, found.language, found.country) == (
        "EUR",
        True,
        "de",
        "DE",
    )
    assert found.placed_at == datetime(2026, 5, 1, 7, 58, 12, tzinfo=UTC)
    assert (found.delivery_charged, found.delivery_discount, found.delivery_standard) == (1200, 200, 495)
    assert (found.delivery_taxes, found.captured, found.refunded_outside) == ({"19": 160}, 1990, 300)
    assert found.cancelled_at and found.flags == []
    mug, wrap = found.lines
    assert (mug.position, mug.external_id, mug.sku, mug.variant) == (1, "l1", "MUG", "Blue")
    assert (mug.quantity, mug.subtotal, mug.discount, mug.taxes) == (3, 1000, 190, {"19": 144})
    assert (mug.category, mug.tags, mug.unit_cost) == ("kitchen", ["fragile", "gift"], 120)
    assert (wrap.position, wrap.external_id, wrap.unit_cost) == (2, "2", None)
    assert [(p.kind, p.captured, p.refunded_outside) for p in found.payments] == [
        ("gift_card", 500, 0),
        ("card", 1490, 300),
    ]
    assert [(s.carrier, s.positions) for s in found.shipments] == [("DHL", [1]), ("", None)]


def test_what_shopify_exports_is_stored(shop: Shop) -> None:
    refunded = first(Financial_Status="partially_refunded", Refunded_Amount="5.00")
    assert outcomes(run(shop, shopify(refunded, more(Lineitem_sku="C", Lineitem_quantity="0")))) == [
        "2 imported"
    ]
    found = stored(shop)
    assert (found.captured, found.refunded_outside, found.delivery_standard) == (2500, 500, 500)
    assert [(p.captured, p.refunded_outside) for p in found.payments] == [(2500, 500)]
    assert [line.external_id for line in found.lines] == ["MUG#1"]


def test_the_flags_of_an_order_are_stored_to_be_said_later(shop: Shop) -> None:
    run(shop, shopify(first(Total="26.00")))
    (flag,) = stored(shop).flags
    assert Voice("en").text(load(flag)).startswith("By sum the parts of the total are €25.00")


def test_importing_again_changes_nothing(shop: Shop) -> None:
    text = shopify(small("#1"), small("#2"), more(n="#2"))
    assert outcomes(run(shop, text)) == ["2 imported", "3 imported"]
    before = stored(shop, "#2")
    assert outcomes(run(shop, text)) == ["2 unchanged", "3 unchanged"]
    assert (count(shop), count(shop, OrderLine), count(shop, Payment), count(shop, Shipment)) == (2, 3, 2, 2)
    assert stored(shop, "#2").version == before.version


def test_an_order_that_changed_is_updated_in_place(shop: Shop) -> None:
    run(shop, order(lines=[item(id="a", quantity=2, subtotal="20.00"), item(id="b")]))
    before = stored(shop)
    changed = order(
        email="eve@example.com",
        lines=[item(id="a", quantity=3, subtotal="30.00"), item(id="c", title="Cup")],
        payments=[{"kind": "card", "captured": "40.00"}],
        shipments=[{"shipped_at": "2026-05-02T09:00:00Z", "lines": ["c"]}],
    )
    assert outcomes(run(shop, changed)) == ["1 updated"]
    after = stored(shop)
    assert after.id == before.id and after.version > before.version
    assert (after.email_key, after.captured) == ("eve@example.com", 4000)
    assert [(i.position, i.external_id, i.quantity) for i in after.lines] == [(1, "a", 3), (3, "c", 1)]
    assert after.lines[0].id == before.lines[0].id
    assert [s.positions for s in after.shipments] == [[3]]
    assert outcomes(run(shop, changed)) == ["1 unchanged"]


def test_an_order_twice_in_one_file_is_one_order(shop: Shop) -> None:
    twice = [order(), order(), order(name="Eve")]
    assert outcomes(run(shop, twice)) == ["1 imported", "1 unchanged", "1 updated"]
    assert (count(shop), stored(shop).name) == (1, "Eve")


def test_each_shop_has_its_own_orders(shop: Shop, other_shop: Shop) -> None:
    run(shop, order())
    assert outcomes(run(other_shop, order(name="Eve"))) == ["1 imported"]
    assert (stored(shop).name, stored(other_shop).name) == ("", "Eve")


def test_orders_of_two_sources_are_two_orders(shop: Shop) -> None:
    run(shop, order(source="one"))
    assert outcomes(run(shop, order(source="two"))) == ["1 imported"]


# Orders with and without an id


def test_an_order_without_an_id_meets_the_one_with_its_number(shop: Shop) -> None:
    run(shop, order(id="77"))
    assert outcomes(run(shop, order(number=" 1001", name="Eve"))) == ["1 updated"]
    assert stored(shop, "1001").external_id == "77"


def test_an_order_that_gets_an_id_later_keeps_it(shop: Shop) -> None:
    run(shop, order())
    assert outcomes(run(shop, order(id="77"))) == ["1 updated"]
    assert (count(shop), stored(shop).external_id) == (1, "77")
    assert outcomes(run(shop, order(id="77"))) == ["1 unchanged"]


def test_two_orders_with_one_number_are_told_apart_by_id_only(shop: Shop) -> None:
    assert outcomes(run(shop, [order(id="77"), order(id="78")])) == ["1 imported", "1 imported"]
    assert outcomes(run(shop, order(name="Eve"))) == [
        "1 refused: several orders have this number, and the file gives no id"
    ]


# Bad ones among good ones


def test_a_bad_order_takes_no_other_with_it(shop: Shop) -> None:
    rows = [small("#1"), small("#2"), more(n="#2", Lineitem_price="1O"), small("#3")]
    assert outcomes(run(shop, shopify(*rows))) == [
        "2 imported",
        "4 refused: Lineitem price is no amount in EUR: 1O",
        "5 imported",
    ]
    assert (count(shop), count(shop, OrderLine)) == (2, 2)


def test_an_order_that_the_database_refuses_takes_no_other_with_it(shop: Shop) -> None:
    """The last guard: a rule of the database that the reader knows nothing of."""
    with shop.transaction() as session:
        session.execute(sa.text("CREATE UNIQUE INDEX one_of_each ON order_line (sku)"))
    orders = [order(number=str(n), lines=[item(sku=sku)]) for n, sku in enumerate("aab", 1)]
    results = run(shop, orders)
    assert outcomes(results) == [
        "1 imported",
        "1 refused: it contradicts an order that is there",
        "1 imported",
    ]
    assert (count(shop), count(shop, OrderLine), count(shop, Payment)) == (2, 2, 2)


def test_what_was_committed_stays_when_an_import_is_cut_short(shop: Shop) -> None:
    text = shopify(*(small(f"#{n}") for n in range(1, 451)))
    seen = 0

    def stop(_result: importing.Result) -> None:
        nonlocal seen
        seen += 1
        if seen > 250:
            raise KeyboardInterrupt

    with shop.app.app_context(), pytest.raises(KeyboardInterrupt):
        import_orders(io.BytesIO(text.encode()), None, shop.id, SYSTEM, tell=stop)
    assert count(shop) == 400
    results = run(shop, text)
    assert [sum(r.outcome.value == word for r in results) for word in ("imported", "unchanged")] == [50, 400]


def test_a_file_that_is_none_changes_nothing(shop: Shop) -> None:
    with pytest.raises(Refusal):
        run(shop, "Name,Email\n#1,a@example.com\n")
    assert count(shop) == 0


def test_an_empty_file_of_orders_is_no_error(shop: Shop) -> None:
    assert run(shop, shopify()) == []


# Size


def test_an_order_of_a_thousand_lines_and_one_of_eighty_thousand_pieces(shop: Shop) -> None:
    rows = [more(n="#1", Lineitem_quantity="1", Lineitem_sku=f"S{n}") for n in range(999)]
    huge = small("#2", Lineitem_quantity="80995")
    assert outcomes(run(shop, shopify(small("#1"), *rows, huge))) == ["2 imported", "1002 imported"]
    assert (len(stored(shop, "#1").lines), stored(shop, "#2").lines[0].quantity) == (1000, 80_995)


def test_statements_do_not_grow_with_lines_nor_with_what_is_unchanged(shop: Shop) -> None:
    def cost(*orders: dict[str, object]) -> int:
        with counted(shop.app) as statements:
            run(shop, list(orders))
        return len(statements)

    small_one = cost(order(number="a"))
    large_one = cost(order(number="b", lines=[item() for _ in range(300)]))
    assert small_one == large_one
    many = [order(number=str(n)) for n in range(150)]
    cost(*many)
    assert cost(*many) == cost(order(number="a"))


@pytest.mark.sqlite
def test_looking_for_known_orders_reads_indexes_only(shop: Shop) -> None:
    run(shop, [order(number=str(n)) for n in range(50)])
    facts = [replace(only(order(number=str(n))), source=f"s{n % 2}") for n in range(4)]
    with shop.transaction(reading=True) as session, counted(shop.app) as statements:
        Directory.of(facts)
        (statement,) = statements
        plan = session.connection().exec_driver_sql(
            f"EXPLAIN QUERY PLAN {statement}", ("",) * statement.count("?")
        )
        searches = [row[3] for row in plan if "orders" in row[3]]
    assert len(searches) == 3
    assert all("source=? AND external_id=?" in s or "number_key=?" in s for s in searches), searches


def test_the_trail_says_what_an_import_did(shop: Shop) -> None:
    run(shop, [order(number="1"), order(number="#")])
    with shop.transaction(reading=True) as session:
        query = sa.select(Trail).where(Trail.tenant_id == shop.id, Trail.event == "orders.imported")
        (row,) = session.scalars(query).all()
        assert row.data == {"imported": 1, "updated": 0, "unchanged": 0, "refused": 1}


def test_real_orders_of_a_shop_are_imported(shop: Shop) -> None:
    assert outcomes(run(shop, outside("orders/shopify_export_79_columns.csv").read_bytes())) == ["2 imported"]
    found = stored(shop)
    assert (found.country, found.captured, found.flags) == ("US", 3498, [])
    assert isinstance(found, Order)
