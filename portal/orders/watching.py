"""Importing what is put into a folder, file after file, until told to stop.

A file that nobody has touched for a while is imported, then moved to `done/`, or to `refused/` if the whole
of it or an order of it was refused, with a report beside it. Nothing is kept but the folder itself: after a
crash a file that is still there is imported again, which is safe.
"""

import fcntl
import signal
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from sqlalchemy.exc import OperationalError

from portal import clock
from portal.audit import Actor
from portal.errors import Refusal
from portal.i18n import Message, Voice, say
from portal.orders.importing import Result, Tally, import_orders
from portal.orders.storing import Outcome

LOOK = 1  # seconds between two looks
STILL = 3  # seconds for which a file has not changed before it is taken for whole
DONE, REFUSED, LOCK = "done", "refused", ".watched"
UNFINISHED = (".part", ".partial", ".filepart", ".tmp", ".crdownload", ".download")
Stamp = tuple[int, int, int]


@dataclass
class Watch:
    """A folder of one shop. `seen` is how each file was when it last changed, and since when it is so."""

    folder: Path
    region: str | None
    tenant: uuid.UUID
    by: Actor
    format: str = ""
    tell: Callable[[str], None] = print
    stopping: threading.Event = field(default_factory=threading.Event)
    seen: dict[Path, tuple[Stamp, int]] = field(default_factory=dict)

    def run_until_told(self) -> None:
        """Until SIGTERM or SIGINT, in the process's main thread."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self.stopping.set())
        self.tell(f"Watching {self.folder}")
        self.run()

    def run(self) -> None:
        """Until `stopping` is set; the batch in hand is finished first. Raises Refusal if it is watched."""
        with alone(self.folder):
            while not self.stopping.is_set():
                self.turn(int(time.monotonic()))
                self.stopping.wait(LOOK)

    def turn(self, now: int) -> None:
        """One look, at a moment in seconds: import what is still."""
        for path in self._still(now):
            if self.stopping.is_set():
                return
            del self.seen[path]
            try:
                self._take(path)
            except (OSError, OperationalError) as error:
                self.tell(f"{path.name}: {type(error).__name__}; it stays, and is tried again.")

    def _still(self, now: int) -> list[Path]:
        present = {path: stamp for path in sorted(self.folder.iterdir()) if (stamp := stamp_of(path))}
        self.seen = {path: known for path, known in self.seen.items() if path in present}
        for path, stamp in present.items():
            if path not in self.seen or self.seen[path][0] != stamp:
                self.seen[path] = (stamp, now)
        return [path for path, (_, since) in self.seen.items() if now - since >= STILL]

    def _take(self, path: Path) -> None:
        """Import a file and put it away; one that changed meanwhile stays for another turn."""
        before, draft = stamp_of(path), path.with_name(f".{path.name[:200]}.report")
        with draft.open("w", encoding="utf-8") as report:
            fine = self._import(path, report)
        if self.stopping.is_set() or stamp_of(path) != before:
            draft.unlink()
            return
        place = self.folder / (DONE if fine else REFUSED)
        place.mkdir(exist_ok=True)
        goal = free(place / path.name)
        draft.replace(goal.with_name(f"{goal.name}.report.txt"))
        path.replace(goal)

    def _import(self, path: Path, report: IO[str]) -> bool:
        """Whether every order of it was taken. Each that was not, and the sum, goes into the report."""

        def hear(result: Result) -> None:
            if result.reason:
                report.write(told(result) + "\n")

        try:
            with path.open("rb") as source:
                tally = import_orders(
                    source, self.region, self.tenant, self.by,
                    format=self.format, tell=hear, going=lambda: not self.stopping.is_set(),
                )  # fmt: skip
            fine, sum_ = not tally.counts[Outcome.REFUSED], summed(tally)
        except Refusal as refusal:
            fine, sum_ = False, _english(refusal.message)
        report.write(f"{sum_}\n{clock.now():%Y-%m-%d %H:%M:%S} UTC\n")
        self.tell(f"{path.name}: {sum_}")
        return fine


def stamp_of(path: Path) -> Stamp | None:
    """What changes with a file's content; None for what is not to be imported."""
    hidden = path.name.startswith(".") or path.suffix.lower() in UNFINISHED
    with suppress(OSError):
        if not hidden and not path.is_symlink() and path.is_file():
            found = path.stat()
            return found.st_ino, found.st_size, found.st_mtime_ns
    return None


def free(path: Path) -> Path:
    """The path, or the next one with a number of which there is no file yet."""
    goal, n = path, 1
    while goal.exists():
        n += 1
        goal = path.with_name(f"{path.stem} {n}{path.suffix}")
    return goal


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Nobody else watches the folder meanwhile; the system lets go of it when the process ends."""
    with (folder / LOCK).open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Refusal(say("Another import watches this folder already.")) from error
        yield


def told(result: Result) -> str:
    """A refused order in a line."""
    assert result.reason
    whose = f"{result.number}: " if result.number else ""
    return f"line {result.line}, no. {result.no + 1}: {whose}{_english(result.reason)}"


def summed(tally: Tally) -> str:
    return ", ".join(f"{count} {outcome.value}" for outcome, count in tally.counts.items())


def _english(message: Message) -> str:
    return Voice("en").text(message)
