"""Homeward's own order format, JSON: docs/orders.md."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TextIO

from pydantic import ValidationError

from portal.i18n import Message, say
from portal.i18n.plainly import plainly
from portal.orders.facts import (
    DeliveryFacts,
    LineFacts,
    OrderFacts,
    PaymentFacts,
    Refused,
    ShipmentFacts,
    Stated,
    TaxFacts,
    Unfit,
)
from portal.orders.keys import number_key
from portal.orders.reading import fields, schema
from portal.orders.reading.values import values
from portal.orders.taxing import merged


def read(text: TextIO) -> Iterator[tuple[int, OrderFacts | Refused]]:
    """Each order of the file with the number of its first line."""
    for line, value in values(text):
        yield line, value if isinstance(value, Refused) else _order(value)


def _order(value: dict[str, Any]) -> OrderFacts | Refused:
    try:
        return facts_of(value)
    except ValidationError as error:
        return Refused(first_of(error), number_of(value))
    except Unfit as error:
        return Refused(error.message, number_of(value))


def facts_of(value: dict[str, Any]) -> OrderFacts:
    """What one order says, not settled yet. Raises ValidationError with all that is wrong, or Unfit."""
    return _Reader(schema.Order.model_validate(value)).order()


def number_of(value: dict[str, Any]) -> str:
    """The number of an order that cannot be taken, as it may be shown."""
    number = value.get("number")
    return fields.shown(number) if isinstance(number, str) else ""


def first_of(error: ValidationError) -> Message:
    """What is wrong first, at which field; places in lists are counted from 1."""
    first = error.errors(include_url=False)[0]
    parts = (part + 1 if isinstance(part, int) else part for part in first["loc"])
    field = fields.shown(".".join(map(str, parts)))
    if first["type"] == "string_pattern_mismatch":
        value = fields.shown(str(first["input"]))
        return say("{field} is not written as the format asks: {value}", field=field, value=value)
    return say("{field}: {why}", field=field, why=plainly(first))


@dataclass(frozen=True)
class _Reader:
    """Turns one validated order into facts; the fields' names in messages are the file's."""

    of: schema.Order

    def order(self) -> OrderFacts:
        o = self.of
        number = fields.text(o.number, "number", 60)
        key = number_key(number)
        if not key:
            raise Unfit(say("number has no letter or digit"))
        placed = fields.moment(o.placed_at, "placed_at")
        assert placed
        return OrderFacts(
            source=o.source,
            external_id=fields.text(o.id or key, "id", 120),
            number=number,
            placed_at=placed,
            currency=fields.currency(o.currency, "currency"),
            prices_include_tax=o.prices_include_tax,
            email=fields.text(o.email, "email", 254),
            name=fields.text(o.name, "name", 200),
            address=tuple(fields.text(line, "address.lines", 200) for line in o.address.lines),
            postcode=fields.text(o.address.postcode, "address.postcode", 20),
            country=o.address.country,
            language=fields.language(o.language) if o.language else None,
            lines=self._lines(),
            discounts=(self._amount(o.discount, "discount"),),
            taxes=self._taxes(o.taxes, "taxes"),
            delivery=self._delivery(),
            payments=tuple(self._payments()),
            shipments=tuple(self._shipments()),
            refunded_outside=self._refunded_outside(),
            cancelled_at=fields.moment(o.cancelled_at or "", "cancelled_at"),
            stated=self._stated(),
        )

    def _amount(self, value: str, field: str) -> int:
        return fields.amount(value, field, self.of.currency)

    def _maybe(self, value: str | None, field: str) -> int | None:
        return None if value is None else self._amount(value, field)

    def _taxes(self, taxes: dict[str, str], field: str) -> tuple[TaxFacts, ...]:
        return merged(TaxFacts(fields.rate(r, field), self._amount(a, field)) for r, a in taxes.items())

    def _lines(self) -> tuple[LineFacts, ...]:
        lines = tuple(self._line(line, place) for place, line in enumerate(self.of.lines, 1))
        _refuse_doubles(line.key for line in lines)
        return lines

    def _line(self, line: schema.Line, place: int) -> LineFacts:
        at = f"lines.{place}."
        return LineFacts(
            key=fields.text(line.id or str(place), at + "id", 120),
            sku=fields.text(line.sku, at + "sku", 120),
            title=fields.text(line.title, at + "title", 300),
            variant=fields.text(line.variant, at + "variant", 200),
            quantity=line.quantity,
            subtotal=self._amount(line.subtotal, at + "subtotal"),
            discount=self._amount(line.discount, at + "discount"),
            taxes=self._taxes(line.taxes, at + "taxes"),
            taxable=line.taxable,
            category=fields.text(line.category, at + "category", 120),
            tags=tuple(fields.text(tag, at + "tags", 120) for tag in line.tags),
            unit_cost=self._maybe(line.unit_cost, at + "unit_cost"),
            image=fields.text(line.image, at + "image", 500),
        )

    def _delivery(self) -> DeliveryFacts:
        of = self.of.delivery
        return DeliveryFacts(
            charged=self._amount(of.charged, "delivery.charged"),
            discount=self._amount(of.discount, "delivery.discount"),
            standard=self._maybe(of.standard, "delivery.standard"),
            taxes=self._taxes(of.taxes, "delivery.taxes"),
        )

    def _payments(self) -> Iterator[PaymentFacts]:
        for place, of in enumerate(self.of.payments, 1):
            at = f"payments.{place}."
            yield PaymentFacts(
                kind=of.kind,
                gateway=fields.text(of.gateway, at + "gateway", 40),
                reference=fields.text(of.reference, at + "reference", 120),
                label=fields.text(of.label, at + "label", 80),
                captured=self._amount(of.captured, at + "captured"),
                refunded_outside=self._maybe(of.refunded_outside, at + "refunded_outside"),
            )

    def _shipments(self) -> Iterator[ShipmentFacts]:
        known = {line.id or str(place) for place, line in enumerate(self.of.lines, 1)}
        for place, of in enumerate(self.of.shipments, 1):
            at = f"shipments.{place}."
            if not known.issuperset(of.lines or ()):
                raise Unfit(say("{field} names a line that the order has not", field=at + "lines"))
            yield ShipmentFacts(
                shipped_at=fields.moment(of.shipped_at or "", at + "shipped_at"),
                delivered_at=fields.moment(of.delivered_at or "", at + "delivered_at"),
                carrier=fields.text(of.carrier, at + "carrier", 60),
                tracking=fields.text(of.tracking, at + "tracking", 80),
                lines=None if of.lines is None else tuple(of.lines),
            )

    def _refunded_outside(self) -> int:
        """The order's own figure, or else the sum of its payments'."""
        said = self._maybe(self.of.refunded_outside, "refunded_outside")
        return sum(p.refunded_outside or 0 for p in self._payments()) if said is None else said

    def _stated(self) -> Stated:
        of = self.of.totals
        return Stated(
            goods=self._maybe(of.goods, "totals.goods"),
            tax=self._maybe(of.tax, "totals.tax"),
            total=self._maybe(of.total, "totals.total"),
        )


def _refuse_doubles(keys: Iterable[str]) -> None:
    seen: set[str] = set()
    for key in keys:
        if key in seen:
            raise Unfit(say("two lines have the id {key}", key=key))
        seen.add(key)
