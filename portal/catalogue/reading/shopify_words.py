"""What Shopify calls things, in its export and in its API."""

import re

from portal.i18n import say
from portal.orders.facts import Unfit
from portal.orders.reading import fields

SOURCE = "shopify"
ONLY = ("Title", "Default Title")  # the option of a product without variants
MOST_TAGS = 250
LONGEST = 500  # of a picture's address
_OFFERED = {"": True, "active": True, "unlisted": True, "draft": False, "archived": False}
_PIECES = re.compile(r"-?[0-9]{1,9}\Z")


def active(status: str, field: str) -> bool:
    """Whether a product of this status is offered; a file without the column says nothing against it."""
    offered = _OFFERED.get(status.lower())
    if offered is None:
        raise Unfit(say("{field} is no status: {value}", field=field, value=fields.shown(status)))
    return offered


def truth(value: str) -> bool | None:
    """None where it is neither."""
    return {"true": True, "false": False}.get(value.lower())


def pieces(value: str, field: str, most: int) -> int:
    """A number of pieces, less than none where more was sold than there was."""
    found = _PIECES.match(value)
    if not found or abs(int(value)) > most:
        raise Unfit(say("{field} is no number of pieces: {value}", field=field, value=fields.shown(value)))
    return int(value)


def tags(text: str, field: str) -> tuple[str, ...]:
    """One text with commas."""
    found = [tag for part in text.split(",") if (tag := fields.text(part, field, 120))]
    if len(found) > MOST_TAGS:
        raise Unfit(say("{field} is no list of at most {most} tags", field=field, most=MOST_TAGS))
    return tuple(found)


def key(values: tuple[str, ...]) -> str:
    """A variant is known by the values of its options: the export has no other id of it."""
    return " / ".join(value for value in values if value) or ONLY[1]


def bare(sku: str) -> str:
    """Without the apostrophe that keeps spreadsheets from taking it for a number."""
    return sku.removeprefix("'")[:120]


def secure(source: str) -> str:
    """The address of a picture that pages can show, or nothing: no product is refused for its picture."""
    fit = source.startswith("https://") and len(source) <= LONGEST and source.isprintable()
    return source if fit and " " not in source else ""
