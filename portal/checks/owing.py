"""D1, D2: what shoppers owe: one demand at most stands for a thing, its amounts are right, and each that
can still change has somebody to see to it."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from portal.checks.looking import Look, key
from portal.jobs import Job
from portal.refunds.demands import Demand, DemandRefund, DemandState
from portal.returns.models import Return

MANUAL = "manual"
S = DemandState
LIVE = (S.ASKED, S.OPEN, S.PAID)
UNPAID = (S.ASKED, S.OPEN, S.LAPSED, S.CANCELLED)


def single(look: Look) -> Iterator[str]:
    """Two live demands for one thing."""
    mine = sa.select(Demand.about).where(Demand.tenant_id == look.tenant, Demand.state.in_(LIVE))
    twice = mine.group_by(Demand.about).having(sa.func.count(Demand.id) > 1)
    yield from look.named(Demand, Demand.state.in_(LIVE), Demand.about.in_(twice))


def marked(look: Look) -> Iterator[str]:
    """A return that says another thing than its demands of whether there are any."""
    any_ = sa.exists().where(Demand.return_id == Return.id)
    yield from look.named(Return, Return.owes != any_)


def sound(look: Look) -> Iterator[str]:
    """A demand of nothing, in another currency than its return, that says it is paid and has no payment, or
    has gone back another number of times than its state says."""
    currency = sa.select(Return.currency).where(Return.id == Demand.return_id).scalar_subquery()
    went = sa.select(sa.func.count(DemandRefund.id)).where(DemandRefund.demand_id == Demand.id)
    stands = went.where(DemandRefund.succeeded_at.is_not(None), DemandRefund.came_back_at.is_(None))
    back = sa.case((Demand.state == S.RETURNED, 1), else_=0)
    yield from look.named(
        Demand,
        sa.or_(
            Demand.amount < 1,
            Demand.currency != currency,
            Demand.paid_at.is_(None) != Demand.state.in_(UNPAID),
            Demand.paid_at.is_(None) != (Demand.payment == ""),
            stands.correlate(Demand).scalar_subquery() != back,
        ),
    )


def tried(look: Look) -> Iterator[str]:
    """A try out of number, under another's key, or begun before the last was known to be over."""
    other = sa.select(sa.func.count()).select_from(earlier := aliased(DemandRefund))
    before = other.where(earlier.demand_id == DemandRefund.demand_id, earlier.no < DemandRefund.no)
    open_ = before.where(earlier.ended_at.is_(None))
    ended = DemandRefund.ended_at.is_not(None)
    yield from look.named(
        DemandRefund,
        sa.or_(
            before.scalar_subquery() != DemandRefund.no - 1,
            open_.scalar_subquery() != 0,
            ended != DemandRefund.evidence.is_not(None),
        ),
    )


def attended(look: Look) -> Iterator[str]:
    """A demand that can be paid, or whose link or refund is under way, without the job for it."""
    jobs = sa.select(Job.key).where(Job.tenant_id == look.tenant, Job.done_at.is_(None))
    live = {row.key for row in look.each(jobs.where(Job.kind.in_(("demand.tend", "demand.return"))))}
    query = sa.select(Demand.id, Demand.state, Demand.rounds, Demand.closed_at)
    query = query.where(Demand.tenant_id == look.tenant, sa.not_(_at_rest()))
    yield from (key(Demand, row.id) for row in look.each(query) if _job(row) not in live)


def _at_rest() -> Any:
    """Nothing is to happen to it by itself."""
    ended = sa.and_(Demand.state.in_((S.LAPSED, S.CANCELLED)), Demand.closed_at.is_not(None))
    by_hand = sa.and_(Demand.state == S.RETURNING, Demand.gateway == MANUAL)
    return sa.or_(Demand.state.in_((S.PAID, S.RETURNED, S.STUCK)), ended, by_hand)


def _job(row: Any) -> str:
    back = f"/return/{row.rounds}" if row.state is S.RETURNING else ""
    return f"demand/{row.id}{back}"
