"""I5: each unit is in one live return at most, and is refunded only once it was seen or let go."""

from collections.abc import Iterator, Mapping

import sqlalchemy as sa

from portal.checks.looking import Look, key
from portal.orders.models import OrderLine
from portal.refunds.models import UNRELEASED, RefundPart
from portal.returns.cases import Case, CaseState
from portal.returns.lifecycle import ItemState as I
from portal.returns.lifecycle import Outcome
from portal.returns.lifecycle import ReturnState as R
from portal.returns.models import Return, ReturnItem, ReturnLine

ACCEPTED = sa.and_(
    ReturnItem.state == I.INSPECTED, ReturnItem.outcome.in_((Outcome.ACCEPTED, Outcome.REDUCED))
)
HOLDS = sa.or_(ReturnItem.state.in_((I.CLAIMED, I.AUTHORIZED, I.RECEIVED, I.MISSING, I.KEPT)), ACCEPTED)
RECEIVABLE = (R.AUTHORIZED, R.PARTIALLY_AUTHORIZED)
_OPEN = (I.AUTHORIZED, I.DECLINED, I.RECEIVED, I.INSPECTED, I.MISSING, I.WRONG_ITEM, I.KEPT, I.CANCELLED)
# The states that units can have in a return of each state: what was received had been authorized.
FITTING: Mapping[R, tuple[I, ...]] = {
    R.DRAFT: (),
    R.REQUESTED: (I.CLAIMED,),
    R.AUTHORIZED: _OPEN,
    R.PARTIALLY_AUTHORIZED: _OPEN,
    R.DENIED: (I.DECLINED,),
    R.CANCELLED: (I.DECLINED, I.CANCELLED),
    R.EXPIRED: (I.DECLINED, I.EXPIRED),
    R.CLOSED: (I.DECLINED, I.INSPECTED, I.KEPT, I.CANCELLED, I.EXPIRED),
}


def within_order(look: Look) -> Iterator[str]:
    """More units of a line are claimed than were ordered."""
    query = (
        sa.select(OrderLine.id)
        .join(ReturnItem, ReturnItem.order_line_id == OrderLine.id)
        .where(OrderLine.tenant_id == look.tenant, HOLDS)
        .group_by(OrderLine.id, OrderLine.quantity)
        .having(
            sa.or_(
                sa.func.count(ReturnItem.id) > OrderLine.quantity,
                sa.func.max(ReturnItem.unit_no) > OrderLine.quantity,
                sa.func.min(ReturnItem.unit_no) < 1,
                sa.func.count(ReturnItem.unit_no.distinct()) < sa.func.count(ReturnItem.id),
            )
        )
    )
    yield from (key(OrderLine, row.id) for row in look.each(query))


def in_place(look: Look) -> Iterator[str]:
    """A unit in a state that its return's does not allow, or of a line that is not its return's."""
    wrong = [
        sa.and_(Return.state == state, ReturnItem.state.not_in(states)) for state, states in FITTING.items()
    ]
    yield from look.named(ReturnItem, ReturnItem.return_id == Return.id, sa.or_(*wrong))
    strange = sa.or_(
        ReturnItem.return_id != ReturnLine.return_id,
        ReturnItem.order_line_id != ReturnLine.order_line_id,
    )
    yield from look.named(ReturnItem, ReturnItem.return_line_id == ReturnLine.id, strange)
    foreign = sa.and_(OrderLine.id == ReturnLine.order_line_id, OrderLine.order_id != Return.order_id)
    yield from look.named(ReturnLine, ReturnLine.return_id == Return.id, foreign)


def whole_lines(look: Look) -> Iterator[str]:
    """A submitted line that has not as many units as it asks for."""
    units = sa.select(sa.func.count(ReturnItem.id)).where(ReturnItem.return_line_id == ReturnLine.id)
    off = units.scalar_subquery() != sa.case((Return.state == R.DRAFT, 0), else_=ReturnLine.quantity)
    yield from look.named(ReturnLine, ReturnLine.return_id == Return.id, off)


def refunded(look: Look) -> Iterator[str]:
    """A unit in a refund that was neither accepted nor kept; in two refunds; owed, and in none at the end."""
    paid = sa.exists().where(RefundPart.item_id == ReturnItem.id, UNRELEASED)
    due = sa.or_(sa.func.coalesce(ACCEPTED, sa.false()), ReturnItem.state == I.KEPT)
    yield from look.named(ReturnItem, paid, ~due)
    unpaid = sa.and_(Return.state == R.CLOSED, due, ~paid)
    yield from look.named(ReturnItem, ReturnItem.return_id == Return.id, unpaid)
    parts = sa.select(RefundPart.item_id).where(RefundPart.tenant_id == look.tenant, UNRELEASED)
    twice = parts.group_by(RefundPart.item_id).having(sa.func.count(RefundPart.id) > 1)
    yield from (key(ReturnItem, row.item_id) for row in look.each(twice))


def decided(look: Look) -> Iterator[str]:
    """A unit instead of which something else came, without an open case; a case of a return that ended."""
    case = sa.exists().where(Case.item_id == ReturnItem.id, Case.state == CaseState.OPEN)
    yield from look.named(ReturnItem, (ReturnItem.state == I.WRONG_ITEM) != case)
    late = sa.and_(Return.state.not_in(RECEIVABLE), Case.state.in_((CaseState.OPEN, CaseState.WAITING)))
    yield from look.named(Case, Case.return_id == Return.id, late)
