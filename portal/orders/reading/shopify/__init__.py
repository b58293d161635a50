"""Shopify's order export, CSV: several rows to an order, the order's own columns on the first."""

from collections.abc import Iterator
from typing import TextIO

from portal.orders.facts import OrderFacts, Refused
from portal.orders.reading.rows import table
from portal.orders.reading.shopify.grouping import groups
from portal.orders.reading.shopify.header import columns_of
from portal.orders.reading.shopify.orders import order_of


def read(text: TextIO) -> Iterator[tuple[int, OrderFacts | Refused]]:
    """Each order with the number of its first line. Raises Refusal if the header is not Shopify's."""
    found = table(text)
    columns = columns_of(found.header)
    return (order_of(columns, group) for group in groups(columns, found.rows))
