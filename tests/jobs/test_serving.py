"""One parent keeps web and worker: nothing is left behind, and a worker that ends comes back."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

PARENT = """
import sys
from portal.jobs import serving
lines = [sys.executable, sys.argv[1]]
sys.exit(serving.serve([*lines, "web", *sys.argv[2:]], [*lines, "worker", *sys.argv[2:]]))
"""
CHILD = """
import os, pathlib, signal, sys, time
sys.path.insert(0, os.getcwd())
name, folder = sys.argv[1], pathlib.Path(sys.argv[2])
stopping = []
signal.signal(signal.SIGTERM, lambda *_: stopping.append(1))
with (folder / name).open("a") as file:
    file.write(f"{os.getpid()}\\n")
from portal.jobs.serving import orphaned
while not (stopping or orphaned()):
    time.sleep(0.02)
with (folder / "order").open("a") as file:
    file.write(f"{name} finished\\n")
"""
PATIENCE = 20.0


def until(true: Callable[[], object]) -> None:
    """Wait for other processes; AssertionError when it takes too long."""
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.02)


class Household:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        child = folder / "child.py"
        child.write_text(CHILD)
        self.parent = subprocess.Popen([sys.executable, "-c", PARENT, child, folder], start_new_session=True)
        until(lambda: self.pids("web") and self.pids("worker"))

    def pids(self, name: str) -> list[int]:
        path = self.folder / name
        return [int(line) for line in path.read_text().splitlines()] if path.exists() else []

    def finished(self) -> list[str]:
        path = self.folder / "order"
        return sorted(path.read_text().splitlines()) if path.exists() else []

    def alive(self) -> list[int]:
        return [pid for name in ("web", "worker") for pid in self.pids(name) if runs(pid)]


def runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        return "zombie" not in Path(f"/proc/{pid}/status").read_text()
    except (ProcessLookupError, FileNotFoundError):
        return False


@pytest.fixture
def household(tmp_path: Path) -> Iterator[Household]:
    made = Household(tmp_path)
    yield made
    for pid in [made.parent.pid, *made.alive()]:
        if runs(pid):
            os.kill(pid, signal.SIGKILL)
    made.parent.wait()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_lets_both_finish(household: Household, number: signal.Signals) -> None:
    household.parent.send_signal(number)
    assert household.parent.wait(PATIENCE) == 0
    assert household.finished() == ["web finished", "worker finished"]
    assert household.alive() == []


def test_a_worker_that_ends_comes_back(household: Household) -> None:
    os.kill(household.pids("worker")[0], signal.SIGKILL)
    until(lambda: len(household.pids("worker")) == 2)
    assert runs(household.pids("worker")[1])
    assert len(household.pids("web")) == 1


def test_when_the_web_server_ends_all_ends(household: Household) -> None:
    os.kill(household.pids("web")[0], signal.SIGKILL)
    assert household.parent.wait(PATIENCE) == 1
    assert household.finished() == ["worker finished"]
    assert household.alive() == []


def test_children_end_when_their_parent_is_killed(household: Household) -> None:
    household.parent.kill()
    household.parent.wait()
    until(lambda: household.finished() == ["web finished", "worker finished"])
    until(lambda: household.alive() == [])
