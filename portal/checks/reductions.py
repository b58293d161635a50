"""R1: what is taken off a unit is what its reduction says. R2: nothing of it is refunded before the shopper
has answered, or was silent for as long as the policy says, or somebody else has decided."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

import sqlalchemy as sa

from portal.audit import Event, Trail
from portal.checks.looking import Look, key
from portal.checks.splitting import off, one_of
from portal.orders.models import Order, OrderLine
from portal.refunds.models import UNRELEASED, RefundPart
from portal.returns.models import ReturnItem
from portal.returns.reductions import Reduction, ReductionState
from portal.returns.reductions.models import PENDING

DECIDED = (ReductionState.UPHELD, ReductionState.CHANGED)


def worked_out(look: Look) -> Iterator[str]:
    """A unit off which another amount is taken than its reduction says, or one that is not about it; and one
    that waits while its reduction does not, or the other way round."""
    reduced = sa.or_(ReturnItem.reduced_by_id.is_not(None), ReturnItem.less != 0, ReturnItem.reducing)
    query = (
        sa.select(
            *(ReturnItem.id, ReturnItem.less, ReturnItem.reducing, ReturnItem.unit_no),
            *(ReturnItem.return_line_id, Reduction.line_id, Reduction.state),
            *(Reduction.points.label("off_points"), Reduction.amount.label("off_amount")),
            *(OrderLine.quantity, OrderLine.subtotal, OrderLine.discount, OrderLine.taxes),
            Order.prices_include_tax,
        )
        .outerjoin(Reduction, Reduction.id == ReturnItem.reduced_by_id)
        .join(OrderLine, OrderLine.id == ReturnItem.order_line_id)
        .join(Order, Order.id == OrderLine.order_id)
        .where(ReturnItem.tenant_id == look.tenant, reduced)
    )
    yield from (key(ReturnItem, row.id) for row in look.each(query) if not _is_right(row))


def _is_right(unit: Any) -> bool:
    if unit.state is None or unit.state is ReductionState.WITHDRAWN:
        return False
    about_it = unit.line_id == unit.return_line_id and unit.reducing == (unit.state in PENDING)
    return bool(about_it and 0 < unit.less == off(unit, _gross(unit)))


def _gross(unit: Any) -> int:
    price = one_of(unit.subtotal, unit.quantity, unit.unit_no)
    tax = sum(one_of(tax, unit.quantity, unit.unit_no) for tax in unit.taxes.values())
    return (
        price - one_of(unit.discount, unit.quantity, unit.unit_no) + (0 if unit.prices_include_tax else tax)
    )


def totals(look: Look) -> Iterator[str]:
    """A reduction of another total, or of more or fewer units, than name it; one withdrawn that is named."""
    mine = sa.and_(ReturnItem.reduced_by_id == Reduction.id, ReturnItem.return_id == Reduction.return_id)
    units = sa.select(sa.func.count(ReturnItem.id)).where(mine).scalar_subquery()
    total = sa.select(sa.func.coalesce(sa.func.sum(ReturnItem.less), 0)).where(mine).scalar_subquery()
    gone = Reduction.state == ReductionState.WITHDRAWN
    wrong = sa.or_(units != Reduction.units, total != Reduction.total)
    yield from look.named(Reduction, sa.case((gone, units != 0), else_=wrong))


def told(look: Look) -> Iterator[str]:
    """A reduction whose amount is not what its last row of the trail says."""
    for id, rows in groupby(look.each(_history(look)), lambda row: row.id):
        *_, last = rows
        if (last.data or {}).get("total") != last.total:
            yield key(Reduction, id)


def waiting(look: Look) -> Iterator[str]:
    """A refund of a unit whose reduction was neither answered nor decided."""
    pending = sa.and_(Reduction.id == ReturnItem.reduced_by_id, Reduction.state.in_(PENDING))
    held = sa.and_(ReturnItem.id == RefundPart.item_id, UNRELEASED, pending)
    yield from look.named(RefundPart, held)


def silent(look: Look) -> Iterator[str]:
    """A reduction that counts as accepted without a word, before its time was over or by a person."""
    for id, rows in groupby(look.each(_history(look)), lambda row: row.id):
        lapsed = [row for row in rows if row.event == Event.REDUCTION_LAPSED]
        if any(row.actor_kind != "job" or row.at < row.answer_by for row in lapsed):
            yield key(Reduction, id)


def judged(look: Look) -> Iterator[str]:
    """An objection that whoever had reduced decided against the shopper, and not as the only one entitled;
    one that nobody is said to have decided."""
    nobody = sa.or_(Reduction.decided_by.is_(None), Reduction.answer == "", Reduction.objection == "")
    same = sa.and_(Reduction.decided_by == Reduction.made_by, Reduction.alone.is_(False))
    yield from look.named(Reduction, Reduction.state.in_(DECIDED), sa.or_(nobody, same))


def _history(look: Look) -> sa.Select[Any]:
    """What the trail says of each, the oldest first."""
    return (
        sa.select(
            *(Reduction.id, Reduction.total, Reduction.answer_by),
            *(Trail.event, Trail.at, Trail.actor_kind, Trail.data),
        )
        .outerjoin(Trail, sa.and_(Trail.subject_id == Reduction.id, Trail.tenant_id == Reduction.tenant_id))
        .where(Reduction.tenant_id == look.tenant)
        .order_by(Reduction.id, Trail.no)
    )
