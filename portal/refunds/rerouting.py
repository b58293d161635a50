"""The ways out for an amount that could not be sent which the desk takes by itself: to another payment of the
order, or by hand. Each is a new leg in the place of the one that failed. What the shopper must be asked
for, store credit and their bank account, is in `questions`."""

import uuid
from collections.abc import Sequence

from portal.audit import Actor
from portal.errors import Conflict
from portal.i18n import say
from portal.orders.models import Payment
from portal.refunds.legs import Way, replace
from portal.refunds.lifecycle import Destination
from portal.refunds.models import RefundLeg
from portal.refunds.routing import MANUAL, routes
from portal.refunds.spendings import worthless
from portal.tenants import this_shop


def others(leg: RefundLeg) -> Sequence[Payment]:
    """The order's other payments that have room for the whole amount and take it back themselves."""
    order = leg.refund.return_.order
    ways, lost = routes(order, this_shop()), worthless(order)
    return [
        payment
        for payment in order.payments
        if payment.id != leg.payment_id
        and payment.id not in lost
        and payment.refundable >= leg.amount
        and ways[payment.id].to is Destination.PAYMENT
    ]


def to_payment(leg: RefundLeg, payment: uuid.UUID, by: Actor) -> RefundLeg:
    """Send it to another payment of the order. Lock the return. Raises Conflict."""
    if payment not in [other.id for other in others(leg)]:
        raise Conflict(say("This payment has no room for the amount any more."))
    way = routes(leg.refund.return_.order, this_shop())[payment]
    return replace(leg, by, Way(Destination.PAYMENT, payment, way.gateway))


def by_hand(leg: RefundLeg, by: Actor) -> RefundLeg:
    """Put it on the list of transfers that a person makes. Lock the return. Raises Conflict."""
    if leg.payment_id is None:
        raise Conflict(say("Nothing was paid that a transfer could stand for."))
    return replace(leg, by, Way(Destination.PAYMENT, leg.payment_id, MANUAL))
