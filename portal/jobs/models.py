"""The outbox's rows and the worker's sign of life."""

import uuid
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base
from portal.ids import uuid7

OPEN = sa.text("done_at IS NULL AND dead_at IS NULL")
TRIED = sa.text("done_at IS NULL AND dead_at IS NULL AND attempts > 6")  # in vain, for minutes
DEAD = sa.text("dead_at IS NOT NULL AND done_at IS NULL")


class JobState(StrEnum):
    SCHEDULED = "scheduled"
    DONE = "done"
    DEAD = "dead"
    DISCARDED = "discarded"


class Job(Base):
    """Work that a transaction ordered, to be done after it.

    `payload` holds ids and codes only. `cause` is the trail's row that demanded the job. `fence` grows with
    every lease: who holds an older one may write nothing more. `done_at` and `dead_at` together: a person
    discarded it.
    """

    __tablename__ = "job"
    __table_args__ = (
        sa.ForeignKeyConstraint(("tenant_id", "cause"), ("trail.tenant_id", "trail.id")),
        sa.Index("ix_job_open", "run_at", "id", sqlite_where=OPEN, postgresql_where=OPEN),
        sa.Index("ix_job_dead", "tenant_id", "dead_at", sqlite_where=DEAD, postgresql_where=DEAD),
        sa.Index("ix_job_tried", "tenant_id", "kind", sqlite_where=TRIED, postgresql_where=TRIED),
        sa.Index(None, "cause"),
    )
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid7)
    tenant_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("tenant.id"))
    kind: Mapped[str] = mapped_column(sa.String(60))
    payload: Mapped[dict[str, Any]]
    key: Mapped[str] = mapped_column(sa.String(160), unique=True)
    cause: Mapped[uuid.UUID | None]
    run_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    fence: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    dead_at: Mapped[datetime | None]
    last_error: Mapped[str] = mapped_column(sa.String(300), default="")

    @property
    def version(self) -> int:
        """For forms: each time it dies, after one lease more, is another matter."""
        return self.fence

    @property
    def state(self) -> JobState:
        if self.dead_at:
            return JobState.DISCARDED if self.done_at else JobState.DEAD
        return JobState.DONE if self.done_at else JobState.SCHEDULED

    def finish(self, now: datetime) -> None:
        self.done_at, self.lease_until = now, None

    def schedule(self, at: datetime) -> None:
        """Give the job back, to be run from then on."""
        self.run_at, self.lease_until, self.done_at = at, None, None

    def bury(self, now: datetime) -> None:
        """Make it a dead letter: it waits for a person."""
        self.dead_at, self.lease_until, self.done_at = now, None, None

    def revive(self, now: datetime) -> None:
        self.dead_at, self.attempts = None, 0
        self.schedule(now)


class Heartbeat(Base):
    """A worker process that lives: the last time it said so, and its version of the portal."""

    __tablename__ = "heartbeat"
    worker: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    version: Mapped[str] = mapped_column(sa.String(40))
