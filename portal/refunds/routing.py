"""Which way money goes back to a payment: through the shop's gateway, by a person's hand, or back on the
stored value of this shop that the payment was made with."""

import uuid
from dataclasses import dataclass

from portal.orders.models import Order, Payment
from portal.refunds.gateways import SimulatedGateway
from portal.refunds.lifecycle import Destination
from portal.refunds.spendings import ISSUED_HERE, Spending, spendings
from portal.tenants import Tenant

MANUAL = "manual"
# How shop systems call what no gateway took, and none can send back.
BY_HAND = frozenset(
    "manual cash cod cash_on_delivery cash_on_delivery_(cod) bacs bank_deposit bank_transfer cheque check "
    "money_order".split()
)
UNBANKED = frozenset({"cash", *ISSUED_HERE})


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
    """Whether no gateway took the payment: cash, a transfer, a cheque, or stored value that has no way back
    of its own."""
    return payment.gateway.lower().replace(" ", "_") in BY_HAND or payment.kind in UNBANKED


def routes(order: Order, shop: Tenant) -> dict[uuid.UUID, Route]:
    """The way to each payment of the shop's order."""
    if order.test:  # its money never goes anywhere real
        return {p.id: Route(gateway=SimulatedGateway.name) for p in order.payments}
    found = {p.id: Route(gateway=MANUAL if by_hand(p) else shop.gateway) for p in order.payments}
    return found | issued_here(order)


def issued_here(order: Order) -> dict[uuid.UUID, Route]:
    """The ways back to stored value of this shop, where a payment is covered by what a till spent of it.
    Asks nothing where none may have been paid with."""
    spent = spendings(order)
    return {
        payment.id: Route(found.to, "", found.holder)
        for payment in order.payments
        if (found := spent.get(payment.id)) and _covers(found, payment, order)
    }


def _covers(spent: Spending, payment: Payment, order: Order) -> bool:
    """Whether the order says no more of it than was spent, over all payments that name it."""
    named = [p for p in order.payments if (p.kind, p.reference) == (payment.kind, payment.reference)]
    return spent.over is None and sum(p.captured for p in named) <= spent.amount
