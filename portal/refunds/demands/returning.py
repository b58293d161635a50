"""Giving back what was paid, by the protocol of every refund: the intent is written first, the gateway is
asked between two transactions, and what is not known is looked up, never assumed."""

from datetime import timedelta
from typing import Literal

from portal import clock
from portal.audit import Actor, Event
from portal.db import here, session
from portal.errors import Conflict
from portal.feed import Fact, Kind, publish
from portal.i18n import say
from portal.jobs import Lease, Rules, handler
from portal.ledger import Line, Role, entry_of, post, reverse
from portal.refunds.demands.lifecycle import DemandState
from portal.refunds.demands.models import Demand, DemandRefund
from portal.refunds.demands.steps import advance, begin_return, source_of
from portal.refunds.demands.tending import demand_here
from portal.refunds.gateways import connect
from portal.refunds.gateways.asking import SOONEST, Answer, Errand, ask, next_look, unanswered, watching
from portal.refunds.gateways.port import (
    Declined,
    Gateway,
    LostAnswer,
    PaymentFacts,
    RefundRequest,
    RefundState,
    SeenRefund,
)
from portal.refunds.routing import MANUAL

BACK = frozenset({DemandState.RETURNING, DemandState.RETURNED})


def give_back(demand: Demand, by: Actor) -> None:
    """Send the whole of what was paid back to where it came from, or try that again. Lock the return.

    Repeating it is no error. Raises Conflict when nothing was paid.
    """
    if demand.state in BACK:
        return
    if demand.state not in {DemandState.PAID, DemandState.STUCK}:
        raise Conflict(say("Nothing was paid that could be given back."))
    demand.reason = ""
    begin_return(demand, advance(demand, "give_back", Event.DEMAND_GIVEN_BACK, by))


@handler("demand.return", Rules(discardable=False, evidence=True), stepwise=True)
def send_back(lease: Lease) -> None:
    """Bring one round of giving back to its end, as many runs as that takes."""
    with lease.transaction():
        errand, gateway = _prepare(lease)
    if errand is None or gateway is None:
        return
    seen = ask(errand, gateway)
    with lease.transaction(last=True):
        _settle(lease, demand_here(lease.ref("demand")), seen, gateway)


def _prepare(lease: Lease) -> tuple[Errand | None, Gateway | None]:
    """Write down what is about to be asked; None when there is nothing to ask now."""
    demand = demand_here(lease.ref("demand"))
    tried = demand.refunds[-1] if demand.refunds else None
    by_hand = tried is not None and tried.gateway == MANUAL
    if by_hand or demand.state not in BACK or not lease.key.endswith(f"/return/{demand.rounds}"):
        lease.finish()
        return None, None
    gateway = connect(demand.gateway, here())
    if tried is None or (tried.ended_at and demand.state is DemandState.RETURNING):
        return _errand("submit", begin(demand, demand.gateway)), gateway
    if tried.reference:
        return _errand("read", tried), gateway
    wait = unanswered(tried.begun_at, gateway)
    if wait > timedelta():  # an answer is missing: not before the longest request can have ended
        lease.later(wait)
        return None, None
    return _errand("look", tried), gateway


def begin(demand: Demand, gateway: str) -> DemandRefund:
    """The intent: a try with its key, before the gateway hears of it."""
    no = len(demand.refunds) + 1
    tried = DemandRefund(no=no, gateway=gateway, key=f"{demand.id}/{no}", begun_at=clock.now())
    demand.refunds.append(tried)
    session.flush()
    return tried


def _errand(what: Literal["submit", "look", "read"], tried: DemandRefund) -> Errand:
    demand = tried.demand
    payment = PaymentFacts(demand.payment, demand.amount, demand.currency)
    metadata = {"demand": str(demand.id), "try": str(tried.no), "shop": str(demand.tenant_id)}
    request = RefundRequest(tried.key, payment, demand.amount, metadata)
    return Errand(what, request, tried.reference, tried.begun_at)


def _settle(lease: Lease, demand: Demand, seen: Answer, gateway: Gateway) -> None:
    tried = demand.refunds[-1]
    if demand.state is DemandState.RETURNED:
        return _watch(lease, tried, seen, gateway)
    if demand.state is not DemandState.RETURNING:
        return lease.finish()
    if isinstance(seen, LostAnswer):
        return lease.later(gateway.limits.longest_request)
    if isinstance(seen, Declined):
        stick(tried, {"declined": seen.reason}, seen.reason, lease.by)
        return lease.finish()
    if seen is None:
        end(tried, {"looked_at": clock.now().isoformat(), "found": 0})
        return lease.later(timedelta())
    return _take_answer(lease, tried, seen)


def _take_answer(lease: Lease, tried: DemandRefund, seen: SeenRefund) -> None:
    tried.reference = seen.reference
    if seen.state is RefundState.PENDING:
        return lease.later(next_look(tried.begun_at))
    if seen.state is RefundState.FAILED:
        stick(tried, {"answer": "failed"}, seen.reason or "failed", lease.by)
        return lease.finish()
    returned(tried, {"answer": "succeeded"}, lease.by)
    return lease.later(SOONEST)


def _watch(lease: Lease, tried: DemandRefund, seen: Answer, gateway: Gateway) -> None:
    """Ask for a while whether it has come back."""
    every, until = watching(gateway)
    if isinstance(seen, SeenRefund) and seen.state is RefundState.FAILED:
        come_back(tried, seen.reason or "came back", lease.by)
    elif tried.succeeded_at and clock.now() < tried.succeeded_at + until:
        return lease.later(every)
    return lease.finish()


def end(tried: DemandRefund, evidence: dict[str, object]) -> None:
    tried.ended_at, tried.evidence = clock.now(), evidence


def returned(tried: DemandRefund, evidence: dict[str, object], by: Actor) -> None:
    """It has arrived: post the opposite of the payment. Lock the return."""
    demand = tried.demand
    end(tried, evidence | {"reference": tried.reference})
    tried.succeeded_at = tried.ended_at
    advance(demand, "return", Event.DEMAND_RETURNED, by, reference=tried.reference)
    lines = [
        Line(Role.EXCHANGE_CLEARING, debit=demand.amount),
        Line(Role.PAYMENT_CLEARING, credit=demand.amount, detail=tried.gateway),
    ]
    post(source_of(demand, "demand.returned", tried.id), demand.currency, lines)
    _tell(Kind.DEMAND_RETURNED, tried)


def _tell(kind: Kind, tried: DemandRefund) -> None:
    demand = tried.demand
    data = {"demand": str(demand.id), "for": str(demand.about), "reference": tried.reference}
    publish([Fact(kind, tried.id, demand.return_id, demand.amount, demand.currency, data)])


def stick(tried: DemandRefund, evidence: dict[str, object], reason: str, by: Actor) -> None:
    """It was not sent: a person sees to it. Lock the return."""
    end(tried, evidence)
    tried.demand.reason = reason[:120]
    advance(tried.demand, "stick", Event.DEMAND_STUCK, by, reason=reason[:40])


def come_back(tried: DemandRefund, reason: str, by: Actor) -> None:
    """It had arrived, and the bank sent it back: the debt is there again. Lock the return."""
    demand, tried.came_back_at = tried.demand, clock.now()
    demand.reason = reason[:120]
    advance(demand, "come_back", Event.DEMAND_STUCK, by, reason=reason[:40])
    entry = entry_of("demand.returned", tried.id)
    assert entry
    reverse(entry, source_of(demand, "demand.return_reversed", tried.id))
    _tell(Kind.DEMAND_RETURN_REVERSED, tried)
