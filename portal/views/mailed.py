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
from portal.notices.wording import NEEDLESS
from portal.returns import Return

MOST = 50


class Fate(StrEnum):
    """What became of a mail."""

    SENT = "sent"
    WAITS = "waits"
    FAILED = "failed"
    NOBODY = "nobody"
    """There was nobody to write to, or what it told of was over before it could leave."""
    UNSENT = "unsent"
    """The same of a mail that a shop may switch off: that may be why it did not leave."""


@dataclass(frozen=True)
class Mailed:
    """A notice with what became of its mail. `at`: when it last left, or was ordered."""

    notice: Notice
    fate: Fate

    @property
    def at(self) -> datetime:
        return self.notice.sent_at or self.notice.created_at


def _mailed(which: sa.ColumnElement[bool]) -> sa.Select[Notice]:
    mine = sa.select(Notice).where(Notice.tenant_id == sa.bindparam("tenant"), which)
    return mine.order_by(Notice.created_at.desc(), Notice.id.desc()).limit(MOST)


def _returns() -> sa.Select[uuid.UUID]:
    mine = Return.tenant_id == sa.bindparam("tenant")
    return sa.select(Return.id).where(mine, Return.order_id == sa.bindparam("id"))


# Built once: building these takes longer than asking them.
OF_RETURN = _mailed(Notice.return_id == sa.bindparam("id"))
OF_ORDER = _mailed(sa.or_(Notice.order_id == sa.bindparam("id"), Notice.return_id.in_(_returns())))
JOBS = sa.select(Job).where(Job.tenant_id == sa.bindparam("tenant"), Job.key.in_(sa.bindparam("keys")))


def mails_of(return_: uuid.UUID) -> list[Mailed]:
    """About a return, the newest first, at most MOST; two statements, or one when all of them have left."""
    return _asked(OF_RETURN, return_)


def mails_to(order: uuid.UUID) -> list[Mailed]:
    """To the address of an order: links to it, and all about its returns."""
    return _asked(OF_ORDER, order)


def notice_of(id: uuid.UUID) -> Notice:
    """A notice to a shopper. Raises NotFound, also for one to the staff."""
    found = find(Notice, id)
    if found.return_id is None and found.order_id is None:
        raise NotFound("Notice")
    return found


def _asked(query: sa.Select[Notice], id: uuid.UUID) -> list[Mailed]:
    notices = session.scalars(query, {"id": id, "tenant": here()}).all()
    jobs = _jobs([notice for notice in notices if not _left(notice)])
    return [Mailed(notice, _fate(notice, jobs.get(notice.key))) for notice in notices]


def _left(notice: Notice) -> bool:
    """Whether the one mail that was ordered is gone; then its job has nothing to add."""
    return notice.sent_at is not None and notice.times == 1


def _jobs(notices: Sequence[Notice]) -> dict[str, Job]:
    if not notices:
        return {}
    keys = [notice.key for notice in notices]
    return {job.key: job for job in session.scalars(JOBS, {"tenant": here(), "keys": keys})}


def _fate(notice: Notice, job: Job | None) -> Fate:
    """A mail that is being sent again waits, although it left before."""
    state = job.state if job else JobState.DONE
    if state is JobState.SCHEDULED:
        return Fate.WAITS
    if state in {JobState.DEAD, JobState.DISCARDED}:
        return Fate.FAILED
    if notice.sent_at:
        return Fate.SENT
    return Fate.UNSENT if notice.event in NEEDLESS else Fate.NOBODY
