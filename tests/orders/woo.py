"""Orders as WooCommerce's API gives them, for tests; an order that adds up, and parts of it to change."""

from typing import Any


def mug(**facts: Any) -> dict[str, Any]:
    """Three mugs at 10.00 with 19 % inside, 3.00 off: 27.00, of which 4.31 tax (30.00: 25.21 and 4.79)."""
    return {
        "id": 31,
        "name": "Mug - Blue",
        "parent_name": "Mug",
        "sku": "MUG",
        "quantity": 3,
        "price": 7.563025,
        "subtotal": "25.21",
        "subtotal_tax": "4.79",
        "total": "22.69",
        "total_tax": "4.31",
        "taxes": [{"id": 7, "total": "4.310924", "subtotal": "4.789916"}],
    } | facts


def way(**facts: Any) -> dict[str, Any]:
    """Delivery at 4.90 with 0.78 of tax inside."""
    taxes = [{"id": 7, "total": "0.782353", "subtotal": ""}]
    return {"id": 41, "method_title": "DHL", "total": "4.12", "total_tax": "0.78", "taxes": taxes} | facts


def bought(**facts: Any) -> dict[str, Any]:
    """The mugs and their delivery: 31.90."""
    return {
        "id": 727,
        "number": "W-727",
        "status": "completed",
        "currency": "EUR",
        "prices_include_tax": True,
        "date_created": "2026-05-01T09:58:12",
        "date_created_gmt": "2026-05-01T07:58:12",
        "date_modified_gmt": "2026-05-04T07:00:00",
        "date_paid": "2026-05-01T10:00:00",
        "date_paid_gmt": "2026-05-01T08:00:00",
        "date_completed_gmt": "2026-05-02T07:00:00",
        "discount_total": "2.52",
        "discount_tax": "0.48",
        "shipping_total": "4.12",
        "shipping_tax": "0.78",
        "cart_tax": "4.31",
        "total": "31.90",
        "total_tax": "5.09",
        "payment_method": "stripe",
        "payment_method_title": "Credit card",
        "transaction_id": "ch_1",
        "billing": {"first_name": "Ann", "last_name": "Example", "email": "ann@example.com"},
        "shipping": {
            "first_name": "Ann",
            "last_name": "Example",
            "address_1": "Hauptstraße 1",
            "city": "Berlin",
            "state": "DE-BE",
            "postcode": "10115",
            "country": "DE",
        },
        "meta_data": [],
        "line_items": [mug()],
        "tax_lines": [{"id": 51, "rate_id": 7, "label": "MwSt.", "rate_percent": 19, "tax_total": "4.31"}],
        "shipping_lines": [way()],
        "fee_lines": [],
        "coupon_lines": [{"code": "MAY", "discount": "2.52", "discount_tax": "0.48"}],
        "refunds": [],
    } | facts
