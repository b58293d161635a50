"""Shopify's order export: what its cells mean."""

import pytest

from portal.errors import Refusal
from portal.orders.facts import PaymentFacts, ShipmentFacts, TaxFacts
from tests.orders.files import (
    HEADER,
    LINE,
    first,
    flags,
    more,
    only,
    orders,
    outside,
    results,
    shopify,
    small,
    told,
)


def test_an_order_is_read_with_all_it_says() -> None:
    order = only(shopify(first(), more(Lineitem_name="Cup", Lineitem_sku="CUP", Lineitem_price="1.50")))
    assert (order.source, order.external_id, order.number) == ("shopify", "5001", "#1001")
    assert order.placed_at.isoformat() == "2026-05-01T07:58:12+00:00"
    assert (order.currency, order.email, order.name) == ("EUR", "ann@example.com", "Ann Example")
    assert order.address == ("Hauptstraße 1", "10115 Berlin", "DE")
    assert (order.postcode, order.country) == ("10115", "DE")
    assert [(i.sku, i.title, i.quantity, i.subtotal) for i in order.lines] == [
        ("MUG", "Mug", 2, 2000),
        ("CUP", "Cup", 2, 300),
    ]
    assert order.delivery.charged == 500
    assert order.payments == (PaymentFacts("card", "shopify_payments", "", 2500, "Shopify Payments"),)
    (shipment,) = order.shipments
    assert shipment.shipped_at and shipment.shipped_at.isoformat() == "2026-05-02T09:00:00+00:00"
    assert (shipment.delivered_at, shipment.lines) == (None, None)


@pytest.mark.parametrize(
    "names",
    [
        {"Lineitem sku": "Lineitem SKU", "Cancelled at": "Canceled at"},
        {"Lineitem sku": "lineitem_sku", "Cancelled at": "CANCELLED AT"},
        {},
    ],
)
def test_both_spellings_of_the_header_are_read(names: dict[str, str]) -> None:
    row = first(Cancelled_at="2026-05-03 08:00:00 +0000")
    header = [names.get(name, name) for name in HEADER]
    order = only(shopify({names.get(k, k): v for k, v in row.items()}, header=header))
    assert order.lines[0].sku == "MUG"
    assert order.cancelled_at and order.cancelled_at.day == 3


def test_the_real_export_with_79_columns_adds_up() -> None:
    order = only(outside("orders/shopify_export_79_columns.csv").read_bytes())
    assert [(i.sku, i.quantity, i.subtotal) for i in order.lines] == [
        ("TEE-BLK-S", 2, 1998),
        ("MUG", 1, 1000),
    ]
    assert (order.external_id, order.captured, order.country, flags(order)) == ("5001", 3498, "US", [])


def test_the_header_that_the_manual_documents_is_read() -> None:
    header = outside("orders/shopify_export_documented_header.txt").read_text().strip().split(",")
    row = first() | {
        "Lineitem SKU": "MUG",
        "Canceled at": "2026-05-03 08:00:00 +0000",
        "Payment References": "p1",
    }
    order = only(shopify(row, header=header))
    assert (order.lines[0].sku, order.payments[0].reference) == ("MUG", "p1")
    assert order.cancelled_at


def test_a_file_without_the_columns_it_needs_is_refused_whole() -> None:
    with pytest.raises(Refusal) as refused:
        results("Name,Email\n#1001,ann@example.com\n")
    assert "created at, currency, total, lineitem quantity" in str(refused.value.message)
    with pytest.raises(Refusal):
        results("")


def test_columns_that_are_not_needed_may_be_missing() -> None:
    header = [
        name for name in HEADER if name not in ("Subtotal", "Id", "Lineitem taxable", "Discount Amount")
    ]
    order = only(shopify(first(), header=header))
    assert (order.external_id, order.captured, flags(order)) == ("1001", 2500, [])


# What was paid


@pytest.mark.parametrize(
    "status, cells, captured",
    [
        ("paid", {}, 2500),
        ("refunded", {"Refunded_Amount": "25.00"}, 2500),
        ("partially_refunded", {"Refunded_Amount": "5.00"}, 2500),
        ("partially_paid", {"Outstanding_Balance": "10.00"}, 1500),
        ("partially_paid", {}, 0),
        ("authorized", {}, 0),
        ("pending", {"Paid_at": ""}, 0),
        ("voided", {}, 0),
        ("", {}, 2500),
        ("", {"Paid_at": ""}, 0),
    ],
)
def test_what_was_captured_follows_from_the_financial_status(
    status: str, cells: dict[str, str], captured: int
) -> None:
    assert only(shopify(first(Financial_Status=status, **cells))).captured == captured


