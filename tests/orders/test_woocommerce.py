"""Orders of WooCommerce's API: what becomes of each field."""

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
from tests.orders import api
from tests.orders.files import flags, only, order, results, told
from tests.orders.given import outcomes, run, stored
from tests.orders.woo import bought, mug

CUP = {"id": 32, "name": "Cup", "sku": "CUP", "quantity": 1, "subtotal": "5.00", "total": "5.00", "taxes": []}


def read(**facts: Any) -> OrderFacts:
    return only(bought(**facts))


def test_an_order_is_read_with_all_it_says() -> None:
    found = read()
    assert (found.source, found.external_id, found.number) == ("woocommerce", "727", "W-727")
    assert found.placed_at == datetime(2026, 5, 1, 7, 58, 12, tzinfo=UTC)
    assert (found.currency, found.prices_include_tax, found.email) == ("EUR", True, "ann@example.com")
    assert (found.name, found.postcode, found.country) == ("Ann Example", "10115", "DE")
    assert found.address == ("Hauptstraße 1", "10115 Berlin", "Germany")
    assert found.lines == (
        LineFacts("31", "MUG", "Mug", 3, 3000, 300, (TaxFacts("19", 431),), variant="Blue"),
    )
    assert found.delivery == DeliveryFacts(490, 0, None, (TaxFacts("19", 78),))
    assert found.payments == (PaymentFacts("card", "stripe", "ch_1", 3190, "Credit card"),)
    assert found.shipments == (ShipmentFacts(datetime(2026, 5, 2, 7, tzinfo=UTC), None),)
    assert (found.refunded_outside, found.cancelled_at, flags(found)) == (0, None, [])


def test_prices_without_tax_stay_so() -> None:
    found = read(prices_include_tax=False)
    (line,) = found.lines
    assert (line.subtotal, line.discount, line.taxes) == (2521, 252, (TaxFacts("19", 431),))
    assert found.delivery == DeliveryFacts(412, 0, None, (TaxFacts("19", 78),))
    assert (found.captured, flags(found)) == (3190, [])


def test_files_are_told_apart_by_their_content() -> None:
    for content, source in ((bought(), "woocommerce"), (api.bought(), "shopify"), (order(), "homeward")):
        assert only(content).source == source


# Amounts


def test_of_several_taxes_each_has_its_share_of_the_lines_tax() -> None:
    rates = [
        {"rate_id": 7, "rate_percent": "6.2500"},
        {"rate_id": 8, "label": "City 1.5%"},
        {"rate_id": 9, "label": "Odd"},
    ]
    taxes = [{"id": 7, "total": "1.333333"}, {"id": 8, "total": "0.333333"}, {"id": 9, "total": "0.333333"}]
    line = mug(total="20.00", total_tax="2.00", subtotal="20.00", subtotal_tax="2.00", taxes=taxes)
    found = read(
        prices_include_tax=False, line_items=[line], tax_lines=rates, total_tax="2.78", total="26.90"
    )
    assert found.lines[0].taxes == (TaxFacts("6.25", 134), TaxFacts("1.5", 33), TaxFacts("", 33))
    assert flags(found) == []


def test_a_tax_whose_rate_is_not_said_has_none() -> None:
    assert read(line_items=[mug(taxes=[])]).lines[0].taxes == (TaxFacts("", 431),)


def test_a_price_that_was_raised_by_hand_has_nothing_off() -> None:
    (line,) = read(line_items=[mug(subtotal="1.00", subtotal_tax="0.19")]).lines
    assert (line.subtotal, line.discount) == (2700, 0)


def test_fees_go_with_the_delivery_and_those_below_zero_are_discounts() -> None:
    fee = {
        "id": 61,
        "name": "Cash on delivery",
        "total": "2.00",
        "total_tax": "0.38",
        "taxes": [{"id": 7, "total": "0.38"}],
    }
    less = {"id": 62, "name": "Loyal", "total": "-1.00", "total_tax": "0.00", "taxes": []}
    found = read(fee_lines=[fee, less], total="33.28", total_tax="5.47")
    assert found.delivery == DeliveryFacts(728, 0, None, (TaxFacts("19", 116),))
    assert (found.lines[0].paid, flags(found)) == (2600, [])
    taxed = less | {"total_tax": "-0.19", "taxes": [{"id": 7, "total": "-0.19"}]}
    assert read(fee_lines=[taxed]).lines[0].paid == 2581


