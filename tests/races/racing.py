"""Several processes at once over one database: what each came to. They start from a process that has the
portal loaded, so that many of them cost little."""

import os
import re
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapper

from portal.db import Base, db
from portal.engines import configure
from portal.errors import Refusal
from portal.web.ritual import Portal
from tests.harness.apps import dispose, made_app
from tests.harness.processes import context
from tests.harness.shops import find_shop
from tests.harness.trading import Trade

KILLED, PATIENCE = 9, 60
DONE, REFUSED = "done", "refused"
Work = Callable[..., None]


@dataclass(frozen=True)
class Ground:
    """The database and the bank that racers meet on."""

    url: str
    bank: Path

    @classmethod
    def of(cls, app: Portal, folder: Path) -> "Ground":
        return cls(str(app.config["SQLALCHEMY_DATABASE_URI"]), folder)

    @contextmanager
    def trade(self) -> Iterator[Trade]:
        """A shop at work in this process."""
        app = made_app(self.url, bank_file=self.bank)
        try:
            yield Trade(find_shop(app))
        finally:
            dispose(app)


@dataclass(frozen=True)
class Racer:
    """What one of them does, in how many threads. `careless` is called first: it takes guards away."""

    work: Work
    args: Sequence[Any] = ()
    threads: int = 1
    careless: Callable[[Any], None] | None = None


def race(ground: Ground, *racers: Racer) -> list[str]:
    """Start all at the same moment; what each came to: done, refused, or the name of what was raised."""
    start = context.Barrier(sum(racer.threads for racer in racers))
    between = context.Barrier(sum(racer.threads for racer in racers))
    results = context.Queue()
    processes = [
        context.Process(target=run, args=(ground, racer, start, between, results)) for racer in racers
    ]
    for process in processes:
        process.start()
    found = [results.get(timeout=PATIENCE) for racer in racers for _ in range(racer.threads)]
    for process in processes:
        process.join(PATIENCE)
    return sorted(found)


def run(ground: Ground, racer: Racer, start: Any, between: Any, results: Any) -> None:
    """One process of a race."""
    if racer.careless:
        unguard()
        racer.careless(between)
    with ground.trade() as trade:
        trade.clerk  # noqa: B018 - found before the start
        threads = [
            threading.Thread(target=lambda: results.put(attempt(racer, trade, start)))
            for _ in range(racer.threads)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    if isinstance(racer.careless, Turn) and racer.careless.first:
        between.wait(PATIENCE)


def attempt(racer: Racer, trade: Trade, start: Any) -> str:
    start.wait(PATIENCE)
    try:
        racer.work(trade, *racer.args)
    except Refusal:
        return REFUSED
    except Exception as error:  # whatever it is: the test says whether it may be
        return f"{type(error).__name__}: {error}"
    return DONE


def unguard() -> None:
    """Take away what stands between two transactions: row locks, SQLite's, and version counters."""
    sa.Select.with_for_update = lambda query, **_: query  # type: ignore[method-assign]
    sys.modules[configure.__module__]._begin_sqlite = lambda connection: None  # type: ignore[attr-defined]
    for mapper in Base.registry.mappers:
        Mapper.__setattr__(mapper, "version_id_col", None)


def drop(app: Portal, *guards: str) -> None:
    """Take guards of the database away too: indexes, or a table's constraint ("table.name")."""
    with app.app_context(), db.engine.connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        if sqlite:
            connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")  # type: ignore[union-attr]
        for guard in guards:
            table, _, name = guard.rpartition(".")
            if not table:
                connection.exec_driver_sql(f"DROP INDEX {name}")
            elif sqlite:
                _make_anew(connection, table, name)
            else:
                connection.exec_driver_sql(f'ALTER TABLE "{table}" DROP CONSTRAINT {name}')
        connection.commit()
    dispose(app)


def _make_anew(connection: sa.Connection, table: str, name: str) -> None:
    """SQLite cannot drop a table's constraint: the table is made anew without it."""
    rows = connection.exec_driver_sql(
        "SELECT type, sql FROM sqlite_master WHERE tbl_name = ?", (table,)
    ).all()
    ((_, made),) = [row for row in rows if row.type == "table"]
    without = re.sub(rf",\s*CONSTRAINT {name} \w+ ?\([^)]*\)", "", made)
    assert without != made
    connection.exec_driver_sql("PRAGMA legacy_alter_table=ON")
    connection.exec_driver_sql(f'ALTER TABLE "{table}" RENAME TO as_it_was')
    connection.exec_driver_sql(without)
    connection.exec_driver_sql(f'INSERT INTO "{table}" SELECT * FROM as_it_was')
    connection.exec_driver_sql("DROP TABLE as_it_was")
    for row in rows:
        if row.type == "index" and row.sql:
            connection.exec_driver_sql(row.sql)


def pause_before(module: Any, name: str) -> Callable[[Any], None]:
    """Each racer waits once for the others in front of this function: all have looked, none has written."""
    return Pause(module.__name__, name)


@dataclass(frozen=True)
class Pause:
    module: str
    name: str

    def __call__(self, between: Any) -> None:
        module = sys.modules[self.module]
        whole = getattr(module, self.name)

        def waiting(*args: Any, **kw: Any) -> Any:
            setattr(module, self.name, whole)
            between.wait(PATIENCE)
            return whole(*args, **kw)

        setattr(module, self.name, waiting)


@dataclass(frozen=True)
class Turn:
    """Of two that have both come to this function, the first goes all its way before the other goes on.

    Where they change the same rows, so that neither waits for the other for ever and is rolled back.
    """

    module: str
    name: str
    first: bool = False

    def __call__(self, between: Any) -> None:
        module = sys.modules[self.module]
        whole = getattr(module, self.name)

        def waiting(*args: Any, **kw: Any) -> Any:
            setattr(module, self.name, whole)
            for _ in range(1 if self.first else 2):
                between.wait(PATIENCE)
            return whole(*args, **kw)

        setattr(module, self.name, waiting)


def die(ground: Ground, work: Work, args: Sequence[Any], prepare: Callable[[], None]) -> None:
    """Do something in a process that `prepare` has given a reason to die of."""
    process = context.Process(target=_dies, args=(ground, work, args, prepare))
    process.start()
    process.join(PATIENCE)
    assert process.exitcode == KILLED


def _dies(ground: Ground, work: Work, args: Sequence[Any], prepare: Callable[[], None]) -> None:
    prepare()
    with ground.trade() as trade:
        work(trade, *args)


def die_now(*args: Any, **kw: Any) -> None:
    """As a process that is killed: nothing is cleaned up."""
    os._exit(KILLED)
