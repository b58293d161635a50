"""WooCommerce's order export, CSV, with a row for each item; each row repeats the order's own columns."""

from collections.abc import Iterator
from dataclasses import replace
from typing import TextIO

from portal.errors import Refusal
from portal.i18n import say
from portal.orders.facts import OrderFacts, Refused
from portal.orders.reading.columns import Columns
from portal.orders.reading.rows import table
from portal.orders.reading.woocommerce.orders import order_of
from portal.orders.reading.woocommerce_csv.grouping import Group, groups
from portal.orders.reading.woocommerce_csv.rebuilding import as_in_file, rebuilt

REQUIRED = ("order id", "order date", "order currency", "order total", "item quantity", "item total")
_OTHER_NAMES = {"date": "order date", "currency": "order currency", "order number formatted": "order number"}


def read(text: TextIO) -> Iterator[tuple[int, OrderFacts | Refused]]:
    """Each order with the number of its first line. Raises Refusal if the header is not of this export."""
    found = table(text)
    columns = Columns.of(found.header, _OTHER_NAMES)
    missing = columns.missing(REQUIRED)
    if missing:
        raise Refusal(
            say(
                "This is no export of WooCommerce with a row for each item: it has no column {missing}.",
                missing=", ".join(name.replace(" ", "_") for name in missing),
            )
        )
    return (_order(columns, group) for group in groups(columns, found.rows))


def _order(columns: Columns, group: Group) -> tuple[int, OrderFacts | Refused]:
    if group.broken:
        number, reason = group.broken
        return number, Refused(reason, group.id)
    made = order_of(rebuilt(columns, [row for _, row in group.rows]))
    if isinstance(made, OrderFacts):
        return group.rows[0][0], made
    row, reason = as_in_file(made.reason)
    return group.rows[row][0], replace(made, reason=reason)
