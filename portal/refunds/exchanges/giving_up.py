"""It is sold out, or nobody pays what it costs more: the shopper gets what they chose in advance."""

from typing import Any

from portal import clock
from portal.audit import Actor, Change, Event, record
from portal.catalogue import counting, reserving
from portal.db import find, locked, session
from portal.errors import Conflict
from portal.feed import Kind
from portal.i18n import say
from portal.jobs import Lease, handler
from portal.orders.models import Order
from portal.policies import Instead, Resolution
from portal.refunds import demands, waiving
from portal.refunds.approving import give_back
from portal.refunds.demands.lifecycle import PAYABLE, DemandState
from portal.refunds.exchanges.applying import go_on, owed_for, release
from portal.refunds.legs import Way, put_instead
from portal.refunds.lifecycle import LEG, Destination, LegState
from portal.refunds.models import RefundLeg
from portal.refunds.owing import demands_for
from portal.refunds.quoting import sources_of
from portal.refunds.routing import Route, routes
from portal.refunds.settling import refunds_of, settle
from portal.refunds.tendering import Issued, Leg, ToPayments
from portal.returns.exchanges.holding import advance, exchange_of, keep_on, wanted
from portal.returns.exchanges.lifecycle import EXCHANGE, ExchangeState
from portal.returns.exchanges.models import Exchange
from portal.returns.exchanges.telling import tell
from portal.returns.lifecycle import can, step
from portal.returns.models import Return
from portal.returns.notifying import notify
from portal.returns.standing import place
from portal.tenants import this_shop

OPEN = frozenset({ExchangeState.WANTED, ExchangeState.TO_PAY, ExchangeState.TO_SHIP, ExchangeState.WAITING})


def sold_out(exchange: Exchange, by: Actor) -> None:
    """Somebody found that it is not there: the shopper waits, or gets what they chose instead.

    Lock the return. Raises Conflict when it was sent, or given up.
    """
    _must_be_open(exchange)
    return_ = exchange.return_
    reserving.release(exchange.id)
    exchange.sold_out_at = clock.now()
    missed = _missed(exchange)
    waits = return_.instead is Instead.WAIT
    if waits and can(EXCHANGE, exchange.state, "wait"):
        _free(exchange, by)
        advance(exchange, "wait", Event.EXCHANGE_SOLD_OUT, by, **missed)
    else:
        note(exchange, Event.EXCHANGE_SOLD_OUT, by, **missed)
    if waits:
        notify(return_, "exchange_waits", exchange.id)
    else:
        give_up(exchange, chosen(return_), by)


def chosen(return_: Return) -> Resolution:
    """What the shopper gets in place of it; money back where they chose to wait, and nobody can any more."""
    credit = return_.instead is Instead.STORE_CREDIT
    return Resolution.STORE_CREDIT if credit else Resolution.ORIGINAL


def _missed(exchange: Exchange) -> dict[str, Any]:
    """Nobody else is offered what is not there. Of several articles nobody has said which it is."""
    variants = {line.variant_id for line in exchange.lines}
    levels = counting.none_left(variants) if len(variants) == 1 else {}
    return {"levels": levels} if levels else {}


def note(exchange: Exchange, told: Event, by: Actor, **data: Any) -> None:
    """Tell the trail of it, which changes no state."""
    change = Change("exchange", exchange.id, exchange.state.value, exchange.state.value)
    record(exchange.return_, told, by, [change], number=exchange.number, **data)


def keep_again(exchange: Exchange, by: Actor) -> None:
    """It is there again: keep it, and go on. Lock the return.

    Raises SoldOut where it is not by what its source has told since, and Conflict when it is kept already.
    """
    _must_be_open(exchange)
    if reserving.held(exchange.id):
        raise Conflict(say("It is kept for the shopper already."))
    counting.there_again(wanted(exchange))
    keep_on(exchange, by)
    exchange.sold_out_at = None
    if exchange.state is ExchangeState.WAITING:
        go_on(exchange, by)


