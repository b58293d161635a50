"""The rows of an order as the object that WooCommerce's API gives for it, so that one reader reads both."""

from typing import Any

from portal.orders.reading.columns import Columns

_OF_ORDER = {
    "id": "order id",
    "number": "order number",
    "status": "status",
    "currency": "order currency",
    "total": "order total",
    "date_created_gmt": "order date",
    "date_completed_gmt": "completed date",
    "payment_method": "payment method",
    "payment_method_title": "payment method title",
    "transaction_id": "transaction id",
}
_OF_ADDRESS = (
    "first_name",
    "last_name",
    "company",
    "address_1",
    "address_2",
    "city",
    "state",
    "postcode",
    "country",
    "email",
)
_OF_LINE = ("id", "name", "sku", "quantity", "subtotal", "subtotal_tax", "total", "total_tax")


def rebuilt(columns: Columns, rows: list[list[str]]) -> dict[str, Any]:
    """What the file does not say is not in the object either. The first row speaks for the order."""
    first = rows[0]

    def cell(name: str) -> str:
        return columns.cell(first, name.replace("_", " "))

    order: dict[str, Any] = {name: cell(column) for name, column in _OF_ORDER.items()}
    order |= {
        side: {name: cell(f"{side}_{name}") for name in _OF_ADDRESS} for side in ("billing", "shipping")
    }
    order["line_items"] = [_line(columns, row) for row in rows]
    order["shipping_lines"] = [{"total": cell("shipping_total"), "total_tax": cell("shipping_tax_total")}]
    order["fee_lines"] = [{"total": cell("fee_total"), "total_tax": cell("fee_tax_total")}]
    order["refunds"] = [{"total": back} for back in [cell("refunded_total")] if back.strip("0.")]
    if "paid date" in columns:
        order["date_paid_gmt"] = cell("paid_date")
    if "prices include tax" in columns:
        order["prices_include_tax"] = cell("prices_include_tax").lower() in ("yes", "true", "1")
    return order


def _line(columns: Columns, row: list[str]) -> dict[str, str]:
    return {name: columns.cell(row, f"item {name.replace('_', ' ')}") for name in _OF_LINE}
