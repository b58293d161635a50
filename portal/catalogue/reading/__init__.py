"""Files of products, read one product at a time: whatever the size of the file, memory stays bounded."""

from collections.abc import Callable, Iterator
from typing import Any, BinaryIO, TextIO

from portal.catalogue.facts import ProductFacts, fit
from portal.catalogue.reading import homeward, shopify, shopify_api
from portal.catalogue.reading.telling import format_of
from portal.orders.facts import Refused, Unfit
from portal.orders.reading.text import opened

Read = tuple[int, ProductFacts | Refused]
FORMATS: dict[str, Callable[[TextIO, str], Iterator[Read]]] = {
    "homeward": homeward.read,
    "shopify": shopify.read,
    "shopify-api": shopify_api.read,
}


def read(file: BinaryIO, currency: str, format: str = "") -> Iterator[Read]:
    """The products of a seekable binary file, or why not, each with the number of its first line.

    `currency` is the shop's, for files that name none. `format` is a key of FORMATS; without it the file's
    content tells. Raises Refusal for a file that is no file of products at all.
    """
    with opened(file) as text:
        chosen = FORMATS[format or format_of(text)]
        for line, product in chosen(text, currency):
            yield line, product if isinstance(product, Refused) else _fitting(product)


def one(value: dict[str, Any], currency: str) -> ProductFacts:
    """One product in Homeward's own format. Raises pydantic's ValidationError, or Unfit."""
    return fit(homeward.facts_of(value, currency))


def _fitting(product: ProductFacts) -> ProductFacts | Refused:
    try:
        return fit(product)
    except Unfit as error:
        return Refused(error.message, product.external_id)


__all__ = ["FORMATS", "Read", "one", "read"]
