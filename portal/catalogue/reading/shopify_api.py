"""Products as Shopify's Admin REST API gives them, JSON. What they cost is not in them."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TextIO

from portal.catalogue.facts import MOST_PIECES, Attributes, LevelFacts, ProductFacts, VariantFacts
from portal.catalogue.reading import shopify_words as words
from portal.catalogue.reading.products import products
from portal.i18n import say
from portal.orders.facts import Refused, Unfit
from portal.orders.reading import fields
from portal.orders.reading.parts import Part
from portal.orders.reading.values import AS_WRITTEN

OPTIONS = (1, 2, 3)


def read(text: TextIO, currency: str) -> Iterator[tuple[int, ProductFacts | Refused]]:
    """Each product of the file with the number of its first line."""
    for line, value in products(text, AS_WRITTEN):
        yield line, value if isinstance(value, Refused) else _product(value, currency)


def _product(value: dict[str, Any], currency: str) -> ProductFacts | Refused:
    inner = value.get("product")
    found = inner if isinstance(inner, dict) else value
    try:
        return _Reader(Part(found, "", currency)).product()
    except Unfit as error:
        handle = found.get("handle")
        return Refused(error.message, fields.shown(handle) if isinstance(handle, str) else "")


@dataclass(frozen=True)
class _Reader:
    of: Part

    def product(self) -> ProductFacts:
        of = self.of
        handle, title = of.first("handle", "id", longest=255), of.text("title", 300)
        for field, value in (("handle", handle), ("title", title)):
            if not value:
                raise Unfit(say("{field} is empty", field=field))
        parts = list(of.parts("variants"))
        return ProductFacts(
            source=words.SOURCE,
            external_id=handle,
            title=title,
            currency=of.currency,
            variants=tuple(self._variant(part) for part in parts),
            vendor=of.text("vendor", 120),
            category=of.text("product_type", 120),
            tags=self._tags(),
            image=self._image(),
            active=words.active(of.text("status", 20), "status"),
            levels=tuple(level for part in parts if (level := _level(part))),
        )

    def _variant(self, part: Part) -> VariantFacts:
        price = part.maybe("price")
        if price is None:
            raise Unfit(say("{field} is empty", field=part.at + "price"))
        return VariantFacts(
            key=words.key(_values(part)),
            sku=part.text("sku", 120),
            price=price,
            attributes=self._attributes(_values(part)),
            tax_rates=() if part.flag("taxable") is False else None,
            image=self._pictures.get(part.written("image_id"), ""),
        )

    @cached_property
    def _names(self) -> list[str]:
        return [option.text("name", 60) for option in self.of.parts("options")][: len(OPTIONS)]

    @cached_property
    def _pictures(self) -> dict[str, str]:
        """By their ids, in the product's order."""
        return {image.written("id"): words.secure(image.written("src")) for image in self.of.parts("images")}

    def _image(self) -> str:
        own = words.secure(self.of.part("image").written("src"))
        return own or next(filter(None, self._pictures.values()), "")

    def _tags(self) -> tuple[str, ...]:
        value = self.of.of.get("tags")
        if isinstance(value, list) and all(isinstance(tag, str) for tag in value):
            value = ",".join(value)
        return words.tags(value, "tags") if isinstance(value, str) else words.tags("", "tags")

    def _attributes(self, values: tuple[str, ...]) -> Attributes:
        names = [*self._names, *(f"Option {n}" for n in OPTIONS[len(self._names) :])]
        pairs = tuple(zip(names, values, strict=True))
        return tuple((name, value) for name, value in pairs if value and (name, value) != words.ONLY)


def _values(part: Part) -> tuple[str, ...]:
    return tuple(part.text(f"option{n}", 120) for n in OPTIONS)


def _level(part: Part) -> LevelFacts | None:
    """`inventory_management` null: Shopify keeps no count of it."""
    key = words.key(_values(part))
    if "inventory_management" in part.of and not part.text("inventory_management", 60):
        return LevelFacts(key, None)
    quantity = part.written("inventory_quantity")
    if not quantity:
        return None
    return LevelFacts(key, words.pieces(quantity, part.at + "inventory_quantity", MOST_PIECES))
