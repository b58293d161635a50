"""What a whole return costs beside the least that it could, on SQLite and on PostgreSQL.

    python -m benchmarks.complete_return [--returns 40] [--rounds 3] [--on sqlite|postgresql]

A return is five commands: submit, receive, inspect and approve by HTTP POST, send and post by the worker's
job; its draft and its orders are made before, and no page is drawn between. The floor is measured in turn
with it, in the same process and on the same database: five requests to a bare Flask page that answers 204,
and 21 statements in four transactions through sqlite3 or psycopg. Requests of both go straight into the
WSGI application. Both databases are the tests', which lie in memory where there is room, and so does the
simulated bank: nobody waits for a disk, and the ratio is about the portal's own work. The four at once are
processes of their own with one shop.
Ends with 1 if a bound does not hold, or `flask verify` finds anything in what was left.
"""

import argparse
import multiprocessing as mp
import os
import shutil
import statistics
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from benchmarks.floor import Floor, Library
from benchmarks.pages import environment
from benchmarks.returning import COMMANDS, SLUG, Place, Spent
from portal import create_app
from portal.config import Config
from portal.db import transaction
from portal.returns.lifecycle import ReturnState
from portal.returns.models import Return
from tests.harness import databases
from tests.harness.apps import dispose, open_shop, schema
from tests.harness.scratch import scratch
from tests.harness.soundness import broken

KINDS = {"sqlite": databases.sqlite, "postgresql": databases.postgresql}
NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
MOST_RATIO, MOST_STATEMENTS, CREW, WARM = 4.0, 80, 4, 3
PATIENCE = 600  # seconds until the others are there


@dataclass(frozen=True)
class Beside:
    """Of single returns and floors in turn: medians, in seconds, and by command; what as many statements as
    are allowed take through SQLAlchemy alone; and what one return with every page was."""

    bare: float
    floor: float
    library: float
    spent: Spent
    whole: Spent

    @property
    def ratio(self) -> float:
        return self.bare / self.floor

    @property
    def statements(self) -> int:
        return sum(self.spent.statements.values())


@dataclass(frozen=True)
class Figures:
    kind: str
    beside: Beside
    alone: float
    together: float

    def faults(self) -> Iterator[str]:
        """The bounds that do not hold."""
        if self.beside.ratio > MOST_RATIO:
            yield f"{self.beside.ratio:.1f} times the floor, {MOST_RATIO:.0f} allowed"
        if self.beside.statements > MOST_STATEMENTS:
            yield f"{self.beside.statements} statements, {MOST_STATEMENTS} allowed"
        more = self.together > self.alone if self.kind == "postgresql" else self.together >= self.alone
        if not more:
            yield f"{self.together:.1f} returns per second at {CREW}, {self.alone:.1f} at 1"


def main() -> None:
    wanted = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    wanted.add_argument("--returns", type=int, default=40, help="of each process and round")
    wanted.add_argument("--rounds", type=int, default=3)
    wanted.add_argument("--on", choices=KINDS)
    asked = wanted.parse_args()
    kinds = [asked.on] if asked.on else list(KINDS)
    found = [measure(kind, asked.returns, asked.rounds) for kind in kinds]
    for figures in found:
        detail(figures)
    for figures in found:
        say(figures)
    sys.exit(any([*figures.faults()] for figures in found))


def measure(kind: str, returns: int, rounds: int) -> Figures:
    """On a fresh database of this kind."""
    with KINDS[kind]() as made, made.empty() as url, files() as folder:
        env = {**environment(folder), "DATABASE_URL": url}
        schema(url)
        app = create_app(Config.from_env(env))
        open_shop(app, SLUG)
        dispose(app)  # the crews are processes of their own
        print(f"{NAMES[kind]}: {returns} returns a process and round …", flush=True)
        with crew(1, env) as one, crew(CREW, env) as four:
            beside = one.submit(side_by_side, returns).result()
            speeds = [(together(one, 1, returns), together(four, CREW, returns)) for _ in range(rounds)]
        closed(app, returns + rounds * returns * (1 + CREW))
        alone, crowded = (statistics.median(speed) for speed in zip(*speeds, strict=True))
        return Figures(kind, beside, alone, crowded)


