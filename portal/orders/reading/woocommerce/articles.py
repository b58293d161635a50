"""The lines of an order."""

import re
from collections.abc import Iterator

from portal.i18n import say
from portal.orders.facts import LineFacts, Unfit
from portal.orders.reading.parts import Part
from portal.orders.reading.woocommerce.sums import Sums

_IMAGE = re.compile(r"https://\S{1,480}\Z")


def lines_of(order: Part, sums: Sums) -> tuple[LineFacts, ...]:
    """Those of which there are pieces."""
    found = tuple(line for line in _lines(order, sums) if line.quantity)
    if not found:
        raise Unfit(say("the order has no lines"))
    return found


def _lines(order: Part, sums: Sums) -> Iterator[LineFacts]:
    seen: set[str] = set()
    for place, line in enumerate(order.parts("line_items"), 1):
        key = line.text("id", 60) or f"#{place}"
        if key in seen:
            raise Unfit(say("two lines have the id {key}", key=key))
        seen.add(key)
        yield _line(line, key, sums)


def _line(line: Part, key: str, sums: Sums) -> LineFacts:
    """A price that was raised by hand stands in `total` only; then nothing is off."""
    if not line.written("total"):
        raise Unfit(say("{field} is empty", field=line.at + "total"))
    paid = sums.price(line, "total")
    before = max(paid, sums.price(line, "subtotal"))
    title, variant = _names(line)
    return LineFacts(
        key=key,
        sku=line.text("sku", 120),
        title=title or line.text("sku", 120) or key,
        variant=variant,
        quantity=line.count("quantity"),
        subtotal=before,
        discount=before - paid,
        taxes=sums.taxes([line]),
        image=_image(line),
    )


def _names(line: Part) -> tuple[str, str]:
    """The article and its variant, which stands after the article's name: "Mug - Blue"."""
    name, parent = line.text("name", 300), line.text("parent_name", 300)
    variant = name.removeprefix(parent).strip(" -") if parent and name.startswith(parent) else ""
    return parent or name, variant[:200]


def _image(line: Part) -> str:
    image = line.of.get("image")
    source = image.get("src") if isinstance(image, dict) else None
    return source if isinstance(source, str) and _IMAGE.match(source) else ""
