"""Several workers at once, workers that die, and workers that are told to end."""

import os
import signal
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from portal import clock
from portal.db import transaction
from portal.jobs import JobState, handler
from portal.jobs.watching import health
from portal.jobs.worker import step
from portal.web.ritual import Portal
from tests.jobs import children
from tests.jobs.given import Outbox

WORKERS, JOBS = 4, 40


@pytest.fixture
def url(app: Portal, outbox: Outbox) -> str:
    return str(app.config["SQLALCHEMY_DATABASE_URI"])


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "outside").touch()
    return tmp_path / "outside"


def lines(file: Path) -> list[str]:
    return file.read_text().split("\n")[:-1]


def until(true: Callable[[], object], seconds: int = 20) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


def race(url: str, file: Path, *, locking: bool) -> Counter[str]:
    barrier = children.context.Barrier(WORKERS)
    racers = [children.start(children.race, url, file, barrier, locking) for _ in range(WORKERS)]
    for racer in racers:
        racer.join(60)
    assert not locking or [racer.exitcode for racer in racers] == [0] * WORKERS
    return Counter(lines(file))


@pytest.mark.race
def test_several_workers_do_every_job_once(outbox: Outbox, url: str, file: Path) -> None:
    for no in range(JOBS):
        outbox.put("send", f"job-{no:02}")
    sent = race(url, file, locking=True)
    assert sent == {f"job-{no:02}": 1 for no in range(JOBS)}
    assert outbox.effects() == sorted(sent)
    assert {(job.state, job.attempts, job.last_error) for job in outbox.jobs()} == {(JobState.DONE, 1, "")}


@pytest.mark.race
@pytest.mark.postgresql
def test_without_the_locks_workers_do_jobs_twice(outbox: Outbox, url: str, file: Path) -> None:
    """The control of the race above. On SQLite one statement is alone by itself, whatever is locked."""
    for no in range(JOBS):
        outbox.put("send", f"job-{no:02}")
    assert max(race(url, file, locking=False).values()) > 1


@dataclass(frozen=True)
class Crash:
    """Where a worker dies, and what is there then: lines outside, effects in the database."""

    where: str
    sent: int
    effects: tuple[str, ...]


@pytest.mark.parametrize(
    "crash",
    [
        Crash("before the effect", 0, ("prepared",)),
        Crash("after the effect", 1, ("prepared",)),
        Crash("before the commit", 1, ("prepared",)),
    ],
    ids=lambda crash: crash.where,
)
def test_a_job_survives_its_worker(app: Portal, outbox: Outbox, url: str, file: Path, crash: Crash) -> None:
    outbox.put("send", "key-1")
    assert _dies(url, file, crash.where)
    handler("send", stepwise=True)(lambda lease: children.outside(file, lease.key))
    assert step(app) == 0, "the lease still holds"
    assert (lines(file), outbox.effects()) == (["key-1"] * crash.sent, list(crash.effects))
    with clock.at(clock.now() + timedelta(seconds=61)):
        assert step(app) == 1
    assert lines(file) == ["key-1"] * (crash.sent + 1), "at least once, under the same key"
    assert (outbox.job().state, outbox.job().attempts) == (JobState.DONE, 2)


def test_a_job_that_was_done_is_not_repeated(app: Portal, outbox: Outbox, url: str, file: Path) -> None:
    outbox.put("send", "key-1")
    assert _dies(url, file, "after the commit")
    with clock.at(clock.now() + timedelta(days=1)):
        assert step(app) == 0
    assert (outbox.job().state, outbox.effects()) == (JobState.DONE, ["prepared", "settled"])


def _dies(url: str, file: Path, where: str) -> bool:
    process = children.start(children.crash, url, file, where)
    process.join(30)
    return bool(process.exitcode == children.CRASHED)


def test_a_worker_finishes_the_job_in_hand_and_no_other(outbox: Outbox, url: str, file: Path) -> None:
    outbox.put("send", "a")
    outbox.put("send", "b")
    go = file.with_name("go")
    worker = children.start(children.serve, url, file, go)
    until(lambda: lines(file) == ["begun a"])
    os.kill(worker.pid, signal.SIGTERM)
    worker.join(0.3)
    assert worker.is_alive()
    go.touch()
    worker.join(20)
    assert (worker.exitcode, lines(file), outbox.effects()) == (0, ["begun a", "ended"], ["a"])
    sent = [job.state for job in outbox.jobs() if job.kind == "send"]
    assert sent == [JobState.DONE, JobState.SCHEDULED]
    with transaction(reading=True):
        assert health().working


def test_a_worker_ends_with_its_parent(outbox: Outbox, url: str, file: Path) -> None:
    go = file.with_name("go")
    go.touch()
    parent = children.start(children.orphan, url, file, go)
    parent.join(20)
    until(lambda: lines(file)[1:] == ["ended"])
