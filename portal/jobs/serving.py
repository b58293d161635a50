"""Web and worker under one parent: one command serves everything and leaves nothing behind.

gunicorn reads this module as its settings too (`-c python:portal.jobs.serving`), for `when_ready`.
"""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

PARENT = "PORTAL_PARENT"
SOONEST, LATEST = 0.5, 30.0  # seconds before a worker that ended is started again; doubled each time
SETTLED = 60.0  # a worker that ran for so many seconds begins anew with the shortest wait
GRACE = 30.0  # seconds for requests and jobs under way, then the rest is killed

WORKER = (sys.executable, "-m", "flask", "--app", "wsgi", "worker")


def web(host: str, port: int, processes: int = 2, threads: int = 4) -> tuple[str, ...]:
    """The command line of the web server."""
    return (
        *(sys.executable, "-m", "gunicorn", "--config", "python:portal.jobs.serving", "--no-control-socket"),
        *("--worker-class", "gthread", "--workers", str(processes), "--threads", str(threads)),
        *("--bind", f"{host}:{port}", "--log-level", "warning", "wsgi:app"),
    )


def orphaned() -> bool:
    """Whether the parent that started this process is gone; never so for one started by hand."""
    parent = os.environ.get(PARENT)
    return parent is not None and os.getppid() != int(parent)


def when_ready(server: Any) -> None:
    """gunicorn's hook in its first process: stop serving when the parent is gone."""
    threading.Thread(target=_leave_when_orphaned, daemon=True).start()


def _leave_when_orphaned() -> None:
    while not orphaned():
        time.sleep(0.5)
    os.kill(os.getpid(), signal.SIGTERM)


class _Child:
    """A process in a session of its own, so that ctrl-C reaches only the parent."""

    def __init__(self, command: Sequence[str]) -> None:
        self.command = command
        self.pause = SOONEST
        self.start()

    def start(self) -> None:
        env = {**os.environ, PARENT: str(os.getpid())}
        self.began = time.monotonic()
        self.process = subprocess.Popen(self.command, start_new_session=True, env=env)  # noqa: S603

    def ended(self) -> bool:
        return self.process.poll() is not None

    def end(self, deadline: float) -> None:
        try:
            self.process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def serve(web: Sequence[str], worker: Sequence[str], tell: Callable[[str], None] = print) -> int:
    """Run both commands until SIGINT or SIGTERM, then 0; 1 as soon as the web server ends by itself.

    A worker that ends is started again. Requests and jobs under way are finished before the return.
    """
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    serving, working = _Child(web), _Child(worker)
    try:
        return _watch(serving, working, stopping, tell)
    finally:
        _stop((serving, working))


def _watch(web: _Child, worker: _Child, stopping: threading.Event, tell: Callable[[str], None]) -> int:
    while not stopping.wait(0.2):
        if web.ended():
            tell("The web server ended.")
            return 1
        if worker.ended():
            _start_again(worker, stopping, tell)
    return 0


def _start_again(worker: _Child, stopping: threading.Event, tell: Callable[[str], None]) -> None:
    if time.monotonic() - worker.began > SETTLED:
        worker.pause = SOONEST
    tell(f"The worker ended ({worker.process.returncode}); starting it again in {worker.pause:g} s.")
    if not stopping.wait(worker.pause):
        worker.pause = min(worker.pause * 2, LATEST)
        worker.start()


def _stop(children: Sequence[_Child]) -> None:
    for child in children:
        if not child.ended():
            child.process.send_signal(signal.SIGTERM)
    deadline = time.monotonic() + GRACE
    for child in children:
        child.end(deadline)