def test_what_was_refunded_elsewhere_is_known() -> None:
    order = only(shopify(first(Financial_Status="partially_refunded", Refunded_Amount="5.50")))
    assert (order.refunded_outside, order.captured, flags(order)) == (550, 2500, [])


@pytest.mark.parametrize(
    "method, means",
    [("gift_card", "gift_card"), ("Cash on Delivery (COD)", "cash"), ("PayPal Express Checkout", "wallet"),
     ("Bank Deposit", "bank"), ("manual", "other"), ("", "other")],
)  # fmt: skip
def test_the_kind_of_payment_follows_from_its_method(method: str, means: str) -> None:
    assert only(shopify(first(Payment_Method=method))).payments[0].kind == means


def test_an_order_paid_in_several_ways_is_flagged() -> None:
    order = only(shopify(first(Payment_Method="Shopify Payments + Gift Card")))
    assert (order.payments[0].kind, order.captured) == ("other", 2500)
    assert flags(order) == ["It was paid in several ways; how much by which is not known."]


# Discounts, delivery, tax: what the sums mean

OWN, ALL = "Lineitem_discount", "Discount_Amount"


@pytest.mark.parametrize(
    "cells, discounts, delivery, inside",
    [
        # an order discount of 4.00 off the goods
        ({ALL: "4.00", "Subtotal": "16.00", "Total": "21.00"}, [400], (500, 0), False),
        # free delivery by a code: Shipping as paid, or before it
        ({ALL: "5.00", "Shipping": "0.00", "Total": "20.00"}, [0], (500, 500), False),
        ({ALL: "5.00", "Shipping": "5.00", "Total": "20.00"}, [0], (500, 500), False),
        # half of it off the goods, half off the delivery
        ({ALL: "6.00", "Subtotal": "17.00", "Total": "19.00"}, [300], (500, 300), False),
        # a line's discount, which Discount Amount counts again, or does not
        ({OWN: "2.00", ALL: "2.00", "Subtotal": "18.00", "Total": "23.00"}, [0], (500, 0), False),
        ({OWN: "2.00", "Subtotal": "18.00", "Total": "23.00"}, [0], (500, 0), False),
        ({OWN: "2.00", ALL: "3.00", "Subtotal": "17.00", "Total": "22.00"}, [100], (500, 0), False),
        # tax on top, tax inside
        ({"Taxes": "2.00", "Total": "27.00"}, [0], (500, 0), False),
        ({"Taxes": "2.00", "Total": "25.00"}, [0], (500, 0), True),
        # no tax, no way to tell: it makes no difference
        ({}, [0], (500, 0), False),
    ],
)
def test_the_total_tells_what_the_sums_mean(
    cells: dict[str, str], discounts: list[int], delivery: tuple[int, int], inside: bool
) -> None:
    order = only(shopify(first(**cells)))
    own = 200 if OWN in cells else 0
    assert order.lines[0].discount == own + sum(discounts)
    assert (order.delivery.charged, order.delivery.discount) == delivery
    assert order.prices_include_tax is inside
    assert flags(order) == []


def test_a_column_says_whether_prices_include_tax_even_if_sums_say_otherwise() -> None:
    order = only(shopify(first(Taxes="2.00", Total="27.00", Taxes_included="yes")))
    assert order.prices_include_tax
    assert (
        flags(order)
        == [
            "By sum the parts of the total are €25.00, by the order €27.00: €2.00 apart, as much as the tax.",
            "Captured is €27.00 of a total of €27.00.",
        ][:1]
    )


def test_the_nearer_reading_is_taken_where_neither_adds_up() -> None:
    on_top = only(shopify(first(Taxes="2.00", Total="27.01")))
    inside = only(shopify(first(Taxes="2.00", Total="25.01")))
    assert (on_top.prices_include_tax, inside.prices_include_tax) == (False, True)
    assert len(flags(on_top)) == len(flags(inside)) == 1


