"""Which format a file of products has: what its first product calls its fields tells."""

from itertools import islice
from typing import Any, TextIO

from portal.catalogue.reading.products import products
from portal.orders.facts import Refused

LOOKED_AT = 20  # values of a file until one is a product
_SIGNS = {
    "homeward": {"category", "currency", "prices_include_tax", "source", "tax_rates", "active"},
    "shopify-api": {"admin_graphql_api_id", "body_html", "handle", "images", "options",
                    "product_type", "status"},
}  # fmt: skip


def format_of(text: TextIO) -> str:
    """A key of FORMATS. The text is left at its beginning."""
    start = text.read(4096).lstrip()
    text.seek(0)
    if start[:1] not in ("{", "["):
        return "shopify"
    found = (value for _, value in islice(products(text), LOOKED_AT))
    first: dict[str, Any] = next((value for value in found if not isinstance(value, Refused)), {})
    text.seek(0)
    inner = first.get("product")
    names = (inner if isinstance(inner, dict) else first).keys()
    return max(_SIGNS, key=lambda format: len(_SIGNS[format] & names))
