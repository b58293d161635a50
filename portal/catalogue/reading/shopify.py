"""Shopify's product export, CSV: several rows with one handle make a product."""

from collections.abc import Iterator, Sequence
from typing import TextIO

from portal.catalogue.facts import ProductFacts
from portal.catalogue.reading.shopify_rows import Group, product_of
from portal.errors import Refusal
from portal.i18n import say
from portal.orders.facts import Refused
from portal.orders.reading import fields
from portal.orders.reading.columns import Columns
from portal.orders.reading.rows import Broken, Row, table

REQUIRED = ("handle", "title", "option1 value", "variant price")
# Columns of the newer export, which says "URL handle" and "SKU"; and one of an old export.
_OTHER_NAMES = {
    "custom product type": "type",
    "url handle": "handle",
    "sku": "variant sku",
    "price": "variant price",
    "charge tax": "variant taxable",
    "inventory tracker": "variant inventory tracker",
    "inventory quantity": "variant inventory qty",
    "product image url": "image src",
    "variant image url": "variant image",
}


def read(text: TextIO, currency: str) -> Iterator[tuple[int, ProductFacts | Refused]]:
    """Each product with the number of its first line, or of the line that broke it."""
    found = table(text)
    columns = columns_of(found.header)
    for group in _groups(columns, found.rows):
        if group.broken:
            number, reason = group.broken
            yield number, Refused(reason, fields.shown(group.handle))
        else:
            yield product_of(columns, group, currency)


def columns_of(header: Sequence[str]) -> Columns:
    """Raises Refusal if the header is not that of a product export."""
    columns = Columns.of(header, _OTHER_NAMES)
    missing = columns.missing(REQUIRED)
    if missing:
        names = ", ".join(missing)
        raise Refusal(say("This is no product export of Shopify: it has no column {missing}.", missing=names))
    return columns


def _groups(columns: Columns, rows: Iterator[Row]) -> Iterator[Group]:
    """Products in the file's order. A row that cannot be read spoils the whole of its product and no other.

    A row without handle and title belongs to the one above; so does a broken one, as far as it can be told.
    """
    group: Group | None = None
    for number, row in rows:
        cells = row.cells if isinstance(row, Broken) else row
        handle = columns.cell(cells, "handle")
        goes_on = not columns.cell(cells, "title") if not handle else group and handle == group.handle
        if group is None or not goes_on:
            if group:
                yield group
            group = Group(handle)
        if isinstance(row, Broken):
            group.spoil(number, row.reason)
        else:
            group.add(number, row)
    if group:
        yield group
