"""WooCommerce's export with a row for each item: what becomes of each column."""

import csv
import io
from datetime import UTC, datetime

import pytest

from portal.errors import Refusal
from portal.i18n import Voice
from portal.orders.facts import DeliveryFacts, LineFacts, OrderFacts, PaymentFacts, ShipmentFacts, TaxFacts
from tests.harness.shops import Shop
from tests.orders.files import flags, only, orders, results, told
from tests.orders.given import outcomes, run, stored
from tests.orders.woo import bought

ORDER = {
    "order_id": "727",
    "order_number": "W-727",
    "order_date": "2026-05-01 07:58:12",
    "status": "completed",
    "shipping_total": "4.12",
    "shipping_tax_total": "0.78",
    "fee_total": "0.00",
    "fee_tax_total": "0.00",
    "tax_total": "6.04",
    "discount_total": "2.52",
    "order_total": "37.85",
    "refunded_total": "0.00",
    "order_currency": "EUR",
    "payment_method": "stripe",
    "billing_first_name": "Ann",
    "billing_last_name": "Example",
    "billing_email": "ann@example.com",
    "shipping_first_name": "Ann",
    "shipping_last_name": "Example",
    "shipping_address_1": "Hauptstraße 1",
    "shipping_city": "Berlin",
    "shipping_postcode": "10115",
    "shipping_country": "DE",
}
MUG = {
    "item_id": "31",
    "item_name": "Mug",
    "item_sku": "MUG",
    "item_quantity": "3",
    "item_subtotal": "25.21",
    "item_subtotal_tax": "4.79",
    "item_total": "22.69",
    "item_total_tax": "4.31",
}
CUP = MUG | {"item_id": "32", "item_name": "Cup", "item_sku": "CUP", "item_quantity": "1"}
CUP |= {"item_subtotal": "5.00", "item_subtotal_tax": "0.95", "item_total": "5.00", "item_total_tax": "0.95"}
MORE = ["completed_date", "paid_date", "prices_include_tax", "payment_method_title", "transaction_id"]
ROWS = [ORDER | MUG, ORDER | CUP]


