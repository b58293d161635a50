"""Orders of Shopify's Admin API: what becomes of each field."""

import copy
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from portal.orders.facts import (
    DeliveryFacts,
    LineFacts,
    OrderFacts,
    PaymentFacts,
    ShipmentFacts,
    TaxFacts,
)
from tests.harness.shops import Shop
from tests.orders.api import back, bought, mug, refund, sale
from tests.orders.files import first, flags, only, order, outside, results, shopify, told
from tests.orders.given import outcomes, run, stored

PARCEL: dict[str, Any] = {
    "status": "success",
    "created_at": "2026-05-02T09:00:00+02:00",
    "updated_at": "2026-05-04T11:30:00+02:00",
    "tracking_company": "DHL",
    "tracking_number": "003404",
    "shipment_status": "delivered",
    "line_items": [{"id": 11, "quantity": 3}],
}
CUP = {"id": 12, "sku": "CUP", "title": "Cup", "quantity": 1, "price": "5.00", "discount_allocations": []}


def refused(**facts: Any) -> str:
    (found,) = results(json.dumps(bought(**facts)))
    return told(found)


def read(**facts: Any) -> OrderFacts:
    return only(bought(**facts))


def test_an_order_is_read_with_all_it_says() -> None:
    found = read(fulfillments=[PARCEL], transactions=[sale()])
    assert (found.source, found.external_id, found.number) == ("shopify", "5001", "#1001")
    assert found.placed_at == datetime(2026, 5, 1, 7, 58, 12, tzinfo=UTC)
    assert (found.currency, found.prices_include_tax, found.language) == ("EUR", True, "de-DE")
    assert (found.email, found.name, found.postcode, found.country) == (
        "ann@example.com",
        "Ann Example",
        "10115",
        "DE",
    )
    assert found.address == ("Hauptstraße 1", "10115 Berlin", "Germany")
    assert found.lines == (
        LineFacts("MUG#1", "MUG", "Mug", 3, 3000, 300, (TaxFacts("19", 431),), variant="Blue"),
    )
    assert found.delivery == DeliveryFacts(490, 0, None, (TaxFacts("19", 78),))
    assert found.payments == (PaymentFacts("card", "shopify_payments", "pi_1", 3190),)
    shipped, arrived = datetime(2026, 5, 2, 7, tzinfo=UTC), datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
    assert found.shipments == (ShipmentFacts(shipped, arrived, "DHL", "003404"),)
    assert (found.refunded_outside, found.cancelled_at, flags(found)) == (0, None, [])


# Files


def test_orders_may_stand_alone_in_a_list_or_under_a_word() -> None:
    two = [bought(), bought(id=5002, name="#1002")]
    lines = "\n".join(map(json.dumps, two))
    for content in (json.dumps(two), json.dumps({"orders": two}), json.dumps(two, indent=1), lines):
        assert [order.number for _, order in results(content)] == ["#1001", "#1002"]
    assert only({"order": bought()}) == only(bought())


def test_a_file_is_known_by_its_content() -> None:
    assert results(json.dumps(order()))[0][1] == only(order())
    assert read().source == "shopify"
    broken = '[{"a": nothing}, ' + json.dumps(bought()) + "]"
    assert [told(result) for result in results(broken)][1] == "1 #1001"


def test_an_order_that_is_refused_does_not_stop_the_others() -> None:
    content = json.dumps({"orders": [bought(currency="gold"), bought(id=5002, name="#1002")]})
    assert [told(result) for result in results(content)] == [
        "1 refused #1001: currency is no currency code: gold",
        "1 #1002",
    ]


def test_real_orders_that_do_not_add_up_are_flagged() -> None:
    found = only(outside("orders/shopify_api_order.json").read_bytes())
    assert [line.key for line in found.lines] == ["IPOD2008GREEN#1", "IPOD2008RED#1", "IPOD2008BLACK#1"]
    assert (found.captured, found.address[1], found.shipments) == (0, "Louisville, KY 40202", ())
    assert [sum(tax.amount for tax in line.taxes) for line in found.lines] == [398, 398, 398]
    assert (
        "By sum the lines after discounts are $597.00, by the order $398.00: $199.00 apart" in flags(found)[1]
    )


