"""A refund pays for the other article: what it costs is settled, and it may be sent."""

from portal import clock
from portal.audit import Actor, Event
from portal.catalogue import reserving
from portal.db import find, locked
from portal.feed import Kind
from portal.jobs import Lease, Rules, handler
from portal.refunds import demands
from portal.refunds.legs import advance as step_leg
from portal.refunds.legs import succeed
from portal.refunds.lifecycle import Destination, LegState
from portal.refunds.models import Refund, RefundLeg
from portal.refunds.owing import call_off, paid, settled
from portal.refunds.quoting import open_items, plan_for
from portal.refunds.settling import refunds_of, settle
from portal.returns.exchanges.fixing import fix
from portal.returns.exchanges.holding import advance, exchange_of, is_paid_for
from portal.returns.exchanges.lifecycle import EXCHANGE, ExchangeState
from portal.returns.exchanges.models import Exchange
from portal.returns.exchanges.telling import tell
from portal.returns.lifecycle import can
from portal.returns.models import Return


@handler("exchange.go", Rules(discardable=False, evidence=True))
def go(lease: Lease) -> None:
    """A refund was approved whose return is exchanged: what it has put to the other article may be all."""
    refund = find(Refund, lease.ref("refund"))
    return_ = locked(Return, refund.return_id)
    exchange = exchange_of(return_, lock=True)
    if exchange is None or refund.cancelled_at:
        return
    if exchange.state is not ExchangeState.WAITING:  # it is sold out, and goes on when it is there again
        go_on(exchange, lease.by)
    if exchange.state is ExchangeState.SHIPPED:
        pay(exchange, lease.by)


@handler("exchange.at_once", Rules(evidence=True))
def at_once(lease: Lease) -> None:
    """The return is authorized, and its policy has the other article sent before the first has come; unless
    that has come, and its refund was approved, before this job."""
    return_ = locked(Return, lease.ref("return"))
    exchange = exchange_of(return_, lock=True)
    wanted = exchange is not None and exchange.state is ExchangeState.WANTED
    if exchange and wanted and not is_paid_for(return_) and reserving.held(exchange.id):
        fix(exchange, open_items(return_))
        go_on(exchange, lease.by)


@handler("exchange.unreturned")
def unreturned(lease: Lease) -> None:
    """The return has ended, nothing came for what was sent: the shopper owes it."""
    return_ = locked(Return, lease.ref("return"))
    exchange = exchange_of(return_, lock=True)
    if exchange and exchange.refund_id is None:
        _ask(exchange, exchange.value - paid(exchange), lease.by)


@handler("exchange.pay", Rules(discardable=False, evidence=True))
def settle_sent(lease: Lease) -> None:
    """It was sent: what came back for it, if that has come, pays for it now."""
    exchange = exchange_of(locked(Return, lease.ref("return")), lock=True)
    if exchange and exchange.state is ExchangeState.SHIPPED:
        pay(exchange, lease.by)


def go_on(exchange: Exchange, by: Actor) -> None:
    """Have what is owed for it paid, or let it be sent. Lock the return.

    What may be sent already, or was, stays so: its shopper owes the rest.
    """
    owed = owed_for(exchange)
    if owed <= 0:
        call_off(exchange, 0, by)
        release(exchange, by)
        return
    if can(EXCHANGE, exchange.state, "ask"):
        advance(exchange, "ask", Event.EXCHANGE_TO_PAY, by)
    _ask(exchange, owed, by)


def _ask(exchange: Exchange, amount: int, by: Actor) -> None:
    """Ask for the rest beside what was paid already, which stands: that is owed for the return."""
    if amount > 0:
        about = exchange.return_id if settled(exchange) else exchange.id
        demands.ask(exchange.return_, about, amount, exchange.return_.policy.policy.exchange.pay_days, by)


def owed_for(exchange: Exchange) -> int:
    """What of it is not paid yet, in minor units; before the first refund, less what that is to pay."""
    if exchange.refund_id is None:
        return plan_for(exchange.return_, open_items(exchange.return_)).owed
    return exchange.value - paid(exchange)


def pay(exchange: Exchange, by: Actor) -> None:
    """What refunds have put to it has arrived there, since it was sent. Where nothing waits, that was all."""
    legs = [leg for refund in refunds_of(exchange.return_) for leg in refund.legs if _waits(leg)]
    for leg in legs:
        step_leg(leg, "submit", Event.LEG_SUBMITTED, by)
        succeed(leg, _reference(exchange, leg), by)
    if not legs:
        settle(exchange.return_, by)


def _reference(exchange: Exchange, leg: RefundLeg) -> str:
    """Its number, as no other leg has it: of a later refund with that one's number."""
    first = leg.refund_id == exchange.refund_id
    return exchange.number if first else f"{exchange.number}/{leg.refund.no}"


def _waits(leg: RefundLeg) -> bool:
    return leg.destination is Destination.EXCHANGE and leg.state is LegState.APPROVED


def release(exchange: Exchange, by: Actor) -> None:
    """The shop's system may send it. Lock the return; what may be sent already stays as it is."""
    if not can(EXCHANGE, exchange.state, "release"):
        return
    advance(exchange, "release", Event.EXCHANGE_RELEASED, by)
    if exchange.released_at is None:
        exchange.released_at = clock.now()
        tell(Kind.EXCHANGE_RELEASED, exchange)
