"""Orders as Shopify's Admin REST API gives them, JSON."""

from collections.abc import Iterator
from typing import TextIO

from portal.orders.facts import OrderFacts, Refused
from portal.orders.reading.shopify_api.orders import order_of
from portal.orders.reading.values import AS_WRITTEN, values


def read(text: TextIO) -> Iterator[tuple[int, OrderFacts | Refused]]:
    """Each order of the file with the number of its first line."""
    for line, value in values(text, AS_WRITTEN):
        yield line, value if isinstance(value, Refused) else order_of(value)
