"""The page behind a mailed link is said in the language of its mail."""

from portal.db import find
from portal.orders.models import Order
from portal.people import Purpose
from portal.people.links import reader
from portal.web.languages import speaks


def speaks_as_mailed(secret: str, purpose: Purpose) -> None:
    """As the order to whose address the link went, whatever the browser would rather read."""
    order = reader(secret, purpose)
    speaks(find(Order, order).language if order else None)
