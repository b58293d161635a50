"""Work that failed for good and waits for a person, with the return that each piece is about."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from portal.db import here, session
from portal.errors import NotFound
from portal.ids import print_rma
from portal.jobs import Job
from portal.jobs.handlers import handler_of
from portal.jobs.watching import dead_letters
from portal.notices.models import Notice
from portal.refunds.models import Refund, RefundLeg
from portal.returns import Parcel, Return

MOST = 100


@dataclass(frozen=True)
class Stuck:
    """A dead letter. `rma` is empty where it is about no return."""

    job: Job
    return_id: uuid.UUID | None
    rma: str

    @property
    def error(self) -> str:
        """The kind of the last error. Its words are for those who run the house."""
        return self.job.last_error.partition(":")[0]

    @property
    def discardable(self) -> bool:
        return handler_of(self.job.kind).rules.discardable


def stuck() -> list[Stuck]:
    """The oldest first, at most MOST; two statements."""
    jobs = dead_letters(MOST)
    about = _returns(jobs)
    return [Stuck(job, *about.get(_subject(job), (None, ""))) for job in jobs]


def letter(id: uuid.UUID) -> Job:
    """A job of this shop. Raises NotFound."""
    found = session.scalars(sa.select(Job).where(Job.id == id, Job.tenant_id == here())).one_or_none()
    if found is None:
        raise NotFound("Job")
    return found


def _subject(job: Job) -> uuid.UUID | None:
    """What its payload names, of whichever kind: ids are never those of another thing."""
    named = (job.payload.get(name) for name in ("return", "leg", "parcel", "notice"))
    return next((uuid.UUID(id) for id in named if id), None)


def _returns(jobs: Sequence[Job]) -> dict[uuid.UUID | None, tuple[uuid.UUID, str]]:
    ids = [id for job in jobs if (id := _subject(job))]
    legs = sa.select(RefundLeg.id, Refund.return_id).join(Refund, Refund.id == RefundLeg.refund_id)
    own = sa.union_all(
        sa.select(Return.id, Return.id.label("return_id")).where(Return.id.in_(ids)),
        legs.where(RefundLeg.id.in_(ids)),
        sa.select(Parcel.id, Parcel.return_id).where(Parcel.id.in_(ids)),
        sa.select(Notice.id, Notice.return_id).where(Notice.id.in_(ids)),
    ).subquery()
    query = sa.select(own.c.id, Return.id.label("of"), Return.number).join(
        Return, Return.id == own.c.return_id
    )
    found = session.execute(query.where(Return.tenant_id == here())) if ids else ()
    return {row.id: (row.of, print_rma(row.number or "")) for row in found}
