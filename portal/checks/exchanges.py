"""X1, X2: what is given for what comes back is worth what the books say, and is kept while it is wanted."""

import uuid
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from portal.catalogue import Reservation, ReservationState, Variant
from portal.checks.holding import HELD
from portal.checks.looking import Look, key
from portal.checks.units import HOLDS
from portal.jobs import Job
from portal.ledger import Account, JournalEntry, Posting, Role
from portal.orders.models import Order
from portal.refunds.demands.lifecycle import DemandState
from portal.refunds.demands.models import Demand
from portal.refunds.goodwill import Waiver
from portal.refunds.lifecycle import Destination, LegState
from portal.refunds.models import Refund, RefundLeg
from portal.returns.cases.models import UNSOLVED, Case
from portal.returns.exchanges.lifecycle import ExchangeState
from portal.returns.exchanges.models import Exchange, ExchangeLine
from portal.returns.lifecycle import ReturnState
from portal.returns.models import Return, ReturnItem

OVER = (ExchangeState.SHIPPED, ExchangeState.ENDED)
GOING_ON = ("exchange.go", "exchange.settled", "refund.ready")
ENDED = (ReturnState.CLOSED, ReturnState.EXPIRED, ReturnState.CANCELLED, ReturnState.DENIED)


def cleared(look: Look) -> Iterator[str]:
    """What was sent, and its return is over, whose exchange clearing is not zero and that nobody is asked
    for."""
    asking = under_way(look, "exchange.unreturned")
    query = (
        sa.select(Exchange.id)
        .join(Return, Return.id == Exchange.return_id)
        .join(JournalEntry, JournalEntry.about == Return.id)
        .join(Posting, Posting.entry_id == JournalEntry.id)
        .join(Account, sa.and_(Account.id == Posting.account_id, Account.role == Role.EXCHANGE_CLEARING))
        .where(Exchange.tenant_id == look.tenant, Exchange.state == ExchangeState.SHIPPED)
        .where(Return.state.in_(ENDED), ~_owing())
        .group_by(Exchange.id)
        .having(sa.func.sum(Posting.debit) != sa.func.sum(Posting.credit))
    )
    unasked = (row.id for row in look.each(query) if f"unreturned/{row.id}" not in asking)
    yield from (key(Exchange, id) for id in unasked)


def _owing() -> sa.ColumnElement[bool]:
    """It was sent before the first article had come, which was worth less then, or never came: that is
    asked for."""
    open_ = Demand.state.in_((DemandState.ASKED, DemandState.OPEN, DemandState.LAPSED))
    return sa.exists().where(_about(), open_)


def _about() -> sa.ColumnElement[bool]:
    """What was asked for it, or for what its return fell short of it."""
    return sa.or_(Demand.about == Exchange.id, Demand.about == Exchange.return_id)


def asked(look: Look) -> Iterator[str]:
    """More is paid for what is given than it costs, or asked for than is still owed."""
    given = _sum(RefundLeg.amount, RefundLeg.refund_id == Refund.id, Refund.return_id == Exchange.return_id)
    given = given.where(RefundLeg.destination == Destination.EXCHANGE, RefundLeg.state.in_(HELD))
    settled = _sum(Demand.amount, _about(), Demand.state == DemandState.PAID)
    open_ = _sum(Demand.amount, _about(), Demand.state.in_((DemandState.ASKED, DemandState.OPEN)))
    let_go = _sum(Waiver.amount, Waiver.exchange_id == Exchange.id, Waiver.withdrawn_at.is_(None))
    sums = (given, settled, open_, let_go)
    paid = sum(query.correlate(Exchange).scalar_subquery() for query in sums)
    alive = (Exchange.state != ExchangeState.ENDED, Exchange.value < paid)
    yield from look.named(Exchange, *alive)


def waited_for(look: Look) -> Iterator[str]:
    """It waits to be paid, and nobody is asked for that, nor is anything of its return still to be decided,
    refunded or sent, nor does a job go on with it."""
    query = sa.select(Exchange.id, Exchange.return_id).join(Return, Return.id == Exchange.return_id)
    query = query.where(Exchange.tenant_id == look.tenant, Exchange.state == ExchangeState.TO_PAY)
    found = look.all(query.where(~_owing(), Return.goodwill == 0, ~_undone()))
    going = "/".join(key for kind in GOING_ON for key in under_way(look, kind)) if found else ""
    yield from (key(Exchange, row.id) for row in found if not _named(look, row.return_id, going))


