"""Ordering an export: a row, a job that writes it, and one that takes it away again."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from portal import clock, config
from portal.audit import Actor, Change, Event, record
from portal.db import here, session
from portal.errors import Refusal
from portal.exports.models import Export, ExportKind, ExportState, Format
from portal.i18n import say
from portal.ids import uuid7
from portal.jobs import Job, enqueue
from portal.jobs.models import OPEN
from portal.tenants import Tenant

YEARS = range(1990, 2200)  # days that every time zone has
MOST = 20  # exports of one shop that wait to be written


@dataclass(frozen=True)
class Wanted:
    """What is asked for: the days are within, as the shop's zone counts them."""

    kind: ExportKind
    format: Format
    since: date | None = None
    until: date | None = None


def closed_month(first: date, today: date) -> tuple[date, date]:
    """The first and the last day of the month of a day. Raises Refusal while it has not ended."""
    if first.replace(day=1) >= today.replace(day=1):
        raise Refusal(say("This month has not ended yet. Choose one that has."), "month")
    first = first.replace(day=1)
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def order(shop: Tenant, wanted: Wanted, by: Actor) -> Export:
    """Have an export written. Lock the shop. One like it that still waits is the same.

    Raises Refusal for a period that is none, and where too many wait.
    """
    _check(wanted)
    waiting = _waiting()
    for export in waiting:
        if (export.kind, export.format, export.since, export.until) == _key(wanted):
            return export
    if len(waiting) >= MOST:
        raise Refusal(say("{n} exports wait to be written. Let them be done first.", n=MOST))
    return _order(shop, wanted, by)


def _key(wanted: Wanted) -> tuple[object, ...]:
    return wanted.kind, wanted.format, wanted.since, wanted.until


def _check(wanted: Wanted) -> None:
    if wanted.format is Format.BEANCOUNT and wanted.kind is not ExportKind.JOURNAL:
        raise Refusal(say("Beancount is for the journal alone."), "format")
    for name, day in (("since", wanted.since), ("until", wanted.until)):
        if day and day.year not in YEARS:
            raise Refusal(say("Choose a day of the years from 1990 to 2199."), name)
    if wanted.since and wanted.until and wanted.until < wanted.since:
        raise Refusal(say("The last day is before the first."), "until")


def _waiting() -> list[Export]:
    """Those that a job will still write."""
    unwritten = sa.and_(Export.tenant_id == here(), Export.state == ExportState.ORDERED)
    jobs = sa.select(Job.key).where(Job.tenant_id == here(), Job.kind == "export.write", OPEN)
    open_, found = set(session.scalars(jobs)), session.scalars(sa.select(Export).where(unwritten))
    return [export for export in found if export.job in open_]


def _order(shop: Tenant, wanted: Wanted, by: Actor) -> Export:
    now = clock.now()
    export = Export(
        id=uuid7(),
        kind=wanted.kind,
        format=wanted.format,
        since=wanted.since,
        until=wanted.until,
        zone=shop.zone,
        ordered_by=by.id if by.kind == "person" else None,
        ordered_at=now,
        kept_until=now + timedelta(days=config.current().export_days),
    )
    session.add(export)
    session.flush()
    change = Change("export", export.id, None, ExportState.ORDERED.value)
    days = {name: day.isoformat() for name, day in (("since", wanted.since), ("until", wanted.until)) if day}
    facts: dict[str, Any] = {"kind": wanted.kind.value, "format": wanted.format.value, **days}
    (cause,) = record(shop, Event.EXPORT_ORDERED, by, [change], **facts)
    enqueue("export.write", {"export": export.id}, export.job, cause=cause)
    enqueue("export.remove", {"export": export.id}, f"export.remove/{export.id}", run_at=export.kept_until)
    return export
