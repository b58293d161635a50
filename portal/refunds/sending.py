"""Sending legs: the intent is written first, the gateway is asked between two transactions, and what is not
known is looked up, never assumed."""

from datetime import timedelta
from hashlib import sha256
from typing import Literal
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.attributes import set_committed_value

from portal import clock
from portal.audit import Event
from portal.db import find, here, locked
from portal.jobs import Lease, Rules, handler
from portal.orders.models import Payment
from portal.refunds.gateways import connect
from portal.refunds.gateways.asking import Answer, Errand, ask, next_look, unanswered, watching
from portal.refunds.gateways.port import (
    Declined,
    Gateway,
    LostAnswer,
    PaymentFacts,
    RefundRequest,
    RefundState,
    SeenRefund,
)
from portal.refunds.legs import advance, fail, succeed
from portal.refunds.lifecycle import OPEN, Destination, LegState
from portal.refunds.models import LegAttempt, Refund, RefundLeg
from portal.refunds.routing import MANUAL
from portal.refunds.settling import settle
from portal.returns.models import Return

WHOLE = [joinedload(part) for part in (RefundLeg.refund, RefundLeg.payment, RefundLeg.attempts)]


@handler("refund.send", Rules(discardable=False, evidence=True), stepwise=True)
def send(lease: Lease) -> None:
    """Bring one leg to its end, as many runs as that takes."""
    with lease.transaction():
        errand, gateway = _prepare(lease)
    if errand is None or gateway is None:
        return
    seen = ask(errand, gateway)
    with lease.transaction(last=True):
        _settle(lease, leg_of(lease.ref("leg")), seen, gateway)


def leg_of(id: UUID) -> RefundLeg:
    """The leg, read with its return locked, and with what every step of it asks for. Raises NotFound."""
    mine = sa.and_(RefundLeg.id == id, RefundLeg.tenant_id == here())
    owner = sa.select(Refund.return_id).join(RefundLeg.refund).where(mine)
    return_ = locked(Return, owner.scalar_subquery(), joinedload(Return.policy, innerjoin=True))
    leg = find(RefundLeg, id, *WHOLE)
    set_committed_value(leg.refund, "return_", return_)
    return leg


def _prepare(lease: Lease) -> tuple[Errand | None, Gateway | None]:
    """Write down what is about to be asked; None when there is nothing to ask."""
    leg = leg_of(lease.ref("leg"))
    if leg.state not in OPEN or leg.gateway == MANUAL:  # that one is a person's from now on
        lease.finish()
        return None, None
    if leg.destination is Destination.EXCHANGE:  # it arrives when the other article is sent
        lease.finish()
        return None, None
    if leg.destination is not Destination.PAYMENT:
        advance(leg, "submit", Event.LEG_SUBMITTED, lease.by)
        succeed(leg, "", lease.by)
        lease.finish()
        return None, None
    gateway = connect(leg.gateway, here())
    if leg.state is LegState.PENDING:
        return _errand("read", leg, leg.attempts[-1]), gateway
    if leg.state is LegState.APPROVED:
        return _errand("submit", leg, _begin(leg, lease)), gateway
    return _look(leg, gateway, lease), gateway


def _begin(leg: RefundLeg, lease: Lease) -> LegAttempt:
    """The intent: an attempt with its key, before the gateway hears of it."""
    advance(leg, "submit", Event.LEG_SUBMITTED, lease.by)
    no = len(leg.attempts) + 1
    attempt = LegAttempt(no=no, key=f"{leg.id}/{no}", request_hash=request_hash(leg), begun_at=clock.now())
    leg.attempts.append(attempt)
    return attempt


def request_hash(leg: RefundLeg) -> str:
    """What tells one request from another, whatever its key."""
    return sha256(f"{leg.payment_id}/{leg.amount}/{leg.currency}".encode()).hexdigest()


def _look(leg: RefundLeg, gateway: Gateway, lease: Lease) -> Errand | None:
    """An answer is missing: look, but not before the longest request can have ended."""
    attempt = leg.attempts[-1]
    if leg.state is LegState.SUBMITTED:
        advance(leg, "lose", Event.LEG_UNKNOWN, lease.by)
    wait = unanswered(attempt.begun_at, gateway)
    if wait > timedelta():
        lease.later(wait)
        return None
    return _errand("look", leg, attempt)