def test_a_real_order_without_lines_is_refused() -> None:
    (found,) = results(outside("orders/shopify_api_orders.json").read_bytes())
    assert told(found) == "3 refused #1001: the order has no lines"


# What is refused


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"test": True}, "it is a test order"),
        ({"name": "#", "order_number": None}, "name is empty"),
        ({"created_at": None, "processed_at": None}, "created_at is empty"),
        ({"processed_at": "2026-05-01T09:58:12"}, "processed_at is no date and time with its offset"),
        ({"currency": None}, "currency is no currency code"),
        ({"total_price": None}, "total_price is empty"),
        ({"total_price": "1,00"}, "total_price is no amount in EUR: 1,00"),
        ({"total_price": True}, "total_price is neither text nor a number"),
        ({"total_price": "-1.00"}, "total_price is negative: -1.00"),
        ({"total_tax": "5.091"}, "total_tax is no amount in EUR: 5.091"),
        ({"taxes_included": "perhaps"}, "taxes_included is neither true nor false"),
        ({"taxes_included": []}, "taxes_included is neither true nor false"),
        ({"line_items": []}, "the order has no lines"),
        ({"line_items": {"a": 1}}, "line_items is no list of objects"),
        ({"line_items": ["MUG"]}, "line_items is no list of objects"),
        ({"line_items": [mug(quantity=-1)]}, "line_items.1.quantity is no number of pieces: -1"),
        ({"line_items": [mug(quantity=1.5)]}, "line_items.1.quantity is no number of pieces: 1.5"),
        ({"line_items": [mug(quantity=0)]}, "the order has no lines"),
        ({"line_items": [mug(price=None)]}, "line_items.1.price is empty"),
        ({"line_items": [mug(price="1e3")]}, "line_items.1.price is no amount in EUR: 1e3"),
        (
            {"line_items": [mug(price="900000000000.00", quantity=1_000_000)]},
            "line_items.1.price times its quantity is more than any order can be",
        ),
        ({"line_items": [mug(), mug()]}, "two lines have the id 11"),
        ({"line_items": [mug(title="a\x07")]}, "line_items.1.title has the control character U+0007"),
        ({"line_items": [mug(tags=["a"] * 251)]}, "line_items.1.tags is no list of at most 250 tags"),
        ({"line_items": [mug(tags=[1])]}, "line_items.1.tags is no list of at most 250 tags"),
        ({"line_items": [mug(tax_lines=[{"price": "1", "rate": "much"}])]}, "rate is no rate: much"),
        ({"line_items": [mug(discount_allocations=[{"amount": "31"}])]}, "line 1: discounts of 31.00 EUR"),
        ({"shipping_address": "Berlin"}, "shipping_address is no object"),
        ({"customer": "Ann", "email": None}, "customer is no object"),
        ({"email": "a" * 255}, "email is longer than 254 characters"),
        ({"transactions": [sale(currency="USD")]}, "transactions.1.amount is in USD"),
    ],
)
def test_what_cannot_be_is_refused_with_its_reason(facts: dict[str, Any], why: str) -> None:
    found = refused(**facts)
    assert found.startswith("1 refused #") and why in found


def test_an_endless_number_is_no_order() -> None:
    content = json.dumps(bought()).replace('"3.00"', "9" * 5000)
    assert told(results(content, "shopify-api")[0]).startswith("1 refused: not readable as JSON")


# Amounts


def test_an_amount_may_be_a_number_and_is_as_exact() -> None:
    content = json.dumps(bought()).replace('"31.90"', "31.90").replace('"10.00"', "10.00")
    assert only(content) == read()


def test_the_shops_money_is_read_and_another_currency_of_the_shopper_is_flagged() -> None:
    money = {"shop_money": {"amount": "10.00"}, "presentment_money": {"amount": "11.20"}}
    found = read(presentment_currency="USD", line_items=[mug(price=None, price_set=money)])
    assert found.lines[0].subtotal == 3000
    assert flags(found) == ["The shopper paid in USD; amounts here are the shop's own."]