def export(*rows: dict[str, str], more: list[str] | None = None, delimiter: str = ",") -> str:
    """The text of an export; `more` are columns that not every shop's has."""
    out = io.StringIO()
    header = [*ORDER, *MUG, *(more or [])]
    writer = csv.DictWriter(out, header, delimiter=delimiter, lineterminator="\n", extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def changed(**cells: str) -> OrderFacts:
    return only(export(*(row | cells for row in ROWS), more=[name for name in MORE if name in cells]))


def test_an_order_is_read_with_all_it_says() -> None:
    """22.69 and 5.00 of goods, 4.12 of delivery, 6.04 of tax: 37.85."""
    found = only(export(*ROWS))
    assert (found.source, found.external_id, found.number) == ("woocommerce", "727", "W-727")
    assert found.placed_at == datetime(2026, 5, 1, 7, 58, 12, tzinfo=UTC)
    assert (found.currency, found.prices_include_tax, found.email) == ("EUR", False, "ann@example.com")
    assert (found.name, found.postcode, found.country) == ("Ann Example", "10115", "DE")
    assert found.address == ("Hauptstraße 1", "10115 Berlin", "Germany")
    assert found.lines == (
        LineFacts("31", "MUG", "Mug", 3, 2521, 252, (TaxFacts("", 431),)),
        LineFacts("32", "CUP", "Cup", 1, 500, 0, (TaxFacts("", 95),)),
    )
    assert found.delivery == DeliveryFacts(412, 0, None, (TaxFacts("", 78),))
    assert found.payments == (PaymentFacts("card", "stripe", "", 3785),)
    assert (found.shipments, found.refunded_outside, flags(found)) == ((), 0, [])


def test_columns_that_not_every_export_has() -> None:
    found = changed(completed_date="2026-05-02 07:00:00", prices_include_tax="yes", transaction_id="ch_1")
    assert found.shipments == (ShipmentFacts(datetime(2026, 5, 2, 7, tzinfo=UTC), None),)
    assert [(line.subtotal, line.paid) for line in found.lines] == [(3000, 2700), (595, 595)]
    assert (found.payments[0].reference, found.delivery.charged, flags(found)) == ("ch_1", 490, [])
    assert changed(paid_date="").captured == 0
    assert changed(paid_date="2026-05-01 08:00:00").captured == 3785
    assert changed(payment_method_title="PayPal").payments[0].label == "PayPal"


def test_what_the_status_and_the_sums_tell() -> None:
    assert changed(status="on-hold").captured == 0
    assert changed(refunded_total="5.00").refunded_outside == 500
    assert changed(refunded_total="-5.00").refunded_outside == 500
    assert changed(status="refunded").refunded_outside == 3785
    assert changed(fee_total="2.00", fee_tax_total="0.38", order_total="40.23").delivery.charged == 612
    assert flags(changed(order_total="38.85")) == [
        "By sum the parts of the total are €37.85, by the order €38.85: €1.00 apart."
    ]


def test_orders_are_the_rows_that_stand_together() -> None:
    other = {"order_id": "728", "order_number": "W-728"}
    found = orders(export(*ROWS, ROWS[0] | other | {"order_total": "31.90"}, delimiter=";"))
    assert [(order.number, len(order.lines)) for order in found] == [("W-727", 2), ("W-728", 1)]


def test_a_row_that_cannot_be_read_spoils_its_order_only() -> None:
    lines = export(*ROWS, ROWS[0] | {"order_id": "728", "order_number": "W-728"}).splitlines()
    lines[2] = "727,too,short"
    assert [told(result) for result in results("\n".join(lines))] == [
        f"3 refused 727: 3 columns where the header has {len(ORDER) + len(MUG)}",
        "4 W-728",
    ]


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        ({"order_total": "37,85"}, "order_total is no amount in EUR: 37,85"),
        ({"order_date": "05/01/2026"}, "order_date is no date and time"),
        ({"order_currency": ""}, "order_currency is no currency code"),
        ({"item_quantity": "two"}, "item_quantity is no number of pieces: two"),
        ({"item_total": ""}, "item_total is empty"),
        ({"item_id": "31"}, "two lines have the id 31"),
        ({"shipping_tax_total": "x"}, "shipping_tax_total is no amount in EUR: x"),
        ({"billing_email": "a\x01"}, "billing_email has the control character U+0001"),
        ({"refunded_total": "much"}, "refunded_total is no amount in EUR: much"),
    ],
)
def test_what_cannot_be_is_refused_with_its_reason(cells: dict[str, str], why: str) -> None:
    (found,) = results(export(*(row | cells for row in ROWS)))
    assert told(found).startswith(f"2 refused W-727: {why}")


def test_what_is_wrong_in_a_row_is_told_with_its_own_line() -> None:
    (found,) = results(export(ORDER | MUG, ORDER | CUP | {"item_total": "5,00"}))
    assert told(found) == "3 refused W-727: item_total is no amount in EUR: 5,00"


def test_another_export_is_named_as_none() -> None:
    with pytest.raises(Refusal) as refusal:
        results("order_id,line_item_1\n1,name:Mug\n")
    assert Voice("en").text(refusal.value.message) == (
        "This is no export of WooCommerce with a row for each item: "
        "it has no column order_date, order_currency, order_total, item_quantity, item_total."
    )


def test_an_order_imported_twice_is_unchanged_and_the_api_means_the_same(shop: Shop) -> None:
    file = export(ROWS[0] | {"order_total": "31.90"})
    assert outcomes(run(shop, file)) == ["2 imported"]
    assert outcomes(run(shop, file)) == ["2 unchanged"]
    before = stored(shop, "W-727")
    assert outcomes(run(shop, bought())) == ["1 updated"]
    after = stored(shop, "W-727")
    assert (after.id, after.lines[0].id) == (before.id, before.lines[0].id)