def _errand(what: Literal["submit", "look", "read"], leg: RefundLeg, attempt: LegAttempt) -> Errand:
    payment = leg.payment
    assert payment
    request = RefundRequest(attempt.key, _facts(payment, leg), leg.amount, _metadata(leg))
    return Errand(what, request, leg.reference, attempt.begun_at)


def _facts(payment: Payment, leg: RefundLeg) -> PaymentFacts:
    """A payment without a reference of its own goes by our id."""
    return PaymentFacts(payment.reference or str(payment.id), payment.captured, leg.currency)


def _metadata(leg: RefundLeg) -> dict[str, str]:
    return {"leg": str(leg.id), "shop": str(leg.tenant_id)}


def _settle(lease: Lease, leg: RefundLeg, seen: Answer, gateway: Gateway) -> None:
    if leg.state not in OPEN:
        return lease.finish()
    if isinstance(seen, LostAnswer):
        return _unknown(lease, leg, gateway)
    if isinstance(seen, Declined):
        _end(leg, {"declined": seen.reason})
        fail(leg, seen.reason, lease.by)
        return lease.finish()
    if seen is None:
        return _again(lease, leg)
    return _take_answer(lease, leg, seen)


def _unknown(lease: Lease, leg: RefundLeg, gateway: Gateway) -> None:
    if leg.state is LegState.SUBMITTED:
        advance(leg, "lose", Event.LEG_UNKNOWN, lease.by)
    lease.later(gateway.limits.longest_request)


def _again(lease: Lease, leg: RefundLeg) -> None:
    """The key is forgotten and the gateway knows no refund of ours: the next attempt, with that evidence."""
    _end(leg, {"looked_at": clock.now().isoformat(), "found": 0})
    _begin(leg, lease)
    lease.later(timedelta())


def _take_answer(lease: Lease, leg: RefundLeg, seen: SeenRefund) -> None:
    if seen.state is RefundState.PENDING:
        leg.reference = seen.reference
        if leg.state is not LegState.PENDING:
            advance(leg, "wait", Event.LEG_PENDING, lease.by, reference=seen.reference)
        return lease.later(next_look(leg.attempts[-1].begun_at))
    _end(leg, {"answer": seen.state.value, "reference": seen.reference})
    leg.reference = seen.reference
    if seen.state is RefundState.SUCCEEDED:
        succeed(leg, seen.reference, lease.by)
    else:
        fail(leg, seen.reason or "failed", lease.by)
    return lease.finish()


def _end(leg: RefundLeg, evidence: dict[str, object]) -> None:
    leg.attempts[-1].ended_at, leg.attempts[-1].evidence = clock.now(), evidence


@handler("refund.watch", stepwise=True)
def watch(lease: Lease) -> None:
    """Ask for a while whether a refund that succeeded has come back."""
    with lease.transaction():
        leg = find(RefundLeg, lease.ref("leg"))
        gateway, reference, since = connect(leg.gateway, here()), leg.reference, leg.changed_at
        every, until = watching(gateway)
        if leg.state is not LegState.SUCCEEDED:
            lease.finish()
            return
    seen = _read(gateway, reference)
    with lease.transaction(last=True):
        leg = leg_of(lease.ref("leg"))
        if seen and seen.state is RefundState.FAILED and leg.state is LegState.SUCCEEDED:
            fail(leg, seen.reason or "came back", lease.by)
        elif seen is None or clock.now() < since + until:
            lease.later(every)


def _read(gateway: Gateway, reference: str) -> SeenRefund | None:
    """The refund as the gateway has it; None when it is not reached, which is asked again later."""
    try:
        return gateway.read(reference)
    except LostAnswer:
        return None


@handler("refund.ready", Rules(evidence=True))
def ready(lease: Lease) -> None:
    """A unit was checked or given up, or nothing has happened for long: close the return if it is done."""
    return_ = locked(Return, lease.ref("return"))
    settle(return_, lease.by)