def _undone() -> sa.ColumnElement[bool]:
    """Something of the return waits for somebody, or for its money."""
    unit = sa.exists().where(ReturnItem.return_id == Return.id, HOLDS, ReturnItem.refunding.is_(False))
    case = sa.exists().where(Case.return_id == Return.id, Case.state.in_(UNSOLVED))
    mine = sa.select(RefundLeg.id).join(Refund, Refund.id == RefundLeg.refund_id)
    under_way = RefundLeg.state.not_in((LegState.SUCCEEDED, LegState.CANCELLED))
    money = mine.where(
        Refund.return_id == Return.id, RefundLeg.destination != Destination.EXCHANGE, under_way
    )
    return sa.or_(unit, case, money.exists())


def _named(look: Look, return_: uuid.UUID, keys: str) -> bool:
    """Whether these keys of jobs name the return, a refund or a demand of it."""
    demands = sa.select(Demand.id).where(Demand.return_id == return_)
    refunds = sa.select(Refund.id).where(Refund.return_id == return_)
    named = [row.id for query in (demands, refunds) for row in look.all(query)]
    return any(str(id) in keys for id in (return_, *named))


def _sum(of: Any, *where: Any) -> sa.Select[int]:
    return sa.select(sa.func.coalesce(sa.func.sum(of), 0)).where(*where)


def freed(look: Look) -> Iterator[str]:
    """What is over and nothing was sent for, and is still to be paid, or was paid and does not go back."""
    ending = under_way(look, "exchange.over")
    standing = Demand.state.in_((DemandState.ASKED, DemandState.OPEN, DemandState.PAID))
    query = sa.select(Exchange.id).join(Demand, _about())
    query = query.where(Exchange.tenant_id == look.tenant, Exchange.state == ExchangeState.ENDED, standing)
    for row in look.each(query):
        if f"exchange.over/{row.id}" not in ending:
            yield key(Exchange, row.id)


def priced(look: Look) -> Iterator[str]:
    """An exchange that is worth another amount than its lines."""
    total = sa.select(sa.func.coalesce(sa.func.sum(ExchangeLine.value), 0))
    total = total.where(ExchangeLine.exchange_id == Exchange.id)
    yield from look.named(Exchange, Exchange.value != total.scalar_subquery())


def kept(look: Look) -> Iterator[str]:
    """A reservation for nobody, for what is over, or taken for what was not sent."""
    query = sa.select(Reservation.id).outerjoin(Exchange, Exchange.id == Reservation.about)
    held = sa.and_(Reservation.state == ReservationState.HELD, Exchange.state.in_(OVER))
    taken = sa.and_(Reservation.state == ReservationState.TAKEN, Exchange.state != ExchangeState.SHIPPED)
    mine = query.where(Reservation.tenant_id == look.tenant, sa.or_(Exchange.id.is_(None), held, taken))
    yield from (key(Reservation, row.id) for row in look.each(mine))


def standing_for(look: Look) -> Iterator[str]:
    """What was sent without an order of its number and value that stands for it, or with a leg still open
    that no job is to pay."""
    sent = Exchange.state == ExchangeState.SHIPPED
    let_go = _sum(Waiver.amount, Waiver.exchange_id == Exchange.id, Waiver.withdrawn_at.is_(None))
    worth = Exchange.value - let_go.correlate(Exchange).scalar_subquery()
    there = sa.exists().where(
        Order.id == Exchange.order_id, Order.number == Exchange.number, Order.captured == worth
    )
    yield from look.named(Exchange, sent, ~there)
    waiting = (RefundLeg.destination == Destination.EXCHANGE, RefundLeg.state == LegState.APPROVED)
    unpaid = sa.select(Exchange.id, Refund.id.label("refund")).join(
        Refund, Refund.return_id == Exchange.return_id
    )
    unpaid = unpaid.join(RefundLeg, RefundLeg.refund_id == Refund.id)
    paying = under_way(look, "exchange.pay") | under_way(look, "exchange.go")
    for row in look.each(unpaid.where(Exchange.tenant_id == look.tenant, sent, *waiting)):
        if not {f"exchange.pay/{row.id}", f"exchange/{row.refund}"} & paying:
            yield key(Exchange, row.id)


def under_way(look: Look, kind: str) -> set[str]:
    """The keys of such jobs that are not done."""
    jobs = sa.select(Job.key).where(Job.tenant_id == look.tenant, Job.done_at.is_(None), Job.kind == kind)
    return {row.key for row in look.each(jobs)}


def reserved(look: Look) -> Iterator[str]:
    """A variant whose counter is not the sum of what is held of it."""
    held = sa.select(sa.func.coalesce(sa.func.sum(Reservation.quantity), 0))
    held = held.where(Reservation.variant_id == Variant.id, Reservation.state == ReservationState.HELD)
    yield from look.named(Variant, Variant.reserved != held.scalar_subquery())
