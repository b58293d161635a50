"""I13, I24: what happened ordered the work that it demands, once; nobody is told a thing twice."""

from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any

import sqlalchemy as sa

from portal.audit import Event, Trail
from portal.checks.looking import Look, key
from portal.jobs import Job
from portal.notices import Notice

# What each kind of job may be caused by. Kinds that are not listed may stand by themselves.
CAUSES: Mapping[str, tuple[Event, ...]] = {
    "refund.send": (Event.REFUND_APPROVED, Event.LEG_REPLACED),
    "refund.ready": (
        *(Event.ITEM_INSPECTED, Event.ITEM_MISSING, Event.ITEM_KEPT),
        *(Event.CASE_SOLVED, Event.RETURN_REOPENED),
    ),
    "refund.call": (Event.REFUND_PROPOSED,),
    "exchange.go": (Event.REFUND_APPROVED,),
    "exchange.pay": (Event.EXCHANGE_SHIPPED,),
    "exchange.at_once": (Event.RETURN_AUTHORIZED,),
    "exchange.lapse": (Event.EXCHANGE_REQUESTED, Event.EXCHANGE_KEPT_AGAIN),
    "demand.tend": (Event.DEMAND_ASKED,),
    "demand.return": (Event.DEMAND_GIVEN_BACK, Event.DEMAND_PAID_LATE),
    "reduction.lapse": (Event.REDUCTION_PROPOSED,),
    "return.expire": (Event.RETURN_AUTHORIZED,),
    "export.write": (Event.EXPORT_ORDERED,),
    "books.reconcile": (Event.RECONCILIATION_ORDERED,),
    "policy.activate": (Event.POLICY_SCHEDULED,),
    "parcel.trace": (Event.PARCEL_SENT,),
    "policy.call": (Event.POLICY_REVIEW_ASKED,),
}
# Each row of these about such a thing demands one job.
DEMANDS = (
    (Event.REFUND_APPROVED, "refund_leg", "refund.send"),
    (Event.LEG_REPLACED, "refund_leg", "refund.send"),
    (Event.REFUND_PROPOSED, "return", "refund.call"),
    (Event.DEMAND_ASKED, "demand", "demand.tend"),
    (Event.EXCHANGE_REQUESTED, "exchange", "exchange.lapse"),
    (Event.EXCHANGE_SHIPPED, "exchange", "exchange.pay"),
    (Event.RETURN_AUTHORIZED, "return", "return.expire"),
    (Event.RETURN_REOPENED, "return", "refund.ready"),
    (Event.CASE_SOLVED, "parcel_case", "refund.ready"),
    (Event.REDUCTION_PROPOSED, "reduction", "reduction.lapse"),
    (Event.EXPORT_ORDERED, "export", "export.write"),
    (Event.RECONCILIATION_ORDERED, "reconciliation", "books.reconcile"),
    (Event.POLICY_SCHEDULED, "policy_version", "policy.activate"),
    (Event.POLICY_REVIEW_ASKED, "policy_draft", "policy.call"),
)
TOGETHER = (Event.ITEM_INSPECTED, Event.ITEM_MISSING, Event.ITEM_KEPT)  # a command's rows demand one job


def caused(look: Look) -> Iterator[str]:
    """A job whose cause is missing, of another shop, or nothing that causes such a job."""
    query = (
        sa.select(Job.id, Job.kind, Job.cause, Trail.event)
        .outerjoin(Trail, sa.and_(Trail.id == Job.cause, Trail.tenant_id == Job.tenant_id))
        .where(Job.tenant_id == look.tenant, sa.or_(Job.kind.in_(CAUSES), Job.cause.is_not(None)))
    )
    for job in look.each(query):
        if job.event is None or job.event not in CAUSES.get(job.kind, (job.event,)):
            yield f"job/{job.id}"


def demanded(look: Look) -> Iterator[str]:
    """A row of the trail that demands a job and has none, or has two."""
    for event, subject, kind in DEMANDS:
        jobs = sa.select(sa.func.count(Job.id)).where(Job.cause == Trail.id, Job.kind == kind)
        about = (Trail.event == event.value, Trail.subject_kind == subject)
        yield from look.named(Trail, *about, jobs.scalar_subquery() != 1)


def followed(look: Look) -> Iterator[str]:
    """Units were checked, given up or kept, and no job asks whether the return is done."""
    jobs = sa.select(sa.func.count(Job.id)).where(Job.cause == Trail.id, Job.kind == "refund.ready")
    query = sa.select(Trail.id, Trail.chain, Trail.no, Trail.event, jobs.scalar_subquery().label("jobs"))
    query = query.where(Trail.tenant_id == look.tenant, Trail.event.in_([e.value for e in TOGETHER]))
    for _, rows in groupby(look.each(query.order_by(Trail.chain, Trail.no)), lambda row: row.chain):
        last: Any = None
        for row in rows:
            goes_on = last is not None and (last.event, last.no + 1) == (row.event, row.no)
            if row.jobs > 1 or not (row.jobs or goes_on):
                yield key(Trail, row.id)
            last = row


def keyed(look: Look) -> Iterator[str]:
    """Two jobs under one key."""
    query = sa.select(Job.key).where(Job.tenant_id == look.tenant).group_by(Job.key)
    yield from (f"job/{row.key}" for row in look.each(query.having(sa.func.count(Job.id) > 1)))


def told_once(look: Look) -> Iterator[str]:
    """Two notices of one event to one reader."""
    what = (Notice.about, Notice.event, Notice.kind)
    query = sa.select(sa.func.count(Notice.id).label("n"), *what).where(Notice.tenant_id == look.tenant)
    for row in look.each(query.group_by(*what).having(sa.func.count(Notice.id) > 1)):
        yield f"notice of {row.event}/{row.about}"


def delivered(look: Look) -> Iterator[str]:
    """A notice that no job sends or has sent."""
    query = sa.select(Notice.id).where(Notice.tenant_id == look.tenant, Notice.sent_at.is_(None))
    jobs = {
        row.key: row.done_at is None or row.dead_at is None
        for row in look.each(
            sa.select(Job.key, Job.done_at, Job.dead_at).where(
                Job.tenant_id == look.tenant, Job.kind == "notice.send"
            )
        )
    }
    yield from (key(Notice, row.id) for row in look.each(query) if f"notice/{row.id}" not in jobs)