def test_taxes_keep_their_rates() -> None:
    cells = {"Taxes": "3.99", "Total": "25.00", "Tax_1_Name": "DE USt 19%", "Tax_1_Value": "3.99"}
    order = only(shopify(first(**cells)))
    assert order.prices_include_tax
    assert order.lines[0].taxes == (TaxFacts("19", 319),)
    assert order.delivery.taxes == (TaxFacts("19", 80),)
    assert flags(order) == []


def test_tax_beyond_the_named_ones_has_no_rate() -> None:
    cells = {"Taxes": "2.50", "Total": "27.50", "Tax_1_Name": "State Tax 10%", "Tax_1_Value": "2.00"}
    order = only(shopify(first(**cells)))
    assert order.lines[0].taxes == (TaxFacts("10", 200), TaxFacts("", 50))


def test_duties_are_flagged() -> None:
    order = only(shopify(first(Duties="3.00", Total="28.00")))
    assert flags(order)[0] == "The total has duties in it, which belong to no line."


def test_an_order_that_does_not_add_up_says_by_how_much_and_why() -> None:
    rows = [
        first(Subtotal="10.00", Total="15.00"),
        more(Lineitem_name="Cup", Lineitem_price="5.00", Lineitem_sku="C"),
    ]
    order = only(shopify(*rows))
    assert flags(order) == [
        "By sum the lines after discounts are €30.00, by the order €10.00: €20.00 apart, as much as line 1.",
        "By sum the parts of the total are €35.00, by the order €15.00: €20.00 apart, as much as line 1.",
    ]


# Lines


def test_a_line_that_was_taken_off_is_left_out() -> None:
    order = only(shopify(first(), more(Lineitem_quantity="0", Lineitem_sku="CUP")))
    assert [line.sku for line in order.lines] == ["MUG"]


def test_lines_of_one_article_are_told_apart() -> None:
    order = only(shopify(first(), more(), more(Lineitem_sku=""), more(Lineitem_sku="")))
    assert [line.key for line in order.lines] == ["MUG#1", "MUG#2", "#3", "#4"]


def test_a_partly_sent_order_says_which_lines_were_sent() -> None:
    rows = [
        first(Fulfillment_Status="partial", Lineitem_fulfillment_status="fulfilled"),
        more(Lineitem_sku="CUP", Lineitem_fulfillment_status="pending"),
    ]
    (shipment,) = only(shopify(*rows)).shipments
    assert isinstance(shipment, ShipmentFacts)
    assert shipment.lines == ("MUG#1",)


def test_one_line_of_eighty_thousand_pieces() -> None:
    cells = {
        "Lineitem_quantity": "80995",
        "Lineitem_price": "2.08",
        "Subtotal": "168469.60",
        "Total": "168474.60",
    }
    order = only(shopify(first(**cells)))
    assert (order.lines[0].quantity, order.lines[0].subtotal, flags(order)) == (80_995, 16_846_960, [])


def test_an_order_of_a_thousand_lines() -> None:
    rows = [more(Lineitem_quantity="1", Lineitem_price="0.01", Lineitem_sku=f"S{n}") for n in range(999)]
    cells = {"Subtotal": "29.99", "Total": "34.99", "Discount_Amount": "0.00"}
    order = only(shopify(first(**cells), *rows))
    assert (len(order.lines), flags(order)) == (1000, [])


def test_an_order_of_too_many_lines_is_refused_and_the_next_is_read() -> None:
    text = shopify(first(), *[LINE] * 10_000, small("#1002"))
    assert [told(result) for result in results(text)] == [
        "10002 refused #1001: more than 10000 lines in one order",
        "10003 #1002",
    ]


def test_orders_follow_one_another() -> None:
    read = orders(shopify(small("#1"), more(n="#1"), small("#2"), small("#3"), more(n="#3"), more(n="#3")))
    assert [(order.number, len(order.lines)) for order in read] == [("#1", 2), ("#2", 1), ("#3", 3)]


def test_rows_that_repeat_the_order_s_cells_are_lines_of_it() -> None:
    rows = [first(), first(Lineitem_sku="CUP", Lineitem_price="5.00")]
    order = only(shopify(*rows))
    assert [line.sku for line in order.lines] == ["MUG", "CUP"]


def test_an_order_that_stands_twice_in_a_row_is_two_orders() -> None:
    read = orders(shopify(first(), more(Lineitem_sku="CUP"), first(), more(Lineitem_sku="CUP")))
    assert [len(order.lines) for order in read] == [2, 2]
    assert read[0] == read[1]
