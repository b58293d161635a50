"""One order of WooCommerce as facts."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from portal.i18n import say
from portal.orders.facts import (
    DeliveryFacts,
    OrderFacts,
    PaymentFacts,
    Refused,
    ShipmentFacts,
    Stated,
    Unfit,
)
from portal.orders.keys import number_key
from portal.orders.reading import fields
from portal.orders.reading.addresses import Address
from portal.orders.reading.parts import Part
from portal.orders.reading.paying import kind_of
from portal.orders.reading.woocommerce.articles import lines_of
from portal.orders.reading.woocommerce.sums import Sums

SOURCE = "woocommerce"
_NOT_YET = ("auto-draft", "checkout-draft", "trash")
_PAID = ("processing", "completed", "refunded")
_KINDS = {"bacs": "bank", "cod": "cash"}
_WITHOUT_OFFSET = re.compile(r"[0-9-]{10}[T ][0-9:]{8}\Z")
_SECONDS = re.compile(r"[0-9]{1,10}\Z")
_PARCELS = "_wc_shipment_tracking_items"


def order_of(value: dict[str, Any]) -> OrderFacts | Refused:
    """The order, or why not."""
    number = value.get("number") or value.get("id")
    try:
        return _Reader(value).order()
    except Unfit as error:
        return Refused(error.message, fields.shown(str(number)) if isinstance(number, str | int) else "")


class _Reader:
    """Turns one order into facts; the fields' names in messages are WooCommerce's."""

    def __init__(self, of: dict[str, Any]) -> None:
        currency = fields.currency(Part(of).written("currency"), "currency")
        self.of = Part(of, currency=currency)
        self.sums = Sums.of(self.of)
        self.status = self.of.text("status", 40).removeprefix("wc-")
        fees = list(self.of.parts("fee_lines"))
        self.off = [fee for fee in fees if fee.signed("total") < 0]
        self.extra = [*self.of.parts("shipping_lines"), *(fee for fee in fees if fee not in self.off)]

    def order(self) -> OrderFacts:
        if self.status in _NOT_YET:
            raise Unfit(say("it is no order (its status is {status})", status=self.status))
        number = self.of.first("number", "id", longest=60)
        if not number_key(number):
            raise Unfit(say("{field} is empty", field="number"))
        side = self._side()
        return OrderFacts(
            source=SOURCE,
            external_id=self.of.text("id", 120) or number_key(number),
            number=number,
            placed_at=self._placed(),
            currency=self.of.currency,
            prices_include_tax=self.sums.inside,
            lines=lines_of(self.of, self.sums),
            email=self.of.part("billing").text("email", 254),
            name=" ".join(filter(None, (side.text("first_name", 100), side.text("last_name", 99)))),
            address=_address(side).lines(),
            postcode=side.text("postcode", 20),
            country=fields.country(side.text("country", 100)),
            language=self._language(),
            delivery=self._delivery(),
            payments=tuple(self._payments()),
            shipments=tuple(self._shipments()),
            discounts=tuple(self._off(fee) for fee in self.off),
            refunded_outside=self._refunded(),
            cancelled_at=self._cancelled(),
            stated=Stated(tax=self.of.maybe("total_tax"), total=self._total()),
        )

    def _total(self) -> int:
        if not self.of.written("total"):
            raise Unfit(say("{field} is empty", field="total"))
        return self.of.amount("total")

    def _moment(self, name: str) -> datetime | None:
        """`…_gmt` is in UTC, said by its name alone; the plain one counts if it has an offset."""
        gmt = self.of.written(f"{name}_gmt").strip(" ")
        if _WITHOUT_OFFSET.match(gmt):
            gmt += "Z"
        return fields.moment(gmt, f"{name}_gmt") if gmt else self.of.moment(name)

    def _placed(self) -> datetime:
        placed = self._moment("date_created")
        if not placed:
            raise Unfit(say("{field} is empty", field="date_created_gmt"))
        return placed

    def _cancelled(self) -> datetime | None:
        """The last change is the nearest that is known."""
        changed = self._moment("date_modified") if self.status == "cancelled" else None
        return changed or (self._placed() if self.status == "cancelled" else None)

    def _side(self) -> Part:
        """Where it was sent to, or else billed to."""
        sent = self.of.part("shipping")
        told = any(sent.text(name) for name in ("last_name", "address_1", "city", "postcode"))
        return sent if told else self.of.part("billing")

    def _delivery(self) -> DeliveryFacts:
        """The ways and the fees: both are paid once for the order, and are no articles."""
        charged = sum(self.sums.price(one, "total") for one in self.extra)
        return DeliveryFacts(charged=charged, taxes=self.sums.taxes(self.extra))

    def _off(self, fee: Part) -> int:
        """A fee below zero is a discount."""
        return -fee.signed("total") - (min(0, fee.signed("total_tax")) if self.sums.inside else 0)

    def _payments(self) -> Iterator[PaymentFacts]:
        captured = self._captured()
        if captured:
            gateway, title = self.of.text("payment_method")[:40], self.of.text("payment_method_title")[:80]
            yield PaymentFacts(
                kind=_KINDS.get(gateway) or kind_of(f"{gateway} {title}"),
                gateway=gateway,
                reference=self.of.text("transaction_id", 120),
                captured=captured,
                label=title,
            )

    def _captured(self) -> int:
        """The total, once there is a day of payment; a file without such fields tells by its status."""
        known = any(name in self.of.of for name in ("date_paid", "date_paid_gmt"))
        days = (self.of.written("date_paid"), self.of.written("date_paid_gmt"))
        paid = any(days) if known else self.status in _PAID
        return self._total() if paid else 0

    def _refunded(self) -> int:
        """WooCommerce writes refunds below zero."""
        back = [abs(refund.signed("total")) for refund in self.of.parts("refunds")]
        return self._captured() if self.status == "refunded" and not back else sum(back)

    def _shipments(self) -> Iterator[ShipmentFacts]:
        """Parcels of the common tracking extension, or else the day on which the order was completed."""
        done = self._moment("date_completed")
        parcels = [p for meta in self._meta(_PARCELS) if isinstance(meta, list) for p in meta]
        for place, parcel in enumerate((p for p in parcels if isinstance(p, dict)), 1):
            yield _parcel(Part(parcel, f"{_PARCELS}.{place}."), done)
        if done and not parcels:
            yield ShipmentFacts(done, None)

    def _language(self) -> str | None:
        """As the common extension for several languages notes it."""
        tags = [tag for tag in self._meta("wpml_language") if isinstance(tag, str)]
        return fields.language(tags[0][:12]) if tags else None

    def _meta(self, key: str) -> Iterator[Any]:
        for meta in self.of.parts("meta_data"):
            if meta.of.get("key") == key:
                yield meta.of.get("value")


def _parcel(parcel: Part, done: datetime | None) -> ShipmentFacts:
    seconds = parcel.written("date_shipped")
    shipped = datetime.fromtimestamp(int(seconds), UTC) if _SECONDS.match(seconds) else done
    return ShipmentFacts(
        shipped_at=shipped,
        delivered_at=None,
        carrier=parcel.first("tracking_provider", "custom_tracking_provider", longest=60),
        tracking=parcel.text("tracking_number", 80),
    )


def _address(side: Part) -> Address:
    country = side.text("country", 100)
    return Address(
        company=side.text("company"),
        street=side.text("address_1"),
        second=side.text("address_2"),
        city=side.text("city", 100),
        province=side.text("state", 60),
        postcode=side.text("postcode", 20),
        country=fields.country(country),
        country_name=fields.country_name(country),
    )
