"""The lines of an order."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from portal.i18n import say
from portal.money import shares
from portal.orders.facts import LineFacts, TaxFacts, Unfit
from portal.orders.reading import fields
from portal.orders.reading.parts import Part
from portal.orders.reading.shopify.naming import LineKeys
from portal.orders.reading.shopify_api import sums

MOST_TAGS = 250


@dataclass(frozen=True)
class Articles:
    """An order's lines. `edited`: pieces that were taken off are left out, with their share of all sums."""

    of: Part
    edited: bool

    @cached_property
    def lines(self) -> tuple[LineFacts, ...]:
        """Those of which pieces are left."""
        keys = list(self.keys.values())
        found = (self._line(line, key) for line, key in zip(self.parts, keys, strict=True))
        kept = tuple(line for line in found if line.quantity)
        if not kept:
            raise Unfit(say("the order has no lines"))
        return kept

    @cached_property
    def parts(self) -> list[Part]:
        return list(self.of.parts("line_items"))

    @cached_property
    def keys(self) -> dict[str, str]:
        """The lines' keys by Shopify's ids."""
        names, keys = LineKeys(), dict[str, str]()
        for place, line in enumerate(self.parts, 1):
            id = line.text("id", 60) or f"#{place}"
            if id in keys:
                raise Unfit(say("two lines have the id {key}", key=id))
            keys[id] = names.next(line.text("sku", 120), place)
        return keys

    @property
    def allocated(self) -> bool:
        """Whether discounts stand on the lines; files of old API versions know the order's only."""
        return any("discount_allocations" in line.of for line in self.parts)

    def _line(self, line: Part, key: str) -> LineFacts:
        whole = line.count("quantity")
        pieces = left(line) if self.edited else whole
        return LineFacts(
            key=key,
            sku=line.text("sku", 120),
            title=line.first("title", "name", "sku", longest=300) or key,
            variant=_variant(line),
            quantity=pieces,
            subtotal=fields.product(pieces, _price(line), line.at + "price"),
            discount=_part(_discount(line), whole, pieces),
            taxes=tuple(TaxFacts(tax.rate, _part(tax.amount, whole, pieces)) for tax in sums.taxes([line])),
            taxable=line.flag("taxable") is not False,
            category=line.text("product_type", 120) or line.part("product").text("product_type", 120),
            tags=_tags(line) or _tags(line.part("product")),
        )


def left(line: Part) -> int:
    """The pieces that were neither taken off nor refunded."""
    whole = line.count("quantity")
    return min(whole, line.count("current_quantity")) if line.has("current_quantity") else whole


def taken_off(lines: Iterable[Part]) -> bool:
    return any(left(line) < line.count("quantity") for line in lines)


def _part(total: int, whole: int, pieces: int) -> int:
    return shares(total, whole, pieces) if whole else 0


def _price(line: Part) -> int:
    price = sums.maybe_of_shop(line, "price")
    if price is None:
        raise Unfit(say("{field} is empty", field=line.at + "price"))
    return price


def _discount(line: Part) -> int:
    if "discount_allocations" in line.of:
        return sums.allocated(line)
    return sums.of_shop(line, "total_discount")


def _variant(line: Part) -> str:
    """Products without variants have one of this name."""
    variant = line.text("variant_title")
    return "" if variant == "Default Title" else variant


def _tags(part: Part) -> tuple[str, ...]:
    """A list, or as the API writes a product's: one text with commas."""
    value = part.of.get("tags")
    texts = value if isinstance(value, list) else part.written("tags").split(",")
    return tuple(_tag(texts, part.at + "tags"))


def _tag(texts: Sequence[object], field: str) -> Iterator[str]:
    for text in texts[: MOST_TAGS + 1]:
        if not isinstance(text, str) or len(texts) > MOST_TAGS:
            raise Unfit(say("{field} is no list of at most {most} tags", field=field, most=MOST_TAGS))
        if tag := fields.text(text, field, 120):
            yield tag
