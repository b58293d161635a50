"""The worker: takes one job after another, and says that it lives."""

import logging
import signal
import threading
import uuid
from abc import abstractmethod
from contextlib import AbstractContextManager
from datetime import date, timedelta
from typing import Any, Protocol

import sqlalchemy as sa

from portal import clock, config
from portal.db import transaction
from portal.ids import uuid7
from portal.jobs.handlers import Handler, handler_of
from portal.jobs.leases import GiveUp, Lease, LeaseLost, claim, told
from portal.jobs.models import Heartbeat
from portal.jobs.outbox import enqueue
from portal.jobs.serving import orphaned
from portal.jobs.timing import now

POLL = 0.5  # seconds between two looks into an empty outbox
TROUBLE = 5.0  # seconds to wait when the outbox itself cannot be read
BEAT = timedelta(seconds=10)
FORGOTTEN = timedelta(days=1)

log = logging.getLogger("portal.jobs")


class App(Protocol):
    """What the worker needs of the application: its databases are bound to its context."""

    @abstractmethod
    def app_context(self) -> AbstractContextManager[Any]: ...


def regions() -> tuple[str | None, ...]:
    """Every database of the installation, the home database first."""
    return (None, *config.current().region_urls)


def step(app: App, limit: int = 100) -> int:
    """Do jobs that are due, at most so many; how many were taken. It never waits.

    Each is claimed by itself, so a worker that is told to stop holds at most the one in hand.
    """
    with app.app_context():
        taken = 0
        for region in regions():
            while taken < limit and (lease := claim(region)):
                perform(lease)
                taken += 1
        return taken


def perform(lease: Lease) -> None:
    """Run a leased job's handler once and settle what became of it."""
    handler = handler_of(lease.kind)
    lease.length = handler.rules.lease
    try:
        if lease.attempts > handler.rules.most:
            raise GiveUp("its worker ended each time before the job did")
        handler.run(lease)
    except LeaseLost:
        log.warning("%s %s is no longer ours", lease.kind, lease.id)
    except Exception as error:  # whatever it is: the job is told, the worker goes on
        _fail(lease, handler, error)


def _fail(lease: Lease, handler: Handler, error: Exception) -> None:
    delay = handler.rules.delay(error, lease.attempts)
    log.warning("%s %s failed%s: %s", lease.kind, lease.id, "" if delay else " for good", told(error))
    try:
        with lease.transaction():
            lease.fail(error, delay)
    except LeaseLost:
        log.warning("%s %s is no longer ours", lease.kind, lease.id)


def beat(worker: uuid.UUID, version: str) -> None:
    """Say in every database that this worker lives, and forget those that have not for a day."""
    for region in regions():
        with transaction(region=region) as own:
            moment = now()
            own.merge(Heartbeat(worker=worker, at=moment, version=version))
            own.execute(sa.delete(Heartbeat).where(Heartbeat.at < moment - FORGOTTEN))


def run(app: App, version: str = "") -> None:
    """Work until SIGTERM or SIGINT, or until the parent that started this process is gone.

    The job in hand is finished first.
    """
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    worker = Worker(app, version)
    while not (stopping.is_set() or orphaned()):
        pause = worker.turn()
        if pause:
            stopping.wait(pause)


class Worker:
    """One process of workers: a job a turn, a heartbeat now and then."""

    def __init__(self, app: App, version: str = "") -> None:
        self.app, self.version, self.id = app, version, uuid7()
        self.beat_at = clock.now() - BEAT
        self.tidied: date | None = None

    def turn(self) -> float:
        """Do one job if one is due; the seconds to wait before the next turn."""
        try:
            self._beat()
            return 0.0 if step(self.app, limit=1) else POLL
        except Exception as error:  # the database is away: the worker outlives it
            log.error("the outbox cannot be worked: %s", told(error))
            return TROUBLE

    def _beat(self) -> None:
        if clock.now() - self.beat_at >= BEAT:
            with self.app.app_context():
                beat(self.id, self.version)
                self._order_tidying()
            self.beat_at = clock.now()

    def _order_tidying(self) -> None:
        """Once a day and database, whichever worker is first."""
        today = clock.now().date()
        if today != self.tidied:
            for region in regions():
                with transaction(region=region):
                    enqueue("house.tidy", {}, f"house.tidy/{today}")
            self.tidied = today