def test_what_does_not_add_up_is_flagged() -> None:
    assert flags(read(total="32.90")) == [
        "By sum the parts of the total are €31.90, by the order €32.90: €1.00 apart."
    ]


# Money


@pytest.mark.parametrize(
    ("facts", "captured"),
    [
        ({}, 3190),
        ({"date_paid": None, "date_paid_gmt": None}, 0),
        ({"date_paid": None}, 3190),
        ({"date_paid_gmt": None}, 3190),
        ({"status": "pending", "date_paid": None, "date_paid_gmt": None}, 0),
    ],
)
def test_it_is_paid_once_it_has_a_day_of_payment(facts: dict[str, Any], captured: int) -> None:
    assert read(**facts).captured == captured


@pytest.mark.parametrize(
    ("status", "captured"), [("processing", 3190), ("wc-completed", 3190), ("on-hold", 0)]
)
def test_without_such_a_field_the_status_tells(status: str, captured: int) -> None:
    facts = bought(status=status)
    del facts["date_paid"], facts["date_paid_gmt"]
    assert only(facts).captured == captured


def test_refunds_are_refunded_elsewhere() -> None:
    assert read(refunds=[{"id": 1, "total": "-5.00"}, {"id": 2, "total": "-1.50"}]).refunded_outside == 650
    assert read(status="refunded").refunded_outside == 3190
    assert read(status="refunded", refunds=[{"total": "-31.90"}]).refunded_outside == 3190


@pytest.mark.parametrize(
    ("method", "title", "means"),
    [
        ("bacs", "Vorkasse", "bank"),
        ("cod", "Nachnahme", "cash"),
        ("ppcp-gateway", "PayPal", "wallet"),
        ("woocommerce_payments", "Credit card", "card"),
        ("cheque", "Cheque", "other"),
    ],
)
def test_the_kind_of_payment_follows_from_its_method(method: str, title: str, means: str) -> None:
    (paid,) = read(payment_method=method, payment_method_title=title).payments
    assert (paid.kind, paid.gateway, paid.label) == (means, method, title)


# Parcels and people


def test_parcels_of_the_tracking_extension_are_read() -> None:
    item = {"tracking_provider": "dhl", "tracking_number": "003404", "date_shipped": "1777795200"}
    own = {
        "tracking_provider": "",
        "custom_tracking_provider": "Bike",
        "tracking_number": "1",
        "date_shipped": "",
    }
    meta = [{"id": 1, "key": "_wc_shipment_tracking_items", "value": [item, own]}]
    found = read(meta_data=meta).shipments
    assert [(s.carrier, s.tracking, s.shipped_at) for s in found] == [
        ("dhl", "003404", datetime(2026, 5, 3, 8, tzinfo=UTC)),
        ("Bike", "1", datetime(2026, 5, 2, 7, tzinfo=UTC)),
    ]


def test_nothing_was_sent_before_the_order_is_completed() -> None:
    assert read(date_completed_gmt=None).shipments == ()


def test_the_address_is_the_billing_one_where_nothing_was_sent() -> None:
    billed = {
        "first_name": "Eve",
        "last_name": "Ex",
        "city": "Louisville",
        "state": "KY",
        "postcode": "40202",
    }
    found = read(shipping={"country": ""}, billing=billed | {"country": "US"})
    assert (found.name, found.address) == ("Eve Ex", ("Louisville, KY 40202", "United States"))


def test_the_language_is_what_the_extension_for_languages_notes() -> None:
    assert read(meta_data=[{"key": "wpml_language", "value": "de"}]).language == "de"
    assert read(meta_data=[{"key": "wpml_language", "value": {}}]).language is None


