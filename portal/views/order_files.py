"""Files of orders or products that were put in, and what was refused of one."""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from portal.db import here, session
from portal.errors import NotFound
from portal.jobs import Job, JobState
from portal.orders.files import Holds, ImportFile, Phase, Remark
from portal.people import User

LATEST = 20
SHOWN = 500  # refused ones on a page; all of them are in the file
AT_ONCE = 500


@dataclass(frozen=True)
class Told:
    """A file with who put it in, and who had it imported; names are empty where nobody of the staff is."""

    file: ImportFile
    who: str
    by: str


def latest(holds: Holds) -> Sequence[Told]:
    """The newest first; one statement."""
    query = _asking(holds).order_by(ImportFile.created_at.desc(), ImportFile.id.desc()).limit(LATEST)
    return [Told(file, who or "", by or "") for file, who, by in session.execute(query)]


def file_of(id: uuid.UUID, holds: Holds) -> Told:
    """Raises NotFound, also for a file of another kind."""
    found = session.execute(_asking(holds).where(ImportFile.id == id)).one_or_none()
    if found is None:
        raise NotFound("ImportFile")
    file, who, by = found
    return Told(file, who or "", by or "")


def _asking(holds: Holds) -> sa.Select[ImportFile, str, str]:
    confirmed = aliased(User)
    return (
        sa.select(ImportFile, User.name, confirmed.name)
        .outerjoin(User, User.id == ImportFile.created_by)
        .outerjoin(confirmed, confirmed.id == ImportFile.confirmed_by)
        .where(ImportFile.tenant_id == here(), ImportFile.holds == holds)
    )


def stopped(file: ImportFile) -> JobState | None:
    """Why the work at a file does not go on: it failed for good, or somebody threw it away."""
    key = f"file.{file.phase}/{file.id}"
    mine = sa.select(Job).where(Job.key == key, Job.tenant_id == here())
    job = session.scalars(mine).one_or_none()
    return job.state if job and job.state in (JobState.DEAD, JobState.DISCARDED) else None


def remarks(file: ImportFile, most: int = SHOWN) -> Sequence[Remark]:
    """What was refused in the last phase, in the order of the file."""
    return session.scalars(_refused(file.id, file.phase).limit(most)).all()


def every_remark(file: uuid.UUID, phase: Phase) -> Iterator[Remark]:
    """All of a phase. What was read leaves the session again."""
    query, last = _refused(file, phase), -1
    while found := session.scalars(query.where(Remark.no > last).limit(AT_ONCE)).all():
        last = found[-1].no
        yield from found
        session.expunge_all()


def _refused(file: uuid.UUID, phase: Phase) -> sa.Select[Remark]:
    mine = sa.select(Remark).where(Remark.tenant_id == here(), Remark.file_id == file)
    return mine.where(Remark.phase == phase).order_by(Remark.no)