def test_discounts_of_old_versions_go_to_the_lines() -> None:
    line = mug(discount_allocations=None, total_discount="1.00")
    del line["discount_allocations"]
    found = read(line_items=[line])
    assert (found.lines[0].discount, flags(found)) == (300, [])
    found = read(line_items=[line], subtotal_price=None, total_discounts="3.00")
    assert (found.lines[0].discount, flags(found)) == (300, [])
    assert read(line_items=[line], subtotal_price=None, total_discounts=None).lines[0].discount == 100


def test_what_the_lines_say_of_discounts_is_all_of_them() -> None:
    found = read(subtotal_price=None, total_discounts="9.00")
    assert (found.lines[0].discount, flags(found)) == (300, [])


def test_a_discount_on_the_delivery_stays_there() -> None:
    way = {"price": "4.90", "discount_allocations": [{"amount": "4.00"}], "tax_lines": []}
    assert read(shipping_lines=[way]).delivery == DeliveryFacts(490, 400)
    old = {"price": "4.90", "discounted_price": "0.90", "tax_lines": []}
    assert read(shipping_lines=[old]).delivery == DeliveryFacts(490, 400)
    gone = bought()["shipping_lines"][0] | {"is_removed": True}
    assert read(shipping_lines=[gone, old]).delivery == DeliveryFacts(490, 400)


def test_taxes_of_the_whole_order_go_to_its_lines() -> None:
    line = mug(tax_lines=[])
    way = {"price": "4.90"}
    tax = [{"price": "5.09", "rate": 0.19}]
    found = read(line_items=[line], shipping_lines=[way], tax_lines=tax)
    assert (found.lines[0].taxes, found.delivery.taxes) == ((TaxFacts("19", 431),), (TaxFacts("19", 78),))
    without_rate = read(line_items=[line], shipping_lines=[way], tax_lines=[])
    assert without_rate.lines[0].taxes == (TaxFacts("", 509),)


def test_taxes_on_top_of_prices() -> None:
    line = mug(tax_lines=[{"price": "1.69", "rate": "0.0625"}, {"price": "0.27", "rate": 0.01}])
    found = read(
        taxes_included=False, line_items=[line], shipping_lines=[], total_tax="1.96", total_price="28.96"
    )
    assert found.lines[0].taxes == (TaxFacts("6.25", 169), TaxFacts("1", 27))
    assert (found.captured, flags(found)) == (2896, [])


@pytest.mark.parametrize(
    ("fraction", "rate"),
    [
        ("0.06", "6"),
        (0.0725, "7.25"),
        ("0.08875", "8.875"),
        (0, ""),
        ("0.07250000000000001", "7.25"),
        (1, "100"),
    ],
)
def test_a_rate_is_said_in_per_cent(fraction: str | float, rate: str) -> None:
    found = read(line_items=[mug(tax_lines=[{"price": "4.31", "rate": fraction}])])
    assert found.lines[0].taxes[0].rate == (rate or "0")


def test_duties_are_flagged_and_not_part_of_the_total() -> None:
    duties = {"shop_money": {"amount": "2.00", "currency_code": "EUR"}}
    found = read(original_total_duties_set=duties, total_price="33.90")
    assert found.stated.total == 3190
    assert flags(found)[0] == "The total has duties in it, which belong to no line."


# Lines


def test_what_is_known_of_the_product_is_kept() -> None:
    line = mug(product={"product_type": "kitchen", "tags": "fragile, gift"}, variant_title="Default Title")
    (found,) = read(line_items=[line]).lines
    assert (found.category, found.tags, found.variant) == ("kitchen", ("fragile", "gift"), "")
    (found,) = read(line_items=[mug(product_type="home", tags=["a", "b"])]).lines
    assert (found.category, found.tags) == ("home", ("a", "b"))


def test_lines_without_ids_and_names_are_told_apart() -> None:
    bare = {"quantity": 1, "price": "5.00", "discount_allocations": []}
    lines = [bare, bare, CUP | {"title": None, "name": "Cup - large"}, CUP | {"id": None, "title": ""}]
    found = read(line_items=lines).lines
    assert [(line.key, line.title) for line in found] == [
        ("#1", "#1"),
        ("#2", "#2"),
        ("CUP#1", "Cup - large"),
        ("CUP#2", "CUP"),
    ]


