"""The header of Shopify's order export, in its several spellings."""

from collections.abc import Sequence

from portal.errors import Refusal
from portal.i18n import say
from portal.orders.reading.columns import Columns

REQUIRED = (
    "name",
    "created at",
    "currency",
    "total",
    "lineitem quantity",
    "lineitem name",
    "lineitem price",
)
_OTHER_NAMES = {"canceled at": "cancelled at", "payment reference deprecated": "payment reference"}


def columns_of(header: Sequence[str]) -> Columns:
    """Raises Refusal if the header is not that of an order export."""
    columns = Columns.of(header, _OTHER_NAMES)
    missing = columns.missing(REQUIRED)
    if missing:
        names = ", ".join(missing)
        raise Refusal(say("This is no order export of Shopify: it has no column {missing}.", missing=names))
    return columns
