"""P1 to P7, R3: figures and words that are kept for lists, worked out anew from what they stand for."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from portal.checks.looking import Look, key
from portal.checks.units import HOLDS
from portal.orders.models import Order, OrderAcceptance, OrderLine
from portal.refunds.goodwill import Goodwill
from portal.refunds.models import UNRELEASED, Refund, RefundPart
from portal.returns.lifecycle import ItemState, Outcome, ParcelState, Stage
from portal.returns.lifecycle import ReturnState as R
from portal.returns.models import Parcel, Return, ReturnItem, ReturnLine, ReturnMessage, Side
from portal.returns.reductions import Reduction, ReductionState

HERE = (ItemState.RECEIVED, ItemState.WRONG_ITEM)
OPEN = (R.AUTHORIZED, R.PARTIALLY_AUTHORIZED)


def _has(kind: Any, *where: Any) -> sa.ColumnElement[bool]:
    return sa.exists().where(kind.return_id == Return.id, *where)


def stages(look: Look) -> Iterator[str]:
    """A return whose one word is not what its units and parcels say."""
    moving = Parcel.state.in_((ParcelState.IN_TRANSIT, ParcelState.DELIVERED))
    kept = _has(ReturnItem, ReturnItem.state == ItemState.KEPT)
    awaited = _has(ReturnItem, ReturnItem.state.in_((ItemState.AUTHORIZED, ItemState.MISSING)))
    open_ = sa.case(
        (_has(ReturnItem, ReturnItem.state.in_(HERE)), Stage.RECEIVED.value),
        (_has(ReturnItem, ReturnItem.state == ItemState.INSPECTED), Stage.CHECKED.value),
        (sa.and_(kept, ~awaited), Stage.CHECKED.value),
        (_has(Parcel, moving), Stage.ON_ITS_WAY.value),
        else_=Stage.APPROVED.value,
    )
    closed = sa.case(
        (_has(ReturnItem, ReturnItem.refunding), Stage.REFUNDED.value), else_=Stage.CHECKED.value
    )
    states = sa.cast(Return.state, sa.String)  # where nothing else counts, the stage is the state's own word
    right = sa.case((Return.state.in_(OPEN), open_), (Return.state == R.CLOSED, closed), else_=states)
    yield from look.named(Return, sa.cast(Return.stage, sa.String) != right)


def payable(look: Look) -> Iterator[str]:
    """A return that says that something waits to be paid when nothing does, or the other way round."""
    accepted = sa.and_(
        ReturnItem.state == ItemState.INSPECTED,
        ReturnItem.outcome.in_((Outcome.ACCEPTED, Outcome.REDUCED)),
    )
    due = sa.or_(accepted, ReturnItem.state == ItemState.KEPT)
    waits = _has(ReturnItem, due, ReturnItem.refunding.is_(False), ReturnItem.reducing.is_(False))
    yield from look.named(Return, Return.payable != sa.or_(waits, Return.goodwill > 0))


def objected(look: Look) -> Iterator[str]:
    """A return whose oldest objection without a decision is not from when it says, or that hides one."""
    first = sa.select(sa.func.min(Reduction.objected_at, type_=Reduction.objected_at.type))
    waits = (Reduction.return_id == Return.id, Reduction.state == ReductionState.OBJECTED)
    since = first.where(*waits).scalar_subquery()
    yield from look.named(Return, Return.objected_since.is_distinct_from(since))


def unanswered(look: Look) -> Iterator[str]:
    """A return whose oldest message without an answer is not from when it says, or that hides one."""
    waits = sa.and_(ReturnMessage.side == Side.SHOPPER, ReturnMessage.settled_at.is_(None))
    first = sa.select(sa.func.min(ReturnMessage.at, type_=ReturnMessage.at.type))
    since = first.where(ReturnMessage.return_id == Return.id, waits).scalar_subquery()
    yield from look.named(Return, Return.unanswered_since.is_distinct_from(since))


def refunding(look: Look) -> Iterator[str]:
    """A unit that says it is in a refund and is not, or the other way round."""
    paid = sa.exists().where(RefundPart.item_id == ReturnItem.id, UNRELEASED)
    yield from look.named(ReturnItem, ReturnItem.refunding != paid)


def claimed(look: Look) -> Iterator[str]:
    """An order line whose counter is not the number of units that live returns hold."""
    held = sa.select(sa.func.count(ReturnItem.id)).where(ReturnItem.order_line_id == OrderLine.id, HOLDS)
    yield from look.named(OrderLine, OrderLine.claimed != held.scalar_subquery())


def totals(look: Look) -> Iterator[str]:
    """A return whose number of units, goodwill that waits, or what was taken for the way back, is not the
    sum."""
    units = sa.select(sa.func.coalesce(sa.func.sum(ReturnLine.quantity), 0))
    units = units.where(ReturnLine.return_id == Return.id)
    taken = sa.select(sa.func.coalesce(sa.func.sum(Refund.shipping), 0))
    taken = taken.where(Refund.return_id == Return.id, Refund.cancelled_at.is_(None))
    waiting = sa.select(sa.func.coalesce(sa.func.sum(Goodwill.amount), 0))
    waiting = waiting.where(Goodwill.return_id == Return.id, Goodwill.refund_id.is_(None))
    granted = waiting.where(Goodwill.withdrawn_at.is_(None)).scalar_subquery()
    wrong = sa.or_(
        Return.goodwill != granted,
        Return.units != units.scalar_subquery(),
        Return.shipping_taken != taken.scalar_subquery(),
    )
    query = sa.select(Return.id).where(Return.tenant_id == look.tenant, wrong)
    yield from (key(Return, row.id) for row in look.each(query))


def accepted(look: Look) -> Iterator[str]:
    """An order whose figures count as accepted, and nobody said so or nothing was wrong with them."""
    said = sa.exists().where(OrderAcceptance.order_id == Order.id, OrderAcceptance.tenant_id == look.tenant)
    right = sa.and_(said, sa.func.json_array_length(Order.flags) > 0)
    yield from look.named(Order, Order.accepted, ~right)
