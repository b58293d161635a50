"""From facts to rows: an order that is new, and which of the shop's orders the facts are about."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Any

import sqlalchemy as sa

from portal import clock
from portal.db import Base, here, session
from portal.errors import Refusal
from portal.i18n import Message, dump, say
from portal.ids import uuid7
from portal.orders.facts import LineFacts, OrderFacts, PaymentFacts, ShipmentFacts, TaxFacts
from portal.orders.keys import email_key, number_key, postcode_key
from portal.orders.models import Order, OrderLine, Payment, Shipment


class Outcome(StrEnum):
    IMPORTED = "imported"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of an order. A refusal's reason says what was not taken."""

    outcome: Outcome
    reason: Message | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What a look at the order's row says without locking it."""

    id: uuid.UUID
    source: str
    external_id: str
    number_key: str
    digest: str


class Directory:
    """The shop's orders that a batch of facts may be about."""

    def __init__(self, known: Iterable[Known]) -> None:
        self._by_id: dict[tuple[str, str], Known] = {}
        self._by_number: dict[tuple[str, str], dict[uuid.UUID, Known]] = {}
        for one in known:
            self.add(one)

    @classmethod
    def of(cls, orders: Sequence[OrderFacts]) -> "Directory":
        """One statement, however many orders; each part of it reads an index, one part for each source."""
        ids: dict[str, set[str]] = {}
        for order in orders:
            ids.setdefault(order.source, set()).add(order.external_id)
        numbers = {number_key(order.number) for order in orders}
        columns = (Order.id, Order.source, Order.external_id, Order.number_key, Order.digest)
        mine = sa.select(*columns).where(Order.tenant_id == here())
        by_id = [mine.where(Order.source == one, Order.external_id.in_(some)) for one, some in ids.items()]
        query = sa.union_all(*by_id, mine.where(Order.number_key.in_(numbers)))
        return cls(Known(*row) for row in session.execute(query))

    def add(self, one: Known) -> None:
        self._by_id[one.source, one.external_id] = one
        self._by_number.setdefault((one.source, one.number_key), {})[one.id] = one

    def find(self, order: OrderFacts) -> Known | None:
        """The order with this id of this source, or with this number where one of the two has no id.

        An order without an id goes by its number. Raises Refusal if several orders have the number.
        """
        found = self._by_id.get((order.source, order.external_id))
        if found:
            return found
        number = number_key(order.number)
        same = self._by_number.get((order.source, number), {}).values()
        hits = [one for one in same if number in (order.external_id, one.external_id)]
        if len(hits) > 1:
            raise Refusal(say("several orders have this number, and the file gives no id"))
        return hits[0] if hits else None


def digest(order: OrderFacts) -> str:
    """Stands for everything that the facts say."""
    return sha256(repr(order).encode()).hexdigest()


def insert(orders: Sequence[OrderFacts]) -> list[Known]:
    """Write new orders, in as many statements as there are tables."""
    known = [
        Known(uuid7(), order.source, order.external_id, number_key(order.number), digest(order))
        for order in orders
    ]
    rows: dict[type[Base], list[dict[str, Any]]] = {Order: [], OrderLine: [], Payment: [], Shipment: []}
    for one, order in zip(known, orders, strict=True):
        rows[Order].append({"id": one.id, "digest": one.digest, **order_values(order)})
        for kind, parts in _parts(order).items():
            rows[kind] += [{"order_id": one.id, **part} for part in parts]
    for kind, values in rows.items():
        if values:
            session.execute(sa.insert(kind), values)
    return known


def _parts(order: OrderFacts) -> dict[type[Base], list[dict[str, Any]]]:
    return {
        OrderLine: line_rows(order.lines, first=1),
        Payment: payment_rows(order),
        Shipment: shipment_rows(order.shipments, positions(order)),
    }


def order_values(order: OrderFacts) -> dict[str, Any]:
    """The order's own columns, but for its digest."""
    return {**money_basis(order), **whereabouts(order), **captured_values(order)} | {
        "source": order.source,
        "external_id": order.external_id,
        "number": order.number,
        "number_key": number_key(order.number),
        "flags": [dump(flag) for flag in order.flags],
        "imported_at": clock.now(),
    }


def money_basis(order: OrderFacts) -> dict[str, Any]:
    """What every refund of the order starts from, beside its lines."""
    delivery = order.delivery
    return {
        "placed_at": order.placed_at,
        "currency": order.currency,
        "prices_include_tax": order.prices_include_tax,
        "delivery_charged": delivery.charged,
        "delivery_discount": delivery.discount,
        "delivery_standard": delivery.charged if delivery.standard is None else delivery.standard,
        "delivery_taxes": by_rate(delivery.taxes),
    }


def whereabouts(order: OrderFacts) -> dict[str, Any]:
    """Whom it went to, and whether it was called off."""
    return {
        "language": order.language,
        "name": order.name,
        "email": order.email,
        "email_key": email_key(order.email),
        "postcode_key": postcode_key(order.postcode),
        "address": list(order.address),
        "country": order.country,
        "cancelled_at": order.cancelled_at,
    }


def captured_values(order: OrderFacts) -> dict[str, Any]:
    return {"captured": order.captured, "refunded_outside": order.refunded_outside}


def by_rate(taxes: Iterable[TaxFacts]) -> dict[str, int]:
    return {tax.rate: tax.amount for tax in taxes}


def line_rows(lines: Iterable[LineFacts], first: int) -> list[dict[str, Any]]:
    """The lines at positions from `first` on."""
    return [
        {"position": position, "external_id": line.key, **line_values(line)}
        for position, line in enumerate(lines, first)
    ]


def line_values(line: LineFacts) -> dict[str, Any]:
    return {
        "sku": line.sku,
        "title": line.title,
        "variant": line.variant,
        "quantity": line.quantity,
        "subtotal": line.subtotal,
        "discount": line.discount,
        "taxes": by_rate(line.taxes),
        "category": line.category,
        "tags": list(line.tags),
        "unit_cost": line.unit_cost,
        "image": line.image,
    }


def payment_rows(order: OrderFacts) -> list[dict[str, Any]]:
    return [
        {"position": position, **payment_values(order, payment)}
        for position, payment in enumerate(order.payments, 1)
    ]


def payment_values(order: OrderFacts, payment: PaymentFacts) -> dict[str, Any]:
    """What was refunded elsewhere is an only payment's; of several the file must say whose it is."""
    outside = payment.refunded_outside
    if outside is None:
        outside = order.refunded_outside if len(order.payments) == 1 else 0
    return {
        "kind": payment.kind,
        "gateway": payment.gateway,
        "reference": payment.reference,
        "label": payment.label,
        "captured": payment.captured,
        "refunded_outside": outside,
    }


def positions(order: OrderFacts) -> dict[str, int]:
    """Where the lines of a new order stand, by their keys."""
    return {line.key: position for position, line in enumerate(order.lines, 1)}


def shipment_rows(shipments: Iterable[ShipmentFacts], places: dict[str, int]) -> list[dict[str, Any]]:
    """The parcels; `places` are the lines' positions by their keys."""
    return [
        {
            "position": position,
            "shipped_at": of.shipped_at,
            "delivered_at": of.delivered_at,
            "carrier": of.carrier,
            "tracking": of.tracking,
            "positions": None if of.lines is None else [places[key] for key in of.lines if key in places],
        }
        for position, of in enumerate(shipments, 1)
    ]
