"""The ways out for an amount that could not be sent: again, to another payment of the order, by hand, or as
store credit when the shopper has said yes to that. Each is a new leg in the place of the one that failed."""

import uuid
from collections.abc import Sequence

from portal import clock
from portal.audit import Actor, Change, Event, record
from portal.db import find
from portal.errors import Conflict
from portal.i18n import Amount, say
from portal.notices import Letter, letter
from portal.orders.models import Payment
from portal.refunds.legs import Way, replace, replaceable
from portal.refunds.lifecycle import Destination
from portal.refunds.models import RefundLeg
from portal.refunds.routing import MANUAL, routes
from portal.refunds.settling import refunds_of
from portal.returns.letters import to_shopper
from portal.returns.models import Return
from portal.returns.notifying import notify
from portal.tenants import this_shop


def others(leg: RefundLeg) -> Sequence[Payment]:
    """The order's other payments that have room for the whole amount and take it back themselves."""
    order = leg.refund.return_.order
    ways = routes(order, this_shop())
    return [
        payment
        for payment in order.payments
        if payment.id != leg.payment_id
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


def offer_credit(leg: RefundLeg, by: Actor) -> None:
    """Ask the shopper, by mail and on the status page, whether store credit will do. Lock the return.

    Repeating it is no error. Raises Conflict when the amount is on its way, or nobody can be asked.
    """
    if not replaceable(leg):
        raise Conflict(say("This amount is on its way already."))
    if not leg.refund.return_.order.email_key:
        raise Conflict(say("This order has no e-mail address that could own store credit."))
    if leg.offered_at is None:
        leg.offered_at = clock.now()
        causes = record(leg.refund.return_, Event.LEG_OFFERED, by, [Change("refund_leg", leg.id)])
        notify(leg.refund.return_, "credit_offered", leg.id, causes[0])


def offered(return_: Return) -> Sequence[RefundLeg]:
    """What the shopper may take as store credit now."""
    if return_.attention is None:
        return ()
    legs = [leg for refund in refunds_of(return_) for leg in refund.legs]
    return [leg for leg in legs if leg.offered_at and replaceable(leg)]


def accept_credit(leg: RefundLeg, by: Actor) -> RefundLeg:
    """The shopper says yes to store credit. Lock the return. Raises Conflict when that was not offered."""
    if leg.offered_at is None:
        raise Conflict(say("Store credit was not offered for this."))
    return replace(leg, by, Way(Destination.STORE_CREDIT))


@letter("credit_offered")
def credit_offered(id: uuid.UUID) -> Letter | None:
    """About a leg; to nobody when it has gone another way before the mail could leave."""
    leg = find(RefundLeg, id)
    if not replaceable(leg):
        return None
    return to_shopper(leg.refund.return_, amount=Amount(leg.amount, leg.currency))
