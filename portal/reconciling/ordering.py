"""Ordering a reconciliation: a run, and the job that does it."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from portal import clock
from portal.audit import Actor, Change, Event, record
from portal.db import here, session
from portal.errors import Refusal
from portal.i18n import say
from portal.ids import uuid7
from portal.jobs import Job, enqueue
from portal.jobs.models import OPEN
from portal.reconciling.models import Reconciliation, RunState
from portal.tenants import Tenant

FIRST = date(1990, 1, 1)  # every time zone has this day, and those after it
SPANS = ("day", "week", "month")


def span(kind: str, day: date) -> tuple[date, date]:
    """The day itself, or the first and the last day of its week (from Monday) or month."""
    if kind == "week":
        monday = day - timedelta(days=day.weekday())
        return monday, monday + timedelta(days=6)
    if kind == "month":
        first = day.replace(day=1)
        return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return day, day


def order(shop: Tenant, since: date, until: date, by: Actor) -> Reconciliation:
    """Have a period reconciled. Lock the shop. One of the same days that still waits is the same.

    Raises Refusal for days that have not begun.
    """
    now = clock.now()
    if not FIRST <= since <= until or since > now.astimezone(ZoneInfo(shop.zone)).date():
        raise Refusal(say("Choose a day from 1990 to today."), "day")
    if waiting := _waiting(since, until):
        return waiting
    run = Reconciliation(id=uuid7(), since=since, until=until, zone=shop.zone, ordered_at=now)
    run.ordered_by = by.id if by.kind == "person" else None
    session.add(run)
    session.flush()
    change = Change("reconciliation", run.id, None, RunState.ORDERED.value)
    (cause,) = record(
        shop, Event.RECONCILIATION_ORDERED, by, [change], since=since.isoformat(), until=until.isoformat()
    )
    enqueue("books.reconcile", {"run": run.id}, run.job, cause=cause)
    return run


def _waiting(since: date, until: date) -> Reconciliation | None:
    """One of these days that a job will still do."""
    mine = sa.and_(Reconciliation.tenant_id == here(), Reconciliation.state == RunState.ORDERED)
    days = sa.and_(Reconciliation.since == since, Reconciliation.until == until)
    jobs = sa.select(Job.key).where(Job.tenant_id == here(), Job.kind == "books.reconcile", OPEN)
    open_ = set(session.scalars(jobs))
    found = session.scalars(sa.select(Reconciliation).where(mine, days))
    return next((run for run in found if run.job in open_), None)
