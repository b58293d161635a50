"""Which format a file has: what its first orders call their fields tells, without reading it all."""

import re
from itertools import islice
from typing import Any, TextIO

from portal.errors import Refusal
from portal.i18n import say
from portal.orders.facts import Refused
from portal.orders.reading.values import values

SHOPIFY = ("lineitem", "created at", "created_at", "financial", "name")
_NAMES = re.compile(r'"(\w+)"\s*:')  # of a file that breaks off within its first order
LOOKED_AT = 20  # values of a file until one is an order
_SIGNS = {
    "homeward": {"placed_at", "prices_include_tax", "lines", "payments", "shipments", "totals"},
    "shopify-api": {
        "created_at",
        "financial_status",
        "line_items",
        "shipping_lines",
        "subtotal_price",
        "taxes_included",
        "total_price",
    },
    "woocommerce": {
        "billing",
        "cart_tax",
        "coupon_lines",
        "date_created",
        "date_created_gmt",
        "fee_lines",
        "line_items",
        "shipping_lines",
        "shipping_total",
    },
}


def format_of(text: TextIO) -> str:
    """A key of FORMATS. The text is left at its beginning."""
    start = text.read(4096).lstrip()
    text.seek(0)
    if start[:1] not in ("{", "["):
        return _of_header(start.partition("\n")[0])
    found = (value for _, value in islice(values(text), LOOKED_AT))
    first: dict[str, Any] = next((value for value in found if not isinstance(value, Refused)), {})
    text.seek(0)
    inner = first.get("order")
    names = set(inner if isinstance(inner, dict) else first) or set(_NAMES.findall(start))
    return max(_SIGNS, key=lambda format: len(_SIGNS[format] & names))


def _of_header(line: str) -> str:
    """Of a CSV file: WooCommerce's columns are written with underscores. Raises Refusal for neither's."""
    if "item_quantity" in line or "order_id" in line:
        return "woocommerce-csv"
    named = line.casefold()
    if not any(column in named for column in SHOPIFY):
        raise Refusal(say("This is none of the formats that are known here. If it is, choose which."))
    return "shopify"
