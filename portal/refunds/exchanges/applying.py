"""A refund pays for the other article: what it costs is settled, and it may be sent."""

import uuid
from collections.abc import Mapping, Sequence
from itertools import groupby
from operator import attrgetter

from portal import clock
from portal.audit import Actor, Event
from portal.catalogue import reserving
from portal.db import find, locked
from portal.feed import Kind
from portal.jobs import Lease, Rules, handler
from portal.orders.units import UnitMoney, units_money
from portal.refunds import demands
from portal.refunds.demands import Demand, DemandState
from portal.refunds.legs import advance as step_leg
from portal.refunds.legs import succeed
from portal.refunds.lifecycle import HELD, Destination, LegState
from portal.refunds.models import Refund, RefundLeg
from portal.refunds.quoting import open_items, plan_for
from portal.refunds.settling import settle
from portal.returns.exchanges.holding import advance, exchange_of, is_paid_for
from portal.returns.exchanges.lifecycle import EXCHANGE, ExchangeState
from portal.returns.exchanges.models import Exchange
from portal.returns.exchanges.prices import price_of, standing
from portal.returns.exchanges.telling import tell
from portal.returns.lifecycle import can
from portal.returns.models import Return
from portal.returns.pieces import AnyItem, pieces


@handler("exchange.go", Rules(discardable=False, evidence=True))
def go(lease: Lease) -> None:
    """A refund was approved whose return is exchanged: it pays for the other article."""
    refund = find(Refund, lease.ref("refund"))
    return_ = locked(Return, refund.return_id)
    exchange = exchange_of(return_, lock=True)
    if exchange is None or exchange.refund_id:
        return
    if exchange.state is ExchangeState.WANTED:
        held = {part.item_id for part in refund.parts}
        fix(exchange, [item for item in pieces(return_) if item.id in held])
    exchange.refund_id = refund.id
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
        _ask(exchange, exchange.value - settled(exchange), lease.by)


@handler("exchange.pay", Rules(discardable=False, evidence=True))
def settle_sent(lease: Lease) -> None:
    """It was sent: what came back for it, if that has come, pays for it now."""
    exchange = exchange_of(locked(Return, lease.ref("return")), lock=True)
    if exchange and exchange.state is ExchangeState.SHIPPED:
        pay(exchange, lease.by)


def fix(exchange: Exchange, items: Sequence[AnyItem]) -> None:
    """A piece for each of these units, and what all of it costs."""
    by_line = _moneys(items)
    for line in exchange.lines:
        units = standing(line, by_line.get(line.return_line_id, ()))
        price = price_of(line)
        line.quantity, line.value, line.taxes = len(units), price.total(units), price.taxes(units)
    exchange.value = sum(line.value for line in exchange.lines)


def _moneys(items: Sequence[AnyItem]) -> Mapping[uuid.UUID, Sequence[UnitMoney]]:
    found: dict[uuid.UUID, list[UnitMoney]] = {}
    for line, some in groupby(items, attrgetter("return_line_id")):
        units = list(some)
        moneys = units_money(units[0].order_line, [item.unit_no for item in units])
        found.setdefault(line, []).extend(moneys)
    return found


def go_on(exchange: Exchange, by: Actor) -> None:
    """Have what is owed for it paid, or let it be sent. Lock the return.

    What may be sent already, or was, stays so: its shopper owes the rest.
    """
    owed = owed_for(exchange)
    if owed <= 0:
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


def demands_for(exchange: Exchange) -> list[Demand]:
    """What was asked for it, whatever became of that."""
    about = (exchange.id, exchange.return_id)
    return [demand for demand in demands.demands_of(exchange.return_) if demand.about in about]


def settled(exchange: Exchange) -> int:
    """What is paid for it and not being given back."""
    return sum(demand.amount for demand in demands_for(exchange) if demand.state is DemandState.PAID)


def owed_for(exchange: Exchange) -> int:
    """What it costs more than what was given for it so far, in minor units; or, while nothing has come of
    the return, than what is expected for it."""
    if exchange.refund_id is None:
        return plan_for(exchange.return_, open_items(exchange.return_)).owed - settled(exchange)
    return exchange.value - applied(exchange) - settled(exchange)


def applied(exchange: Exchange) -> int:
    """What its refund has put to it."""
    return sum(leg.amount for leg in legs_of(exchange) if leg.state in HELD)


def legs_of(exchange: Exchange) -> list[RefundLeg]:
    if exchange.refund_id is None:
        return []
    legs = find(Refund, exchange.refund_id).legs
    return [leg for leg in legs if leg.destination is Destination.EXCHANGE]


def pay(exchange: Exchange, by: Actor) -> None:
    """What its refund has put to it has arrived there, since it was sent. Of one of nothing that was all."""
    legs = legs_of(exchange)
    if exchange.refund_id and not legs:
        settle(exchange.return_, by)
    for leg in legs:
        if leg.state is LegState.APPROVED:
            step_leg(leg, "submit", Event.LEG_SUBMITTED, by)
            succeed(leg, exchange.number, by)


def release(exchange: Exchange, by: Actor) -> None:
    """The shop's system may send it. Lock the return; what may be sent already stays as it is."""
    if not can(EXCHANGE, exchange.state, "release"):
        return
    advance(exchange, "release", Event.EXCHANGE_RELEASED, by)
    if exchange.released_at is None:
        exchange.released_at = clock.now()
        tell(Kind.EXCHANGE_RELEASED, exchange)
