"""One order of the API as facts."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from portal.i18n import Message, say
from portal.orders.facts import (
    DeliveryFacts,
    OrderFacts,
    Refused,
    ShipmentFacts,
    Stated,
    TaxFacts,
    Unfit,
)
from portal.orders.keys import number_key
from portal.orders.reading import fields
from portal.orders.reading.addresses import Address
from portal.orders.reading.parts import Part
from portal.orders.reading.shopify.naming import SOURCE
from portal.orders.reading.shopify_api import sums
from portal.orders.reading.shopify_api.articles import Articles
from portal.orders.reading.shopify_api.money import Money


def order_of(value: dict[str, Any]) -> OrderFacts | Refused:
    """The order, or why not. It may stand alone or under the word `order`."""
    inner = value.get("order")
    of = inner if isinstance(inner, dict) else value
    name = of.get("name") or of.get("order_number")
    try:
        return _Reader(of).order()
    except Unfit as error:
        return Refused(error.message, fields.shown(str(name)) if isinstance(name, str | int) else "")


class _Reader:
    """Turns one order into facts; the fields' names in messages are Shopify's."""

    def __init__(self, of: dict[str, Any]) -> None:
        currency = fields.currency(Part(of).written("currency"), "currency")
        self.of = Part(of, currency=currency)
        self.money = Money(self.of)
        self.articles = Articles(self.of, self.money.edited)
        self.ways = [way for way in self.of.parts("shipping_lines") if not way.flag("is_removed")]

    def order(self) -> OrderFacts:
        if self.of.flag("test"):
            raise Unfit(say("it is a test order"))
        number, key = self._number()
        side = self._side()
        return OrderFacts(
            source=SOURCE,
            external_id=self.of.text("id", 120) or key,
            number=number,
            placed_at=self._placed(),
            currency=self.of.currency,
            prices_include_tax=bool(self.of.flag("taxes_included")),
            lines=self.articles.lines,
            email=self._email(),
            name=_name(side),
            address=_address(side).lines(),
            postcode=side.text("zip", 20),
            country=_country(side),
            language=fields.language(self.of.text("customer_locale", 40)[:12]),
            delivery=self._delivery(),
            payments=self.money.payments,
            shipments=tuple(self._shipments()),
            discounts=self._discounts(),
            taxes=self._taxes(),
            refunded_outside=self.money.refunded,
            cancelled_at=self.of.moment("cancelled_at"),
            stated=self._stated(),
            flags=(*self.money.doubts(), *self._doubts()),
        )

    def _number(self) -> tuple[str, str]:
        number = self.of.first("name", "order_number", longest=60)
        key = number_key(number)
        if not key:
            raise Unfit(say("name is empty"))
        return number, key

    def _placed(self) -> datetime:
        """When it was placed, for orders that another system brought to Shopify too."""
        placed = self.of.moment("processed_at") or self.of.moment("created_at")
        if not placed:
            raise Unfit(say("created_at is empty"))
        return placed

    def _email(self) -> str:
        own = self.of.first("email", "contact_email", longest=254)
        return own or self.of.part("customer").text("email", 254)

    def _side(self) -> Part:
        """Where it was sent to, or else billed to."""
        sides = [self.of.part("shipping_address"), self.of.part("billing_address")]
        return next((side for side in sides if side.of), self.of.part("customer").part("default_address"))

    def _delivery(self) -> DeliveryFacts:
        return DeliveryFacts(
            charged=sum(sums.of_shop(way, "price") for way in self.ways),
            discount=sum(map(_off_delivery, self.ways)),
            taxes=sums.taxes(self.ways),
        )

    def _discounts(self) -> tuple[int, ...]:
        """What old API versions say of the order only: as much as its subtotal shows to be off the goods."""
        if self.articles.allocated:
            return ()
        paid = sum(line.paid for line in self.articles.lines)
        rest = sums.of_shop(self.of, "total_discounts")
        goods = self._stated().goods
        if goods is not None and 0 <= paid - goods <= rest:
            return (paid - goods,)
        own = sum(line.discount for line in self.articles.lines) + sum(map(_off_delivery, self.ways))
        return (max(0, rest - own),)

    def _taxes(self) -> tuple[TaxFacts, ...]:
        """Those of the whole order, where the lines have none of their own."""
        if self._delivery().taxes or any(line.taxes for line in self.articles.lines):
            return ()
        found = sums.taxes([self.of])
        beyond = (self._stated().tax or 0) - sum(tax.amount for tax in found)
        return (*found, TaxFacts("", beyond)) if beyond > 0 else found

    def _shipments(self) -> Iterator[ShipmentFacts]:
        kept = [line.key for line in self.articles.lines]
        for parcel in self.of.parts("fulfillments"):
            keys = {self.articles.keys.get(line.text("id", 60), "") for line in parcel.parts("line_items")}
            lines = tuple(key for key in kept if key in keys) if parcel.has("line_items") else None
            if parcel.text("status", 20) in ("success", "") and lines != ():
                yield _shipment(parcel, None if lines == tuple(kept) else lines)

    def _stated(self) -> Stated:
        current = "current_" if self.money.edited else ""
        return Stated(
            goods=sums.maybe_of_shop(self.of, current + "subtotal_price"),
            tax=sums.maybe_of_shop(self.of, current + "total_tax"),
            total=max(0, self.money.total - self._duties()),
        )

    def _duties(self) -> int:
        name = "current_total_duties" if self.money.edited else "original_total_duties"
        return sums.in_set(self.of, name).amount("amount")

    def _doubts(self) -> Iterator[Message]:
        if self._duties():
            yield say("The total has duties in it, which belong to no line.")
        back = self._pieces_back()
        for position, line in enumerate(self.articles.lines, 1):
            if line.key in back:
                yield say("Pieces of line {position} were refunded elsewhere.", position=position)

    def _pieces_back(self) -> set[str]:
        if self.money.edited:
            return set()
        pieces = [p for refund in self.of.parts("refunds") for p in refund.parts("refund_line_items")]
        return {self.articles.keys.get(p.text("line_item_id", 60), "") for p in pieces}


def _off_delivery(way: Part) -> int:
    if way.has("discount_allocations"):
        return sums.allocated(way)
    reduced = sums.maybe_of_shop(way, "discounted_price")
    return 0 if reduced is None else max(0, sums.of_shop(way, "price") - reduced)


def _shipment(parcel: Part, lines: tuple[str, ...] | None) -> ShipmentFacts:
    """Of the day of arrival the API knows that it is over, and when it last heard of the parcel."""
    arrived = parcel.text("shipment_status", 40) == "delivered"
    return ShipmentFacts(
        shipped_at=parcel.moment("created_at"),
        delivered_at=parcel.moment("delivered_at") or (parcel.moment("updated_at") if arrived else None),
        carrier=parcel.text("tracking_company", 60),
        tracking=parcel.text("tracking_number", 80),
        lines=lines,
    )


def _name(side: Part) -> str:
    whole = " ".join(filter(None, (side.text("first_name", 100), side.text("last_name", 100))))
    return side.text("name") or whole


def _country(side: Part) -> str:
    return fields.country(side.first("country_code", "country"))


def _address(side: Part) -> Address:
    return Address(
        company=side.text("company"),
        street=side.text("address1"),
        second=side.text("address2"),
        city=side.text("city", 100),
        province=side.first("province_code", "province", longest=60),
        postcode=side.text("zip", 20),
        country=_country(side),
        country_name=side.text("country", 100),
    )
