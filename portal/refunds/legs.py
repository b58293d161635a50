"""What becomes of a leg: each step of its lifecycle with its trail, its posting and what it holds."""

import uuid
from dataclasses import dataclass
from typing import Any

from portal import clock
from portal.audit import Actor, Change, Event, record
from portal.db import session
from portal.errors import Conflict
from portal.feed import Kind
from portal.i18n import say
from portal.jobs import enqueue
from portal.ledger import Line, Role, draw, entry_of, post, reverse
from portal.orders.models import Order, Payment
from portal.refunds import credits, gift_cards
from portal.refunds.approving import give_back, lock_money, take
from portal.refunds.bank_accounts.keeping import forget
from portal.refunds.demands.attention import trouble_of
from portal.refunds.entering import source_of
from portal.refunds.lifecycle import LEG, Destination, LegState
from portal.refunds.models import RefundLeg
from portal.refunds.progress import replaceable
from portal.refunds.routing import MANUAL
from portal.refunds.settling import refunds_of, settle
from portal.refunds.spendings import hold, must_have_room
from portal.refunds.telling import tell_leg
from portal.returns.deciding import reopen
from portal.returns.lifecycle import ReturnState, step
from portal.returns.notifying import notify
from portal.returns.standing import place
from portal.together import together

FAILED = "refund_failed"


def advance(leg: RefundLeg, event: str, told: Event, by: Actor, **data: Any) -> None:
    """Take a step of the lifecycle and tell the trail. Lock the return."""
    before, leg.state = leg.state, step(LEG, leg.state, event)
    leg.changed_at = clock.now()
    change = Change("refund_leg", leg.id, before.value, leg.state.value)
    record(leg.refund.return_, told, by, [change], **data)


@together()
def succeed(leg: RefundLeg, reference: str, by: Actor) -> None:
    """The money has arrived: post it, and close the return if that was all."""
    leg.reference = reference
    advance(leg, "succeed", Event.LEG_SUCCEEDED, by, reference=reference)
    no = None
    if leg.destination is Destination.STORE_CREDIT:
        credits.issue(leg, by)
    elif leg.destination is Destination.GIFT_CARD:
        gift_cards.issue(leg, by)
    elif leg.destination is Destination.EXCHANGE:
        lines = [
            Line(Role.REFUNDS_PAYABLE, debit=leg.amount),
            Line(Role.EXCHANGE_CLEARING, credit=leg.amount),
        ]
        post(source_of(leg.refund, "leg.succeeded", leg.id), leg.currency, lines)
    else:
        no = _post_payment(leg)
    tell_leg(Kind.LEG_SUCCEEDED, leg, no)
    settle(leg.refund.return_, by)


def _post_payment(leg: RefundLeg) -> int:
    """The money went back to what it was paid with; the number drawn for what the feed tells."""
    if leg.gateway != MANUAL:
        enqueue("refund.watch", {"leg": leg.id}, f"watch/{leg.id}")
    lines = [
        Line(Role.REFUNDS_PAYABLE, debit=leg.amount),
        Line(Role.PAYMENT_CLEARING, credit=leg.amount, detail=leg.gateway),
    ]
    drawn = draw(entries=1, changes=1)
    post(source_of(leg.refund, "leg.succeeded", leg.id), leg.currency, lines, drawn.entry)
    return drawn.change


def fail(leg: RefundLeg, reason: str, by: Actor) -> None:
    """It was not sent, or it came back. The debt stays in refunds payable; a person sees to it."""
    late = leg.state is LegState.SUCCEEDED
    leg.reason = reason[:120]
    advance(leg, "fail", Event.LEG_REVERSED if late else Event.LEG_FAILED, by, reason=reason[:40])
    give_back(Order, leg.refund.order_id, leg.amount)
    if leg.payment_id:
        give_back(Payment, leg.payment_id, leg.amount)
    if late:
        _take_back(leg, by)
    else:
        notify(leg.refund.return_, "refund_stopped", leg.refund_id)  # once, however often it is tried again
    forget(leg, by)
    tell_leg(Kind.LEG_REVERSED if late else Kind.LEG_FAILED, leg)
    leg.refund.return_.attention = FAILED
    place(leg.refund.return_)


def _take_back(leg: RefundLeg, by: Actor) -> None:
    entry = entry_of("leg.succeeded", leg.id)
    assert entry
    reverse(entry, source_of(leg.refund, "leg.reversed", leg.id))
    return_ = leg.refund.return_
    if return_.state is ReturnState.CLOSED:
        reopen(return_, "The bank sent the refund back.", by)
    notify(return_, "refund_failed")


@dataclass(frozen=True)
class Way:
    """Where the amount of a leg that has ended goes instead, or again: all of it, or `amount` of it.

    `holder`: the stored value that is filled again. `bonus`: what the shop adds. `share_no`: which of the
    ways this is, where the amount is shared.
    """

    to: Destination
    payment_id: uuid.UUID | None = None
    gateway: str = ""
    holder: uuid.UUID | None = None
    amount: int | None = None
    bonus: int = 0
    share_no: int = 1


def replace(leg: RefundLeg, by: Actor, way: Way | None = None) -> RefundLeg:
    """Send a failed leg's amount again or another way, as a new leg of the same refund. Lock the return.

    Raises Conflict when it has not failed or has been replaced, or when a bound is used up.
    """
    if not replaceable(leg):
        raise Conflict(say("This amount is on its way already."))
    return put_instead(leg, way or Way(leg.destination, leg.payment_id, leg.gateway), by)


def put_instead(leg: RefundLeg, way: Way, by: Actor) -> RefundLeg:
    """Send an amount of a leg that has ended, all of it unless said, as a new leg. Raises Conflict when a
    bound is used up."""
    return_ = leg.refund.return_
    lock_money(return_)
    hold(return_.order)
    new = _stead(leg, way)
    session.add(new)
    session.flush()
    take(Order, leg.refund.order_id, new.amount)
    if new.payment_id:
        take(Payment, new.payment_id, new.amount)
    must_have_room(return_.order, new.payment_id)
    changes = [Change("refund_leg", new.id, None, LegState.APPROVED.value)]
    told: dict[str, Any] = {"replaces": str(leg.id), "to": way.to.value, "gateway": way.gateway}
    causes = record(return_, Event.LEG_REPLACED, by, changes, **told)
    enqueue("refund.send", {"leg": new.id}, f"send/{new.id}/1", cause=causes[0])
    if not any(replaceable(other) for refund in refunds_of(return_) for other in refund.legs):
        return_.attention = trouble_of(return_)
    return new


def _stead(leg: RefundLeg, way: Way) -> RefundLeg:
    return RefundLeg(
        refund=leg.refund,
        refund_id=leg.refund_id,
        no=max(other.no for other in leg.refund.legs) + 1,
        replaces_id=leg.id,
        share_no=way.share_no,
        destination=way.to,
        payment_id=way.payment_id,
        gateway=way.gateway,
        credit_id=way.holder if way.to is Destination.STORE_CREDIT else None,
        card_id=way.holder if way.to is Destination.GIFT_CARD else None,
        amount=leg.amount if way.amount is None else way.amount,
        bonus=way.bonus,
        currency=leg.currency,
        changed_at=clock.now(),
    )
