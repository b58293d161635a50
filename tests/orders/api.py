"""Orders as Shopify's API gives them, for tests; an order that adds up, and parts of it to change."""

from typing import Any


def mug(**facts: Any) -> dict[str, Any]:
    """Three mugs at 10.00, of which 3.00 off, with 19 % inside: 4.31 of 27.00."""
    return {
        "id": 11,
        "sku": "MUG",
        "title": "Mug",
        "variant_title": "Blue",
        "quantity": 3,
        "current_quantity": 3,
        "price": "10.00",
        "taxable": True,
        "total_discount": "0.00",
        "discount_allocations": [{"amount": "3.00", "discount_application_index": 0}],
        "tax_lines": [{"title": "VAT", "price": "4.31", "rate": 0.19}],
    } | facts


def bought(**facts: Any) -> dict[str, Any]:
    """The mugs and their delivery of 4.90, with 0.78 of tax inside: 31.90."""
    return {
        "id": 5001,
        "name": "#1001",
        "created_at": "2026-05-03T09:58:12+02:00",
        "processed_at": "2026-05-01T09:58:12+02:00",
        "currency": "EUR",
        "presentment_currency": "EUR",
        "email": "ann@example.com",
        "customer_locale": "de-DE",
        "financial_status": "paid",
        "taxes_included": True,
        "subtotal_price": "27.00",
        "total_discounts": "3.00",
        "total_tax": "5.09",
        "total_price": "31.90",
        "total_outstanding": "0.00",
        "payment_gateway_names": ["shopify_payments"],
        "line_items": [mug()],
        "shipping_lines": [
            {
                "title": "DHL",
                "price": "4.90",
                "discounted_price": "4.90",
                "discount_allocations": [],
                "tax_lines": [{"price": "0.78", "rate": 0.19}],
            }
        ],
        "shipping_address": {
            "name": "Ann Example",
            "address1": "Hauptstraße 1",
            "city": "Berlin",
            "zip": "10115",
            "country": "Germany",
            "country_code": "DE",
        },
        "refunds": [],
        "fulfillments": [],
    } | facts


def sale(amount: str = "31.90", **facts: Any) -> dict[str, Any]:
    return {
        "id": 71,
        "kind": "sale",
        "status": "success",
        "gateway": "shopify_payments",
        "authorization": "pi_1",
        "amount": amount,
        "currency": "EUR",
    } | facts


def back(amount: str, **facts: Any) -> dict[str, Any]:
    """A refund's transaction."""
    return sale(amount, id=81, kind="refund", parent_id=71, authorization=None) | facts


def refund(*transactions: dict[str, Any], pieces: int = 0) -> dict[str, Any]:
    lines = [{"line_item_id": 11, "quantity": pieces}] if pieces else []
    return {"id": 91, "refund_line_items": lines, "transactions": list(transactions)}