def test_a_line_that_is_not_taxable_has_no_share_in_the_orders_taxes() -> None:
    lines = [mug(tax_lines=[]), CUP | {"taxable": False}]
    found = read(line_items=lines, shipping_lines=[], total_tax="4.31")
    assert [line.taxes for line in found.lines] == [(TaxFacts("", 431),), ()]


def test_pieces_that_were_taken_off_are_left_out_with_their_share() -> None:
    """Two of three mugs are left: 20.00 less 2.00, and 2.88 of the 4.31 of tax."""
    found = read(
        line_items=[mug(current_quantity=2), CUP | {"current_quantity": 0}],
        current_subtotal_price="18.00",
        current_total_tax="3.66",
        current_total_price="22.90",
        refunds=[refund(pieces=1)],
        transactions=[sale("22.90")],
    )
    (line,) = found.lines
    assert (line.quantity, line.subtotal, line.discount, line.taxes) == (2, 2000, 200, (TaxFacts("19", 288),))
    assert flags(found) == []


def test_pieces_that_money_went_back_for_stay_and_are_flagged() -> None:
    found = read(
        line_items=[mug(current_quantity=2)],
        financial_status="partially_refunded",
        refunds=[refund(back("9.00"), pieces=1)],
        current_total_price="22.90",
    )
    assert (found.lines[0].quantity, found.captured, found.refunded_outside) == (3, 3190, 900)
    assert flags(found) == ["Pieces of line 1 were refunded elsewhere."]


# Money


@pytest.mark.parametrize(
    ("status", "open_", "captured"),
    [
        ("paid", "0.00", 3190),
        ("refunded", None, 3190),
        ("partially_paid", "11.90", 2000),
        ("partially_paid", None, 0),
        ("pending", "31.90", 0),
        ("authorized", "31.90", 0),
        ("voided", None, 0),
        (None, None, 0),
    ],
)
def test_without_transactions_the_status_tells_what_was_captured(
    status: str | None, open_: str | None, captured: int
) -> None:
    assert read(financial_status=status, total_outstanding=open_).captured == captured


def test_captures_of_one_authorization_are_one_payment() -> None:
    parts = [
        sale("31.90", id=70, kind="authorization"),
        sale("20.00", kind="capture"),
        sale("11.90", id=72, kind="capture"),
        sale("9.00", id=73, kind="capture", status="failure"),
    ]
    assert [(p.reference, p.captured) for p in read(transactions=parts).payments] == [("pi_1", 3190)]


def test_an_authorization_alone_captures_nothing() -> None:
    found = read(transactions=[sale(kind="authorization")], financial_status="paid")
    assert (found.payments, found.captured) == ((), 0)


def test_several_payments_know_what_went_back_of_each() -> None:
    gift = sale("10.00", id=72, gateway="gift_card", authorization=None, payment_id="c1.1")
    found = read(
        transactions=[sale("21.90"), gift, back("4.00", parent_id=72)],
        refunds=[
            refund(back("4.00", parent_id=72)),
            refund(back("2.00", id=82), back("1", id=83, status="error")),
        ],
    )
    assert [(p.kind, p.reference, p.captured, p.refunded_outside) for p in found.payments] == [
        ("card", "pi_1", 2190, 200),
        ("gift_card", "c1.1", 1000, 400),
    ]
    assert (found.refunded_outside, flags(found)) == (600, [])


def test_refunds_without_transactions_of_their_own() -> None:
    assert read(financial_status="refunded").refunded_outside == 3190
    part = read(financial_status="partially_refunded")
    assert (part.refunded_outside, flags(part)) == (0, ["It was refunded in part; how much is not known."])


def test_a_refund_that_failed_is_none() -> None:
    failed = [back("4.00", status="failure"), back("2.00", id=82, status="error")]
    found = read(refunds=[refund(*failed, back("1.00", id=83, status="pending"))])
    assert found.refunded_outside == 100
    nameless = [back("1.00", id=None), back("2.00", id=None)]
    assert read(refunds=[refund(*nameless)]).refunded_outside == 300


def test_transactions_tell_more_than_the_status() -> None:
    assert read(financial_status="refunded", refunds=[refund(back("31.00"))]).refunded_outside == 3100


def test_pieces_stay_where_only_the_status_says_that_money_went_back() -> None:
    for status in ("partially_refunded", "refunded"):
        found = read(financial_status=status, line_items=[mug(current_quantity=2)])
        assert found.lines[0].quantity == 3


