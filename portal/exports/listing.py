"""The exports of a shop, as a page shows them."""

from collections.abc import Sequence, Set
from dataclasses import dataclass

import sqlalchemy as sa

from portal.db import here, session
from portal.exports.models import Export, ExportState
from portal.jobs import Job, JobState
from portal.people.models import User

MOST = 50


@dataclass(frozen=True)
class Listed:
    """An export and who ordered it (empty: a command). `failed`: nobody works at it any more."""

    export: Export
    who: str
    failed: bool

    @property
    def waits(self) -> bool:
        """A worker has it in hand, or will."""
        return self.export.state is ExportState.ORDERED and not self.failed


def listed() -> Sequence[Listed]:
    """The newest first, in two statements."""
    query = sa.select(Export, User.name).outerjoin(User, User.id == Export.ordered_by)
    newest = query.where(Export.tenant_id == here()).order_by(Export.ordered_at.desc(), Export.id.desc())
    found = session.execute(newest.limit(MOST)).all()
    keys = [export.job for export, _ in found if export.state is ExportState.ORDERED]
    jobs = sa.select(Job).where(Job.key.in_(keys), Job.tenant_id == here())
    alive = {job.key for job in session.scalars(jobs) if job.state is JobState.SCHEDULED}
    return [Listed(export, who or "", _failed(export, alive)) for export, who in found]


def _failed(export: Export, alive: Set[str]) -> bool:
    return export.state is ExportState.ORDERED and export.job not in alive
