"""Orders as WooCommerce's REST API gives them, JSON."""

from collections.abc import Iterator
from typing import TextIO

from portal.orders.facts import OrderFacts, Refused
from portal.orders.reading.values import AS_WRITTEN, values
from portal.orders.reading.woocommerce.orders import order_of


def read(text: TextIO) -> Iterator[tuple[int, OrderFacts | Refused]]:
    """Each order of the file with the number of its first line."""
    for line, value in values(text, AS_WRITTEN):
        yield line, value if isinstance(value, Refused) else order_of(value)
