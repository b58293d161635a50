"""Which way money goes back to a payment: through the shop's gateway, by a person's hand, or back on the
stored value of this shop that the payment was made with."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from portal.db import here, locked, session
from portal.orders.models import Order, Payment
from portal.refunds import values
from portal.refunds.gateways import SimulatedGateway
from portal.refunds.lifecycle import HELD, Destination
from portal.refunds.models import GiftCard, RefundLeg, StoreCredit
from portal.tenants import Tenant

MANUAL = "manual"
# How shop systems call what no gateway took, and none can send back.
BY_HAND = frozenset(
    "manual cash cod cash_on_delivery cash_on_delivery_(cod) bacs bank_deposit bank_transfer cheque check "
    "money_order".split()
)
ISSUED_HERE: Mapping[str, tuple[values.Sort, Any, Destination]] = {
    "store_credit": (values.CREDIT, StoreCredit, Destination.STORE_CREDIT),
    "gift_card": (values.CARD, GiftCard, Destination.GIFT_CARD),
}


@dataclass(frozen=True)
class Route:
    """Where a leg to a payment goes. `holder`: the stored value that is filled again."""

    to: Destination = Destination.PAYMENT
    gateway: str = ""
    holder: uuid.UUID | None = None

    @property
    def names(self) -> dict[str, uuid.UUID | None]:
        """What the leg says of it."""
        return {
            "credit_id": self.holder if self.to is Destination.STORE_CREDIT else None,
            "card_id": self.holder if self.to is Destination.GIFT_CARD else None,
        }


def by_hand(payment: Payment) -> bool:
    """Whether no gateway took the payment: cash, a transfer, a cheque."""
    return payment.gateway.lower().replace(" ", "_") in BY_HAND or payment.kind == "cash"


def routes(order: Order, shop: Tenant) -> dict[uuid.UUID, Route]:
    """The way to each payment of the shop's order."""
    if order.test:  # its money never goes anywhere real
        return {p.id: Route(gateway=SimulatedGateway.name) for p in order.payments}
    found = {p.id: Route(gateway=MANUAL if by_hand(p) else shop.gateway) for p in order.payments}
    return found | issued_here(order)


def issued_here(order: Order) -> dict[uuid.UUID, Route]:
    """The ways back to stored value of this shop. Asks nothing where none may have been paid with."""
    found: dict[uuid.UUID, Route] = {}
    for kind in () if order.test else ISSUED_HERE:
        found |= _issued_here(kind, order, [p for p in order.payments if p.kind == kind and p.reference])
    return found


def _issued_here(kind: str, order: Order, payments: Sequence[Payment]) -> dict[uuid.UUID, Route]:
    """Of those by which a till spent stored value of this shop: what it spent, by its reference.

    What it spent must cover the payment, and must not have been released.
    """
    if not payments:
        return {}
    sort, holder, to = ISSUED_HERE[kind]
    entry, back = sort.entry, aliased(sort.entry)
    released = sa.exists().where(
        back.tenant_id == entry.tenant_id, back.kind == "release", back.source == entry.source
    )
    query = sa.select(entry.source, sort.of, entry.amount).join(holder, holder.id == sort.of)
    query = query.where(entry.tenant_id == here(), entry.kind == "spend", ~released)
    query = query.where(entry.source.in_([p.reference for p in payments]), holder.currency == order.currency)
    spent = {source: (id, -amount) for source, id, amount in session.execute(query)}
    for source in _taken_elsewhere(order, {source: id for source, (id, _) in spent.items()}, to):
        del spent[source]
    return {
        p.id: Route(to, "", spent[p.reference][0])
        for p in payments
        if p.reference in spent and p.captured <= spent[p.reference][1]
    }


def _taken_elsewhere(order: Order, holders: Mapping[str, uuid.UUID], to: Destination) -> set[str]:
    """References under which another order's refunds have gone back: one spending pays one order."""
    if not holders:
        return set()
    column = RefundLeg.card_id if to is Destination.GIFT_CARD else RefundLeg.credit_id
    query = sa.select(Payment.reference).join(RefundLeg, RefundLeg.payment_id == Payment.id)
    query = query.where(column.in_(set(holders.values())), RefundLeg.state.in_(HELD))
    query = query.where(Payment.order_id != order.id, Payment.reference.in_(holders))
    return set(session.scalars(query))


def hold(order: Order) -> None:
    """Lock the stored value that refunds of the order go back to, so that nothing of it is released
    meanwhile. Lock the order's payments first."""
    for route in sorted(issued_here(order).values(), key=lambda route: str(route.holder)):
        assert route.holder
        locked(GiftCard if route.to is Destination.GIFT_CARD else StoreCredit, route.holder)
