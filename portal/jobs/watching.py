"""How the outbox does, and what a person does with dead letters."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

import sqlalchemy as sa

from portal import clock
from portal.audit import Actor, Chained, Event, record
from portal.audit.trail import Change
from portal.db import Moment, here, scope, session
from portal.errors import NotFound, Refusal
from portal.i18n import say
from portal.jobs.handlers import handler_of
from portal.jobs.models import DEAD, OPEN, TRIED, Heartbeat, Job, JobState
from portal.jobs.timing import THEIRS, asked, now

SILENT = timedelta(minutes=2)  # a worker says that it lives every few seconds, but not within a job
LATE = timedelta(minutes=5)
MAIL = "notice.send"

T = TypeVar("T")


@dataclass(frozen=True)
class Health:
    """The outbox of a shop, or of a whole database. `oldest_due`: for how long the longest waiting job has
    been due, None if none is. `last_beat`: how long ago a worker said that it lives, None: never."""

    oldest_due: timedelta | None
    dead: int
    last_beat: timedelta | None

    @property
    def working(self) -> bool:
        """A worker lives."""
        return self.last_beat is not None and self.last_beat < SILENT

    @property
    def late(self) -> bool:
        return self.oldest_due is not None and self.oldest_due > LATE


def health() -> Health:
    """Of the shop of this unit of work, or of its whole database where it has none."""
    moment = now()
    first = session.scalar(_mine(sa.select(sa.func.min(Job.run_at)).where(OPEN, Job.run_at <= moment)))
    beat = session.scalar(sa.select(sa.func.max(Heartbeat.at)))
    return Health(_since(first, moment), dead(), _since(beat, moment))


@dataclass(frozen=True)
class Trouble:
    """What keeps a shop's work from being done. `tried`: mails that have been tried in vain for minutes.

    `due` is how long the longest waiting job of the whole database has been due while nobody had it in hand;
    `beat` how long ago a worker said that it lives, None: never.
    """

    dead: int
    tried: int
    due: timedelta | None
    beat: timedelta | None

    @property
    def silent(self) -> bool:
        """No worker lives. One that never did is missed only when there is something to do."""
        waited = self.due is not None and self.due > SILENT
        return waited if self.beat is None else self.beat > SILENT

    @property
    def late(self) -> bool:
        return not self.silent and self.due is not None and self.due > LATE


def _looking(moment: sa.ColumnElement[datetime]) -> sa.Select[*tuple[Any, ...]]:
    free = sa.or_(Job.lease_until.is_(None), Job.lease_until <= moment)
    first = sa.select(sa.func.min(Job.run_at)).where(OPEN, Job.run_at <= moment, free)
    counting = (
        sa.select(sa.func.count())
        .select_from(Job)
        .where(Job.tenant_id == sa.bindparam("tenant", type_=sa.Uuid()))
    )
    return sa.select(
        moment.label("moment"),
        first.scalar_subquery().label("first"),
        sa.select(sa.func.max(Heartbeat.at)).scalar_subquery().label("beat"),
        counting.where(DEAD).scalar_subquery().label("dead"),
        counting.where(TRIED, Job.kind == MAIL).scalar_subquery().label("tried"),
    )


# Built once: every page of the desk asks it.
BY_THEIRS = _looking(THEIRS)
BY_OURS = _looking(sa.bindparam("moment", type_=Moment))


def trouble() -> Trouble:
    """Of the shop of this unit of work; one statement that reads indexes alone."""
    query = BY_THEIRS if asked() else BY_OURS
    found = session.execute(query, {"tenant": here(), "moment": clock.now()}).one()
    due, beat = _since(found.first, found.moment), _since(found.beat, found.moment)
    return Trouble(found.dead, found.tried, due, beat)


def dead() -> int:
    """How many dead letters there are; of the same as `health`."""
    return session.scalar(_mine(sa.select(sa.func.count()).select_from(Job).where(DEAD))) or 0


def _since(then: datetime | None, moment: datetime) -> timedelta | None:
    return max(moment - then, timedelta(0)) if then else None


def _mine(query: sa.Select[T]) -> sa.Select[T]:
    tenant = scope.get().tenant
    return query.where(Job.tenant_id == tenant) if tenant else query


def dead_letters(limit: int = 100) -> Sequence[Job]:
    """The shop's, oldest first."""
    query = sa.select(Job).where(DEAD, Job.tenant_id == here()).order_by(Job.dead_at, Job.id)
    return session.scalars(query.limit(limit)).all()


def retry(id: uuid.UUID, by: Actor, shop: Chained) -> None:
    """Have a dead letter tried again, now. The shop is locked by the caller. Raises NotFound, Refusal."""
    job = _dead_letter(id)
    job.revive(now())
    record(shop, Event.JOB_RETRIED, by, [_change(job)], kind=job.kind)


def discard(id: uuid.UUID, by: Actor, shop: Chained) -> None:
    """Throw a dead letter away, where its kind allows it. The shop is locked by the caller.

    Raises NotFound, Refusal.
    """
    job = _dead_letter(id)
    if not handler_of(job.kind).rules.discardable:
        raise Refusal(say("This work must be done. Try it again, or settle what it is about."))
    job.finish(now())
    record(shop, Event.JOB_DISCARDED, by, [_change(job)], kind=job.kind)


def _dead_letter(id: uuid.UUID) -> Job:
    query = sa.select(Job).where(Job.id == id, Job.tenant_id == here()).with_for_update()
    job = session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if job is None:
        raise NotFound("Job")
    if job.state is not JobState.DEAD:
        raise Refusal(say("This work is no longer waiting for a person."))
    return job


def _change(job: Job) -> Change:
    return Change("job", job.id, JobState.DEAD, job.state)
