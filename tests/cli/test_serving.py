"""`flask serve` is web server and worker in one command, and leaves neither behind."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

import pytest

from portal.config import ROOT

PATIENCE = 30.0
TOKEN = "a token of a watcher"


def until(true: Callable[[], object]) -> None:
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.05)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Installation:
    """A portal of its own, served by `flask serve`."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.port = free_port()
        self.log = (folder / "log").open("w+")
        self.env = {
            **os.environ,
            **{"SECRET_KEY": "s" * 32, "TRAIL_KEY": "t" * 32, "DEMO": "1"},
            **{"DATABASE_URL": f"sqlite:///{folder}/portal.db", "BANK_FILE": f"{folder}/bank.db"},
            **settings,
        }
        subprocess.run([*self.flask, "setup"], env=self.env, cwd=ROOT, check=True, stdout=self.log)
        self.process = self.start("serve", "--port", str(self.port))
        until(lambda: self.ready().get("ok"))

    @property
    def flask(self) -> list[str]:
        return [sys.executable, "-m", "flask", "--app", "wsgi"]

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        command = [*self.flask, *words]
        return subprocess.Popen(
            command, env=self.env, cwd=ROOT, stdout=self.log, stderr=self.log, start_new_session=True
        )

    def ready(self) -> dict[str, Any]:
        """What the portal says of itself; nothing while nobody answers."""
        try:
            with urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=5) as answer:
                return dict(json.load(answer))
        except (URLError, ConnectionError, TimeoutError):
            return {}

    def counted(self) -> float:
        """How many times it said that it is ready, as its figures have it."""
        asked = Request(f"http://127.0.0.1:{self.port}/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
        with urlopen(asked, timeout=5) as answer:
            counts = re.findall(r'_count{.*"/readyz".*} (\S+)', answer.read().decode())
        return sum(map(float, counts))

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(PATIENCE)
        self.log.close()


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    made = Installation(tmp_path)
    yield made
    made.stop()


def test_the_portal_answers_until_it_is_told_to_stop(installation: Installation) -> None:
    installation.process.send_signal(signal.SIGINT)
    assert installation.process.wait(PATIENCE) == 0
    assert installation.ready() == {}


def test_the_web_server_leaves_when_its_parent_is_killed(installation: Installation) -> None:
    installation.process.kill()
    installation.process.wait()
    until(lambda: installation.ready() == {})


def test_every_web_process_answers_for_all_when_the_figures_are_shared(tmp_path: Path) -> None:
    shared = tmp_path / "figures"
    shared.mkdir()
    made = Installation(tmp_path, METRICS_TOKEN=TOKEN, PROMETHEUS_MULTIPROC_DIR=str(shared))
    try:
        with ThreadPoolExecutor(8) as many:  # until both processes have had some
            until(
                lambda: all(many.map(lambda _: made.ready(), range(8))) and len(list(shared.glob("*.db"))) > 1
            )
        before = made.counted()
        for _ in range(40):
            made.ready()
        assert {made.counted() - before for _ in range(8)} == {40.0}
    finally:
        made.stop()
