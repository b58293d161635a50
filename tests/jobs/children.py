"""What the worker processes of the race and crash tests run. Their effects outside are lines of a file."""

import multiprocessing as mp
import os
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from portal import create_app
from portal.config import Config
from portal.jobs import Lease, Rules, handler
from portal.jobs.worker import run, step
from portal.web.ritual import Portal
from tests.harness.processes import context
from tests.jobs.given import effect

CRASHED = 9


def app_for(url: str) -> Portal:
    return create_app(Config(secret_key="s" * 32, trail_key="t" * 32, database_url=url, demo=True))


def outside(file: Path, what: str) -> None:
    """An effect that no rollback takes back: one whole line, also among several processes."""
    handle = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(handle, f"{what}\n".encode())
    os.close(handle)


def start(work: Callable[..., None], *arguments: Any, own: bool = False) -> Any:
    """A process that does this; a child of this very one where `own`."""
    process = (mp.get_context("spawn") if own else context).Process(target=work, args=arguments)
    process.start()
    return process


def unlock() -> None:
    """The control's fault: no row is locked, and a moment passes between finding a job and leasing it."""
    slowly = sa.func.pg_sleep(0.0005).is_not(None)
    sa.Select.with_for_update = lambda query, **_: query.where(slowly)  # type: ignore[method-assign]


def race(url: str, file: Path, barrier: Any, locking: bool) -> None:
    """Work until nothing is due; each job leaves one line outside and one effect in the database."""
    if not locking:
        unlock()

    @handler("send", stepwise=True)
    def work(lease: Lease) -> None:
        outside(file, lease.key)
        with lease.transaction():
            effect(lease.key)
            lease.finish()

    app = app_for(url)
    barrier.wait(30)
    while step(app):
        pass


def crash(url: str, file: Path, where: str) -> None:
    """Take a job and die at a point of it."""

    def die(at: str) -> None:
        if at == where:
            os._exit(CRASHED)

    @handler("send", Rules(lease=timedelta(seconds=60)), stepwise=True)
    def work(lease: Lease) -> None:
        with lease.transaction():
            effect("prepared")
        die("before the effect")
        outside(file, lease.key)
        die("after the effect")
        with lease.transaction():
            effect("settled")
            lease.finish()
            die("before the commit")
        die("after the commit")

    step(app_for(url))


def serve(url: str, file: Path, go: Path) -> None:
    """Run as a worker does, with a job that takes until the file `go` is there."""

    @handler("send")
    def work(lease: Lease) -> None:
        outside(file, f"begun {lease.key}")
        while not go.exists():
            time.sleep(0.01)
        effect(lease.key)

    run(app_for(url), "1.2.3")
    outside(file, "ended")


def orphan(url: str, file: Path, go: Path) -> None:
    """Start a worker that knows this process as its parent, and leave."""
    os.environ["PORTAL_PARENT"] = str(os.getpid())
    child = start(serve, url, file, go, own=True)
    outside(file, f"pid {child.pid}")
    os._exit(0)
