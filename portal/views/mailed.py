"""What was mailed about a return, or to the address of an order: when it left, or why it did not."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa

from portal.db import find, here, session
from portal.errors import NotFound
from portal.jobs import Job
from portal.jobs.models import JobState
from portal.notices import Notice
from portal.returns import Return

MOST = 50


class Fate(StrEnum):
    """What became of a mail."""

    SENT = "sent"
    WAITS = "waits"
    FAILED = "failed"
    NOBODY = "nobody"
    """There was nobody to write to, or what it told of was over before it could leave."""


@dataclass(frozen=True)
class Mailed:
    """A notice with what became of its mail. `at`: when it last left, or was ordered."""

    notice: Notice
    fate: Fate

    @property
    def at(self) -> datetime:
        return self.notice.sent_at or self.notice.created_at


def mails_of(return_: uuid.UUID) -> list[Mailed]:
    """About a return, the newest first, at most MOST; two statements."""
    return _told(Notice.return_id == return_)


def mails_to(order: uuid.UUID) -> list[Mailed]:
    """To the address of an order: links to it, and all about its returns."""
    own = sa.select(Return.id).where(Return.order_id == order, Return.tenant_id == here())
    return _told(sa.or_(Notice.order_id == order, Notice.return_id.in_(own)))


def notice_of(id: uuid.UUID) -> Notice:
    """A notice to a shopper. Raises NotFound, also for one to the staff."""
    found = find(Notice, id)
    if found.return_id is None and found.order_id is None:
        raise NotFound("Notice")
    return found


def _told(which: sa.ColumnElement[bool]) -> list[Mailed]:
    query = sa.select(Notice).where(Notice.tenant_id == here(), which)
    newest = query.order_by(Notice.created_at.desc(), Notice.id.desc()).limit(MOST)
    notices = session.scalars(newest).all()
    jobs = _jobs(notices)
    return [Mailed(notice, _fate(notice, jobs.get(notice.key))) for notice in notices]


def _jobs(notices: Sequence[Notice]) -> dict[str, Job]:
    if not notices:
        return {}
    query = sa.select(Job).where(Job.tenant_id == here(), Job.key.in_([notice.key for notice in notices]))
    return {job.key: job for job in session.scalars(query)}


def _fate(notice: Notice, job: Job | None) -> Fate:
    """A mail that is being sent again waits, although it left before."""
    state = job.state if job else JobState.DONE
    if state is JobState.SCHEDULED:
        return Fate.WAITS
    if state in {JobState.DEAD, JobState.DISCARDED}:
        return Fate.FAILED
    return Fate.SENT if notice.sent_at else Fate.NOBODY
