"""Homeward's own product format, JSON: docs/catalogue.md."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TextIO

from pydantic import ValidationError

from portal import clock
from portal.catalogue.facts import Attributes, LevelFacts, ProductFacts, VariantFacts
from portal.catalogue.reading import schema
from portal.catalogue.reading.products import products
from portal.i18n import say
from portal.orders.facts import Refused, Unfit
from portal.orders.reading import fields
from portal.orders.reading.homeward import first_of

AHEAD = timedelta(minutes=5)  # so far another clock may be before ours


def read(text: TextIO, currency: str) -> Iterator[tuple[int, ProductFacts | Refused]]:
    """Each product of the file with the number of its first line."""
    for line, value in products(text):
        yield line, value if isinstance(value, Refused) else _product(value, currency)


def _product(value: dict[str, Any], currency: str) -> ProductFacts | Refused:
    try:
        return facts_of(value, currency)
    except ValidationError as error:
        return Refused(first_of(error), id_of(value))
    except Unfit as error:
        return Refused(error.message, id_of(value))


def facts_of(value: dict[str, Any], currency: str) -> ProductFacts:
    """What one product says. Raises ValidationError with all that is wrong, or Unfit."""
    return _Reader(schema.Product.model_validate(value), currency).product()


def id_of(value: dict[str, Any]) -> str:
    """The id of a product that cannot be taken, as it may be shown."""
    id = value.get("id")
    return fields.shown(id) if isinstance(id, str) else ""


@dataclass(frozen=True)
class _Reader:
    """Turns one validated product into facts; the fields' names in messages are the file's."""

    of: schema.Product
    of_shop: str

    @property
    def currency(self) -> str:
        return fields.currency(self.of.currency, "currency") if self.of.currency else self.of_shop

    def product(self) -> ProductFacts:
        o = self.of
        return ProductFacts(
            source=o.source,
            external_id=_named(o.id, "id", 120),
            title=_named(o.title, "title", 300),
            currency=self.currency,
            prices_include_tax=o.prices_include_tax,
            variants=tuple(self._variant(v, place) for place, v in enumerate(o.variants, 1)),
            vendor=fields.text(o.vendor, "vendor", 120),
            category=fields.text(o.category, "category", 120),
            tags=tuple(fields.text(tag, "tags", 120) for tag in o.tags),
            image=fields.text(o.image, "image", 500),
            active=o.active,
            levels=tuple(self._levels()),
        )

    def _variant(self, of: schema.Variant, place: int) -> VariantFacts:
        at = f"variants.{place}."
        return VariantFacts(
            key=_key(of, place),
            sku=fields.text(of.sku, at + "sku", 120),
            price=fields.amount(of.price, at + "price", self.currency),
            attributes=_attributes(of, at),
            unit_cost=self._cost(of, at),
            tax_rates=self._rates(of, at),
            image=fields.text(of.image, at + "image", 500),
            active=of.active,
        )

    def _cost(self, of: schema.Variant, at: str) -> int | None:
        return None if of.unit_cost is None else fields.amount(of.unit_cost, at + "unit_cost", self.currency)

    def _rates(self, of: schema.Variant, at: str) -> tuple[str, ...] | None:
        given = self.of.tax_rates if of.tax_rates is None else of.tax_rates
        return (
            None if given is None else tuple(dict.fromkeys(fields.rate(r, at + "tax_rates") for r in given))
        )

    def _levels(self) -> Iterator[LevelFacts]:
        for place, of in enumerate(self.of.variants, 1):
            at = f"variants.{place}.on_hand_at"
            if "on_hand" in of.model_fields_set:
                yield LevelFacts(_key(of, place), of.on_hand, past(of.on_hand_at or "", at))


def _named(value: str, field: str, longest: int) -> str:
    text = fields.text(value, field, longest)
    if not text:
        raise Unfit(say("{field} is empty", field=field))
    return text


def _key(of: schema.Variant, place: int) -> str:
    return _named(of.id or of.sku or str(place), f"variants.{place}.id", 120)


def _attributes(of: schema.Variant, at: str) -> Attributes:
    ways = (f"{at}attributes.{place}." for place in range(1, len(of.attributes) + 1))
    pairs = tuple(
        (_named(a.name, way + "name", 60), _named(a.value, way + "value", 120))
        for way, a in zip(ways, of.attributes, strict=True)
    )
    if len(dict(pairs)) < len(pairs):
        raise Unfit(say("{field} names one thing twice", field=at + "attributes"))
    return pairs


def past(value: str, field: str) -> datetime | None:
    """A moment that is not ahead: a level of tomorrow would hold off all others until then."""
    moment = fields.moment(value, field)
    if moment and moment > clock.now() + AHEAD:
        raise Unfit(say("{field} lies in the future: {value}", field=field, value=fields.shown(value)))
    return moment