def give_up(exchange: Exchange, to: Resolution, by: Actor) -> None:
    """Nothing is sent: what it was paid with goes where the shopper wants it. Lock the return.

    Their way back costs them nothing then, where it would have cost nothing with the exchange.
    """
    _must_be_open(exchange)
    return_ = exchange.return_
    reserving.release(exchange.id)
    _free(exchange, by)
    waiving.withdraw(exchange, by)
    advance(exchange, "end", Event.EXCHANGE_ENDED, by)
    for leg in to_pay_for_it(return_):
        _redirect(leg, to, by)
    if exchange.released_at:
        tell(Kind.EXCHANGE_ENDED, exchange)
    return_.resolution = to
    if return_.policy.policy.exchange.free_way_back:
        return_.return_shipping = return_.shipping_taken
    notify(return_, "exchange_ended", exchange.id)
    place(return_)
    settle(return_, by)


@handler("exchange.settled")
def settled(lease: Lease) -> None:
    """What it costs more is paid, and it can be sent; or nobody has paid it in time."""
    exchange = exchange_open(locked(Return, lease.ref("return")))
    if exchange is None or exchange.state is not ExchangeState.TO_PAY:
        return
    asked = {demand.state for demand in demands_for(exchange)}
    if owed_for(exchange) <= 0:
        release(exchange, lease.by)
    elif DemandState.LAPSED in asked and not asked & PAYABLE:
        give_up(exchange, chosen(exchange.return_), lease.by)


@handler("exchange.over")
def over(lease: Lease) -> None:
    """It ended with its return, or the shopper wants something else: nothing is owed for it any more."""
    exchange = find(Exchange, lease.ref("exchange"))
    locked(Return, exchange.return_id)
    _free(exchange, lease.by)
    waiving.withdraw(exchange, lease.by)


def exchange_open(return_: Return) -> Exchange | None:
    """The exchange of the return that nothing was sent for yet, locked."""
    exchange = exchange_of(return_, lock=True)
    return exchange if exchange and exchange.state in OPEN else None


def _must_be_open(exchange: Exchange) -> None:
    if exchange.state not in OPEN:
        raise Conflict(say("It was sent already, or given up."))


def _free(exchange: Exchange, by: Actor) -> None:
    """What was asked for it need not be paid, and what was paid goes back."""
    for demand in demands_for(exchange):
        if demand.state is DemandState.PAID:
            demands.give_back(demand, by)
        elif demand.state in {*PAYABLE, DemandState.LAPSED}:  # nobody asks for that once more, either
            demands.cancel(demand, by)


def to_pay_for_it(return_: Return) -> list[RefundLeg]:
    """What waits to pay for its exchange, also of a refund that was approved just now: the job that would say
    so to the exchange finds none any more."""
    legs = [leg for refund in refunds_of(return_) for leg in refund.legs]
    return [leg for leg in legs if leg.destination is Destination.EXCHANGE and leg.state is LegState.APPROVED]


def _redirect(leg: RefundLeg, to: Resolution, by: Actor) -> None:
    """The amount goes another way: the leg ends, and others stand in its place."""
    return_ = leg.refund.return_
    before, leg.state = leg.state, step(LEG, leg.state, "cancel")
    leg.changed_at = clock.now()
    record(return_, Event.LEG_CANCELLED, by, [Change("refund_leg", leg.id, before.value, leg.state.value)])
    give_back(Order, leg.refund.order_id, leg.amount)
    session.flush()
    session.refresh(return_.order)
    for payment in return_.order.payments:
        session.refresh(payment)
    known = routes(return_.order, this_shop())
    for no, part in enumerate(_parts(return_, to, leg.amount), start=1):
        route = known[part.payment] if part.payment else Route(part.to)
        way = Way(part.to, part.payment, route.gateway, route.holder, part.amount, part.bonus, no)
        put_instead(leg, way, by)


def _parts(return_: Return, to: Resolution, amount: int) -> list[Leg]:
    """Where it goes, by the policy. Raises Conflict where the payments have no room for it any more."""
    policy = return_.policy.policy
    if to is Resolution.STORE_CREDIT:
        return Issued(Destination.STORE_CREDIT, policy.bonus(to)).legs(amount)
    payments = ToPayments(sources_of(return_.order), policy.tender_order)
    if payments.room < amount:
        raise Conflict(say("The payments of this order have no room for it any more. Give store credit."))
    return payments.legs(amount)
