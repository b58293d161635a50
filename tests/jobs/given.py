"""An outbox to put jobs in, and effects that can be counted."""

import uuid
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from portal.db import session, transaction
from portal.jobs import Job, enqueue

START = datetime(2026, 11, 23, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def effect(what: str) -> None:
    """Something done in the database: it stands or falls with the transaction."""
    session.execute(sa.text("INSERT INTO effect (what) VALUES (:what)"), {"what": what})


class Outbox:
    """A shop's jobs, seen from outside."""

    def __init__(self, tenant: uuid.UUID) -> None:
        self.tenant = tenant

    def put(self, kind: str, key: str = "", run_at: datetime | None = None) -> None:
        with transaction(tenant=self.tenant):
            enqueue(kind, {}, key or f"{kind}/{uuid.uuid4()}", run_at)

    def jobs(self) -> list[Job]:
        with transaction(reading=True) as own:
            found = list(own.scalars(sa.select(Job).order_by(Job.id)))
            own.expunge_all()
        return found

    def job(self) -> Job:
        (job,) = self.jobs()
        return job

    def effects(self) -> list[str]:
        with transaction(reading=True) as own:
            return list(own.scalars(sa.text("SELECT what FROM effect ORDER BY what")))


def make_effects() -> None:
    with transaction() as own:
        own.execute(sa.text("CREATE TABLE effect (what TEXT)"))
