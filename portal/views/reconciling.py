"""Reconciliations for reading: the runs, and a run's sums and lines page by page."""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from portal.db import here, session
from portal.errors import NotFound
from portal.ids import print_rma
from portal.jobs import Job, JobState
from portal.people import User
from portal.reconciling.models import (
    Reconciliation,
    ReconciliationLine,
    ReconciliationSum,
    RunState,
    Verdict,
)
from portal.returns import Return
from portal.views import paging

MOST, AT_ONCE = 25, 500


@dataclass(frozen=True)
class Run:
    """A run, who ordered it (empty: a command), and its job, while it is not compared."""

    run: Reconciliation
    who: str
    job: Job | None

    @property
    def id(self) -> uuid.UUID:
        return self.run.id

    @property
    def waits(self) -> bool:
        """A worker has it in hand, or will."""
        return self.run.state is RunState.ORDERED and not self.failed

    @property
    def failed(self) -> bool:
        """Nobody works at it any more."""
        return self.run.state is RunState.ORDERED and (
            self.job is None or self.job.state is not JobState.SCHEDULED
        )

    @property
    def held_up(self) -> bool:
        """It was tried and is tried again."""
        return self.waits and self.job is not None and bool(self.job.last_error)


NEWEST = paging.Order(Reconciliation, (Reconciliation.ordered_at, Reconciliation.id))


def runs(spot: paging.Spot) -> paging.Slice[Run]:
    """The newest first; three statements."""
    return paging.cut(_asking(), NEWEST, spot, _fetched, MOST)


def run_of(id: uuid.UUID) -> Run:
    """One run. Raises NotFound."""
    found = _fetched(_asking().where(Reconciliation.id == id))
    if not found:
        raise NotFound("Reconciliation")
    return found[0]


def _asking() -> paging.Query:
    query = sa.select(Reconciliation, User.name).outerjoin(User, User.id == Reconciliation.ordered_by)
    return query.where(Reconciliation.tenant_id == here())


def _fetched(query: paging.Query) -> Sequence[Run]:
    found = session.execute(query).all()
    keys = [run.job for run, _ in found if run.state is RunState.ORDERED]
    jobs = sa.select(Job).where(Job.key.in_(keys), Job.tenant_id == here())
    by_key = {job.key: job for job in session.scalars(jobs)} if keys else {}
    return [Run(run, who or "", by_key.get(run.job)) for run, who in found]


def sums(id: uuid.UUID) -> Sequence[ReconciliationSum]:
    """By gateway and currency, what came in first."""
    mine = sa.select(ReconciliationSum).where(
        ReconciliationSum.tenant_id == here(), ReconciliationSum.run_id == id
    )
    order = (ReconciliationSum.way, ReconciliationSum.gateway, ReconciliationSum.currency)
    return session.scalars(mine.order_by(*order)).all()


@dataclass(frozen=True)
class Told:
    """A line, and the return that it is about, if the portal knows one."""

    line: ReconciliationLine
    number: str | None

    @property
    def id(self) -> uuid.UUID:
        return self.line.id

    @property
    def return_id(self) -> uuid.UUID | None:
        return self.line.return_id

    @property
    def rma(self) -> str:
        return print_rma(self.number) if self.number else ""

    @property
    def differs(self) -> bool:
        return self.line.verdict is not Verdict.SAME


IN_ORDER = paging.Order(ReconciliationLine, (ReconciliationLine.no, ReconciliationLine.id), descending=False)


def lines(id: uuid.UUID, spot: paging.Spot) -> paging.Slice[Told]:
    """The differences first, as they were numbered."""
    return paging.cut(_lines(id), IN_ORDER, spot, _told)


def _lines(id: uuid.UUID) -> paging.Query:
    return (
        sa.select(ReconciliationLine, Return.number)
        .outerjoin(Return, Return.id == ReconciliationLine.return_id)
        .where(ReconciliationLine.tenant_id == here(), ReconciliationLine.run_id == id)
    )


def _told(query: paging.Query) -> Sequence[Told]:
    return [Told(*row) for row in session.execute(query)]


def every(id: uuid.UUID) -> Iterator[Told]:
    """All lines, for a file and for a command: they stream by, a few hundred at a time."""
    query = _lines(id).order_by(ReconciliationLine.no).limit(AT_ONCE)
    last = 0
    while some := _told(query.where(ReconciliationLine.no > last)):
        last = some[-1].line.no
        yield from some
        session.expunge_all()