def test_a_refund_in_the_shoppers_currency_counts_as_the_shops() -> None:
    amount = {"shop_money": {"amount": "4.00", "currency_code": "EUR"}}
    found = read(refunds=[refund(back("4.48", currency="USD", amount_set=amount))])
    assert found.refunded_outside == 400


def test_what_is_not_known_of_the_money_is_flagged() -> None:
    found = read(payment_gateway_names=["gift_card", "paypal"])
    assert (found.payments[0].kind, flags(found)) == (
        "other",
        ["It was paid in several ways; how much by which is not known."],
    )
    found = read(financial_status="partially_paid", total_outstanding=None)
    assert flags(found) == ["It was paid in part; how much is not known."]
    assert read(payment_gateway_names=["bogus"]).payments[0].kind == "other"
    for names in (None, []):
        assert read(payment_gateway_names=names, gateway="paypal").payments[0].kind == "wallet"


@pytest.mark.parametrize(
    ("number", "label"),
    [("•••• •••• •••• 4242", "Visa •••• 4242"), ("XXXX-XXXX-XXXX-4242", "Visa •••• 4242"), ("", "Visa")],
)
def test_of_a_card_the_last_four_digits_are_kept(number: str, label: str) -> None:
    details = {"credit_card_company": "Visa", "credit_card_number": number}
    (paid,) = read(payment_details=details, payment_gateway_names=["bogus"]).payments
    assert (paid.kind, paid.label) == ("card", label)
    (paid,) = read(transactions=[sale()], payment_details=details).payments
    assert paid.label == label
    (paid,) = read(transactions=[sale(payment_details=details)]).payments
    assert paid.label == label


# Parcels and people


def test_a_parcel_counts_once_it_is_on_its_way() -> None:
    statuses = ("success", "pending", "open", "cancelled", "error", "failure")
    parcels = [PARCEL | {"status": status, "tracking_number": status} for status in statuses]
    assert [s.tracking for s in read(fulfillments=parcels).shipments] == ["success"]


def test_a_parcel_holds_the_lines_that_it_names() -> None:
    lines = [mug(), CUP]
    parcels = [PARCEL | {"shipment_status": "in_transit"}, PARCEL | {"line_items": [{"id": 99}]}, {}]
    found = read(line_items=lines, fulfillments=parcels).shipments
    assert [(s.lines, s.delivered_at) for s in found] == [(("MUG#1",), None), (None, None)]


def test_the_address_is_the_billing_one_where_nothing_was_sent() -> None:
    billed = {"first_name": "Eve", "last_name": "Ex", "zip": "40202", "country": "United States"}
    found = read(shipping_address=None, billing_address=billed)
    assert (found.name, found.postcode, found.country) == ("Eve Ex", "40202", "US")
    found = read(shipping_address=None, email="", customer={"email": "eve@x.org", "default_address": billed})
    assert (found.name, found.email) == ("Eve Ex", "eve@x.org")


def test_a_cancelled_order_says_so() -> None:
    assert read(cancelled_at="2026-05-05T00:00:00Z").cancelled_at == datetime(2026, 5, 5, tzinfo=UTC)


# In the shop


def test_an_order_imported_twice_is_unchanged(shop: Shop) -> None:
    file = json.dumps({"orders": [bought(fulfillments=[PARCEL], transactions=[sale()])]})
    assert outcomes(run(shop, file)) == ["1 imported"]
    before = copy.copy(stored(shop).__dict__)
    assert outcomes(run(shop, file)) == ["1 unchanged"]
    assert (before["captured"], before["id"]) == (3190, stored(shop).id)


def test_an_order_that_came_by_the_export_is_the_same_by_the_api(shop: Shop) -> None:
    row = first(Id="5001", Lineitem_quantity="3", Subtotal="30.00", Total="35.00")
    assert outcomes(run(shop, shopify(row))) == ["2 imported"]
    before = stored(shop)
    assert outcomes(run(shop, bought())) == ["1 updated"]
    after = stored(shop)
    assert (after.id, [line.id for line in after.lines]) == (before.id, [line.id for line in before.lines])
    assert after.lines[0].discount == 300
