"""Sending a mail once more: the same notice, written anew from the rows as they now are."""

import uuid
from datetime import timedelta

import sqlalchemy as sa

from portal import clock
from portal.audit import Actor, Chained, Change, Event, Trail, record
from portal.db import here, session
from portal.errors import Refusal
from portal.i18n import say
from portal.jobs import enqueue
from portal.jobs.models import Job, JobState
from portal.jobs.outbox import hasten
from portal.jobs.timing import now
from portal.notices.models import Notice

WITHIN, MOST = timedelta(hours=1), 3


def send_again(notice: Notice, owner: Chained, by: Actor) -> None:
    """Have the notice's mail written and sent once more. Lock the owner of the trail, then the notice.

    One that still waits to be sent is sent at once instead. Raises Refusal above so many an hour.
    """
    job = _job(notice)
    if job is not None and job.state is JobState.SCHEDULED:
        hasten(notice.key)
        return
    must_be_few(notice)
    if job is not None and job.state is JobState.DEAD:
        job.finish(now())  # this order takes its place; nobody has to look after the old one
    notice.times += 1
    (cause,) = note_repeated(notice, owner, by)
    enqueue("notice.send", {"notice": notice.id, "again": notice.times}, notice.key, cause=cause)


def must_be_few(notice: Notice) -> None:
    """Raises Refusal for what was sent again as often as an hour allows."""
    same = (Trail.tenant_id == here(), Trail.subject_id == notice.id, Trail.at > clock.now() - WITHIN)
    count = sa.select(sa.func.count()).where(*same, Trail.event == Event.NOTICE_REPEATED.value)
    if (session.scalar(count) or 0) >= MOST:
        raise Refusal(say("It was sent again {n} times within the hour. Wait a little.", n=MOST))


def note_repeated(notice: Notice, owner: Chained, by: Actor) -> list[uuid.UUID]:
    """Tell the trail which mail somebody had sent again."""
    return record(owner, Event.NOTICE_REPEATED, by, [Change("notice", notice.id)], notice=notice.event)


def _job(notice: Notice) -> Job | None:
    query = sa.select(Job).where(Job.key == notice.key, Job.tenant_id == here()).with_for_update()
    return session.scalars(query.execution_options(populate_existing=True)).one_or_none()
