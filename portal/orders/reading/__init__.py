"""Files of orders, read one order at a time: whatever the size of the file, memory stays bounded."""

from collections.abc import Callable, Iterator
from typing import Any, BinaryIO, TextIO

from portal.orders.adding_up import settle
from portal.orders.facts import OrderFacts, Refused, Unfit
from portal.orders.reading import homeward, shopify, shopify_api, woocommerce, woocommerce_csv
from portal.orders.reading.telling import format_of
from portal.orders.reading.text import opened

Read = tuple[int, OrderFacts | Refused]
FORMATS: dict[str, Callable[[TextIO], Iterator[Read]]] = {
    "homeward": homeward.read,
    "shopify": shopify.read,
    "shopify-api": shopify_api.read,
    "woocommerce": woocommerce.read,
    "woocommerce-csv": woocommerce_csv.read,
}


def read(file: BinaryIO, format: str = "") -> Iterator[Read]:
    """The orders of a seekable binary file, settled, or why not, each with the number of its first line.

    `format` is a key of FORMATS; without it the file's content tells. Raises Refusal for a file that is no
    order file at all.
    """
    with opened(file) as text:
        chosen = FORMATS[format or format_of(text)]
        for line, order in chosen(text):
            yield line, order if isinstance(order, Refused) else _settled(order)


def one(value: dict[str, Any]) -> OrderFacts:
    """One order in Homeward's own format, settled. Raises pydantic's ValidationError, or Unfit."""
    return settle(homeward.facts_of(value))


def _settled(order: OrderFacts) -> OrderFacts | Refused:
    try:
        return settle(order)
    except Unfit as error:
        return Refused(error.message, order.number)


__all__ = ["FORMATS", "Read", "one", "read"]