@contextmanager
def files() -> Iterator[str]:
    """A folder for the simulated bank, in memory where there is room."""
    folder = scratch()
    try:
        yield str(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def closed(app: Any, least: int) -> None:
    """All is as it should be with what was left, and no return stopped on its way."""
    with app.app_context(), transaction(reading=True) as session:
        done = sa.select(sa.func.count(Return.id)).where(Return.state == ReturnState.CLOSED)
        assert (session.scalar(done) or 0) >= least, "not every return was closed"
    found = broken(app, gateway=True)
    dispose(app)
    if found:
        sys.exit(f"verify: {found}")


@contextmanager
def crew(n: int, env: Mapping[str, str]) -> Iterator[ProcessPoolExecutor]:
    """So many processes, each with the portal and a clerk of its own."""
    context = mp.get_context("spawn")
    with ProcessPoolExecutor(n, context, begin, (dict(env), context.Barrier(n))) as pool:
        yield pool


here: dict[str, Any] = {}


def begin(env: Mapping[str, str], barrier: Any) -> None:
    """In a process of a crew. Its log is written as ever, to nowhere."""
    sys.stderr = Path(os.devnull).open("w")  # noqa: SIM115 - until the process ends
    place = Place(env)
    for _ in range(WARM):
        place.commands(place.due())
    url = env["DATABASE_URL"]
    floor = Floor(url)
    here.update(place=place, barrier=barrier, floor=floor, library=Library(url, MOST_STATEMENTS))


def side_by_side(count: int) -> Beside:
    """In a crew of one: a return and the floor in turn, then a return with every page."""
    place: Place = here["place"]
    waiting = [place.due() for _ in range(count)]
    turns = [
        (spent(place, place.commands, due), timed(here["floor"]), timed(here["library"])) for due in waiting
    ]
    returns, floors, libraries = zip(*turns, strict=True)
    bare = statistics.median(sum(one.seconds.values()) for one in returns)
    floor, library = statistics.median(floors), statistics.median(libraries)
    return Beside(bare, floor, library, typical(returns), everything(place))


def typical(all: Sequence[Spent]) -> Spent:
    """By command; now and then one notes that the clerk was there, or reads the shop anew."""
    return Spent(
        {name: statistics.median(one.seconds[name] for one in all) for name in COMMANDS},
        {name: statistics.median_low([one.statements[name] for one in all]) for name in COMMANDS},
    )


def everything(place: Place) -> Spent:
    """The second of two: the first compiles what the pages need."""
    return [spent(place, place.whole) for _ in range(2)][-1]


def timed(do: Any, *what: Any) -> float:
    begun = time.perf_counter()
    do(*what)
    return time.perf_counter() - begun


def spent(place: Place, do: Any, *what: Any) -> Spent:
    place.spent = Spent()
    do(*what)
    return place.spent


def together(pool: ProcessPoolExecutor, n: int, returns: int) -> float:
    """Returns per second of the whole crew, from the first one's start to the last one's end."""
    spans = [future.result() for future in [pool.submit(run, returns) for _ in range(n)]]
    return n * returns / (max(end for _, end in spans) - min(start for start, _ in spans))


def run(returns: int) -> tuple[float, float]:
    """When this process began and ended its share, by the machine's one clock."""
    place: Place = here["place"]
    waiting = [place.due() for _ in range(returns)]
    here["barrier"].wait(PATIENCE)
    start = time.monotonic()
    for due in waiting:
        place.commands(due)
    return start, time.monotonic()


def detail(figures: Figures) -> None:
    it, name = figures.beside, NAMES[figures.kind]
    print(f"\n{name}: a return {it.bare * 1000:.1f} ms, the floor {it.floor * 1000:.2f} ms")
    of = it.library / it.floor
    print(f"  {MOST_STATEMENTS} statements through SQLAlchemy, and nothing else: {of:.1f} times the floor")
    for command in COMMANDS:
        seconds, n = it.spent.seconds[command], it.spent.statements[command]
        print(f"  {command:16} {n:4} statements, {seconds * 1000:.1f} ms")
    whole, taken = sum(it.whole.statements.values()), sum(it.whole.seconds.values())
    print(f"  with every page, job and mail: {whole} statements, {taken * 1000:.0f} ms")
    for part, n in it.whole.statements.items():
        print(f"  {part:16} {n:4} statements, {it.whole.seconds[part] * 1000:.0f} ms")


def say(figures: Figures) -> None:
    print(f"\n{NAMES[figures.kind]}")
    for fault in figures.faults():
        print(f"BEYOND THE BOUND: {fault}")
    print(f"ratio to floor: {figures.beside.ratio:.1f}")
    print(f"statements per return: {figures.beside.statements}")
    print(f"returns per second: {figures.alone:.1f} at 1, {figures.together:.1f} at {CREW}")


if __name__ == "__main__":
    main()
