"""A lease: the right to do a job for a while, and to write while nobody else has taken it over.

The holder writes in `lease.transaction()` only. It begins with an UPDATE of the job's row that compares the
fence, so that for the whole transaction nobody can take the job, and one who lost it writes nothing.
"""

import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.audit import Actor
from portal.db import session, transaction
from portal.jobs.models import OPEN, Job
from portal.jobs.timing import ahead, present

CLAIMED = timedelta(seconds=60)  # a first lease; the handler's own rules then say how long
PERSONAL = re.compile(r"'[^']*'|\"[^\"]*\"|\S+@\S+|\d{5,}")


class LeaseLost(Exception):
    """The job is no longer this holder's: another worker has it, or it was ended. Nothing is kept."""


class GiveUp(Exception):
    """Trying again cannot help: a dead letter at once."""


@dataclass
class Lease:
    """One run of a job. `payload` as it was ordered, ids as text; `key` is good as an idempotency key."""

    id: uuid.UUID
    region: str | None
    tenant: uuid.UUID | None
    kind: str
    key: str
    payload: dict[str, Any]
    fence: int
    attempts: int
    length: timedelta = CLAIMED
    over: bool = False
    _job: Job | None = field(default=None, repr=False)
    _now: datetime | None = field(default=None, repr=False)

    @property
    def by(self) -> Actor:
        """Who does what this job does."""
        return Actor("job", self.id)

    def ref(self, name: str) -> uuid.UUID:
        """An id of the payload."""
        return uuid.UUID(self.payload[name])

    @contextmanager
    def transaction(self, *, last: bool = False) -> Iterator[Session]:
        """A transaction for the job's shop, which also renews the lease; raises LeaseLost at once.

        `last`: it ends the job instead, unless `later` or `fail` says otherwise. Between two of them is the
        place for the network.
        """
        try:
            with transaction(region=self.region, tenant=self.tenant) as own:
                self._job, self._now = self._hold(last)
                yield own
                over = self.ended
            self.over = over
        finally:
            self._job = self._now = None

    def _hold(self, last: bool) -> tuple[Job, datetime]:
        mine = sa.and_(Job.id == self.id, Job.fence == self.fence, Job.lease_until.is_not(None))
        ended = {"lease_until": None, "done_at": present()}
        told = ended if last else {"lease_until": ahead(self.length)}
        found = _written(sa.update(Job).where(mine).values(told))
        if found is None:
            raise LeaseLost(f"{self.kind} {self.id}")
        return found

    @property
    def held(self) -> tuple[Job, datetime]:
        """The job's row and the present, inside `transaction()`."""
        if self._job is None or self._now is None:
            raise RuntimeError("only inside lease.transaction()")
        return self._job, self._now

    @property
    def ended(self) -> bool:
        """Whether this transaction gives the job back, done or to be run again."""
        return self.held[0].lease_until is None

    def finish(self) -> None:
        """The job is done, together with this transaction."""
        job, now = self.held
        if job.done_at is None:
            job.finish(now)

    def later(self, delay: timedelta) -> None:
        """Run the job again after the delay, as if for the first time; together with this transaction."""
        job, now = self.held
        job.attempts = 0
        job.schedule(now + delay)

    def fail(self, error: Exception, delay: timedelta | None) -> None:
        """Note the failure; run again after the delay, or with None never by itself."""
        job, now = self.held
        job.last_error = told(error)
        if delay is None:
            job.bury(now)
        else:
            job.schedule(now + delay)


def claim(region: str | None, key: str = "") -> Lease | None:
    """Lease the job that is due for longest, in a short transaction of its own; None if none is.

    `key`: this one and no other.
    """
    with transaction(region=region):
        now = present()
        due = sa.and_(OPEN, Job.run_at <= now, sa.or_(Job.lease_until.is_(None), Job.lease_until <= now))
        if key:
            due = sa.and_(due, Job.key == key)
        first = sa.select(Job.id).where(due).order_by(Job.run_at, Job.id).limit(1)
        mine = Job.id == first.with_for_update(skip_locked=True, of=Job).scalar_subquery()
        taken = {"fence": Job.fence + 1, "attempts": Job.attempts + 1, "lease_until": ahead(CLAIMED)}
        found = _written(sa.update(Job).where(mine).values(taken))
        if found is None:
            return None
        job, _ = found
        return Lease(
            *(job.id, region, job.tenant_id, job.kind, job.key, job.payload, job.fence, job.attempts)
        )


def _written(change: sa.Update) -> tuple[Job, datetime] | None:
    """The job that was changed, as it is then, with the present; None where there was none."""
    told = change.returning(Job, present()).execution_options(synchronize_session=False)
    found = session.execute(told).one_or_none()
    return (found[0], found[1]) if found else None


def told(error: Exception) -> str:
    """The error's class and first line, without what could be personal: quotes, addresses, long numbers."""
    line = (str(error).splitlines() or [""])[0]
    return f"{type(error).__name__}: {PERSONAL.sub('…', line)}"[:300]
