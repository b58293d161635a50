"""The rows of an order as the object that WooCommerce's API gives for it, so that one reader reads both."""

import re
from typing import Any

from portal.i18n import Message, say
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
_COLUMNS = _OF_ORDER | {
    "date_paid_gmt": "paid date",
    "shipping_lines.total": "shipping total",
    "shipping_lines.total_tax": "shipping tax total",
    "fee_lines.total": "fee total",
    "fee_lines.total_tax": "fee tax total",
    "refunds.total": "refunded total",
}
_PLACE = re.compile(r"(\w+)\.([0-9]+)\.(\w+)\Z")
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


def as_in_file(reason: Message) -> tuple[int, Message]:
    """A reader's reason with the export's column for the API's field, and in which row of the order it is."""
    args = dict(reason.args)
    if "field" not in args:
        return 0, reason
    found = _PLACE.match(args["field"])
    row = int(found[2]) - 1 if found and found[1] == "line_items" else 0
    return row, say(reason.id, **args | {"field": _column(args["field"], found).replace(" ", "_")})


def _column(field: str, found: re.Match[str] | None) -> str:
    if found is None:
        return _COLUMNS.get(field, field.replace(".", "_"))
    if found[1] == "line_items":
        return f"item_{found[3]}"
    return _COLUMNS.get(f"{found[1]}.{found[3]}", field)