def test_a_cancelled_order_says_so() -> None:
    assert read(status="cancelled").cancelled_at == datetime(2026, 5, 4, 7, tzinfo=UTC)
    assert read(status="cancelled", date_modified_gmt=None).cancelled_at == read().placed_at


def test_lines_without_ids_are_told_apart() -> None:
    bare = CUP | {"id": None, "sku": "", "name": ""}
    found = read(line_items=[bare, bare]).lines
    assert [(line.key, line.title) for line in found] == [("#1", "#1"), ("#2", "#2")]


def test_pictures_and_names() -> None:
    image = {"id": 9, "src": "https://cdn.example.com/mug.jpg"}
    lines = [
        mug(image=image),
        CUP | {"image": {"src": "javascript:1"}},
        CUP | {"id": 33, "name": "", "image": ""},
    ]
    found = read(line_items=lines).lines
    assert [(line.title, line.variant, line.image) for line in found] == [
        ("Mug", "Blue", "https://cdn.example.com/mug.jpg"),
        ("Cup", "", ""),
        ("CUP", "", ""),
    ]


# What is refused


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"status": "checkout-draft"}, "it is no order (its status is checkout-draft)"),
        ({"number": "#", "id": 1}, "number is empty"),
        ({"currency": "gold"}, "currency is no currency code: gold"),
        ({"date_created": None, "date_created_gmt": None}, "date_created_gmt is empty"),
        ({"date_created_gmt": None}, "date_created is no date and time with its offset"),
        ({"date_created_gmt": "yesterday"}, "date_created_gmt is no date and time"),
        ({"total": None}, "total is empty"),
        ({"total": "31,90"}, "total is no amount in EUR: 31,90"),
        ({"total": "-1"}, "total is negative: -1"),
        ({"line_items": []}, "the order has no lines"),
        ({"line_items": [mug(), mug()]}, "two lines have the id 31"),
        ({"line_items": [mug(quantity=0)]}, "the order has no lines"),
        ({"line_items": [mug(quantity="1.5")]}, "line_items.1.quantity is no number of pieces: 1.5"),
        ({"line_items": [mug(total="")]}, "line_items.1.total is empty"),
        ({"line_items": [mug(total="-5.00")]}, "line_items.1.total is negative: -5.00"),
        ({"line_items": [mug(total="22.691")]}, "line_items.1.total is no amount in EUR: 22.691"),
        (
            {"line_items": [mug(taxes=[{"id": 7, "total": "-1"}])]},
            "line_items.1.taxes.1.total is no amount: -1",
        ),
        (
            {"tax_lines": [{"rate_id": 7, "rate_percent": "much"}]},
            "rate_percent is no rate in per cent: much",
        ),
        ({"refunds": [{"total": "all"}]}, "refunds.1.total is no amount in EUR: all"),
        ({"meta_data": "none"}, "meta_data is no list of objects"),
        ({"billing": [1]}, "billing is no object"),
    ],
)
def test_what_cannot_be_is_refused_with_its_reason(facts: dict[str, Any], why: str) -> None:
    (found,) = results(json.dumps(bought(**facts)), "woocommerce")
    assert told(found).startswith("1 refused ") and why in told(found)


def test_an_object_without_fields_may_be_written_as_an_empty_list() -> None:
    assert read(billing=[]).email == ""


def test_an_order_that_is_refused_does_not_stop_the_others() -> None:
    found = results(json.dumps([bought(total="x"), bought(id=728, number="W-728")]))
    assert [told(result) for result in found] == [
        "1 refused W-727: total is no amount in EUR: x",
        "1 W-728",
    ]


# In the shop


def test_an_order_imported_twice_is_unchanged(shop: Shop) -> None:
    file = json.dumps([bought()])
    assert outcomes(run(shop, file)) == ["1 imported"]
    id = stored(shop, "W-727").id
    assert outcomes(run(shop, file)) == ["1 unchanged"]
    assert stored(shop, "W-727").id == id
