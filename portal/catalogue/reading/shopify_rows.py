"""The rows of one product of Shopify's export: the first has the product's own columns and a variant, those
after it a variant, or a picture and nothing else."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from portal.catalogue.facts import MOST_PIECES, Attributes, LevelFacts, ProductFacts, VariantFacts
from portal.catalogue.reading import shopify_words as words
from portal.i18n import Message, say
from portal.orders.facts import Refused, Unfit
from portal.orders.reading import fields
from portal.orders.reading.columns import Columns

MOST_ROWS = 5_000
OPTIONS = (1, 2, 3)


@dataclass
class Group:
    """The rows of a product with their line numbers. `broken` says at which line it broke, and why."""

    handle: str
    rows: list[tuple[int, list[str]]] = field(default_factory=list)
    broken: tuple[int, Message] | None = None

    def add(self, number: int, row: list[str]) -> None:
        if len(self.rows) < MOST_ROWS:
            self.rows.append((number, row))
        else:
            self.spoil(number, say("more than {most} lines in one product", most=MOST_ROWS))

    def spoil(self, number: int, reason: Message) -> None:
        self.broken = self.broken or (number, reason)


def product_of(columns: Columns, group: Group, currency: str) -> tuple[int, ProductFacts | Refused]:
    """The product with the number of its first line, or why not with that of the line that is wrong."""
    reader = _Reader(columns, group, currency)
    try:
        return group.rows[0][0], reader.product()
    except Unfit as error:
        return reader.line, Refused(error.message, fields.shown(group.handle))


class _Reader:
    """Messages name Shopify's columns. `line` is the one that is being read."""

    def __init__(self, columns: Columns, group: Group, currency: str) -> None:
        self.columns, self.group, self.currency = columns, group, currency
        self.line, self.row = group.rows[0]

    def _rows(self) -> Iterator[None]:
        for line, row in self.group.rows:
            self.line, self.row = line, row
            yield

    def cell(self, name: str) -> str:
        return self.columns.cell(self.row, name)

    def text(self, name: str, longest: int) -> str:
        return fields.text(self.cell(name), name.capitalize(), longest)

    def product(self) -> ProductFacts:
        handle = self.text("handle", 255)
        if not handle:
            raise Unfit(say("{field} is empty", field="Handle"))
        title = self.text("title", 300)
        if not title:
            raise Unfit(say("a line that does not stand under its product"))
        first = ProductFacts(
            source=words.SOURCE,
            external_id=handle,
            title=title,
            currency=self.currency,
            variants=(),
            vendor=self.text("vendor", 120),
            category=self.text("type", 120),
            tags=words.tags(self.cell("tags"), "Tags"),
            active=words.active(self.cell("status"), "Status"),
        )
        names = self._option_names()
        found = [(variant, self._level(variant)) for variant in self._variants(names, title)]
        levels = tuple(level for _, level in found if level)
        variants = tuple(variant for variant, _ in found)
        return replace(first, variants=variants, levels=levels, image=self._image())

    def _option_names(self) -> tuple[str, ...]:
        return tuple(self.text(f"option{n} name", 60) for n in OPTIONS)

    def _variants(self, names: tuple[str, ...], title: str) -> Iterator[VariantFacts]:
        for _ in self._rows():
            if self.text("title", 300) not in ("", title):
                raise Unfit(say("two products have the handle {handle}", handle=self.group.handle))
            if any(map(self.cell, ("option1 value", "variant sku", "variant price"))):
                yield self._variant(names)

    def _variant(self, names: tuple[str, ...]) -> VariantFacts:
        values = tuple(self.text(f"option{n} value", 120) for n in OPTIONS)
        if not self.cell("variant price"):
            raise Unfit(say("{field} is empty", field="Variant price"))
        return VariantFacts(
            key=words.key(values),
            sku=words.bare(self.text("variant sku", 121)),
            price=self._amount("variant price"),
            attributes=_attributes(names, values),
            unit_cost=self._amount("cost per item") if self.cell("cost per item") else None,
            tax_rates=() if words.truth(self.cell("variant taxable")) is False else None,
            image=words.secure(self.cell("variant image")),
        )

    def _amount(self, name: str) -> int:
        return fields.amount(self.cell(name), name.capitalize(), self.currency)

    def _level(self, variant: VariantFacts) -> LevelFacts | None:
        """Where Shopify keeps no count of it, its quantity is a zero that means nothing."""
        if "variant inventory tracker" in self.columns and not self.cell("variant inventory tracker"):
            return LevelFacts(variant.key, None)
        quantity = self.cell("variant inventory qty")
        if not quantity:
            return None
        return LevelFacts(variant.key, words.pieces(quantity, "Variant inventory qty", MOST_PIECES))

    def _image(self) -> str:
        """The picture at position 1, or else the first of the file."""
        pictures = []
        for _ in self._rows():
            source = words.secure(self.cell("image src"))
            if source:
                pictures.append((self.cell("image position") != "1", source))
        return min(pictures, key=lambda one: one[0])[1] if pictures else ""


def _attributes(names: tuple[str, ...], values: tuple[str, ...]) -> Attributes:
    """Products without variants have one by the name of "Default Title"."""
    pairs = tuple(
        (name or f"Option {n}", value) for n, name, value in zip(OPTIONS, names, values, strict=True)
    )
    return tuple((name, value) for name, value in pairs if value and (name, value) != words.ONLY)
