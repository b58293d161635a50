"""The least that a return could cost: five bare requests, and 21 statements through the bare driver.

Beside it, what the library costs that the portal reaches its database through: as many statements as a
return may take, and nothing else.
"""

import itertools
import os
import sqlite3
from collections.abc import Callable
from typing import Any

import psycopg
import sqlalchemy as sa
from flask import Flask

from portal.engines import PRAGMAS
from tests.harness.databases import engine

READ = "SELECT n, said FROM bare_floor WHERE id = ?"
CHANGE = "UPDATE bare_floor SET n = n + 1 WHERE id = ?"
ADD = "INSERT INTO bare_floor (id, n, said) VALUES (?, 0, 'A row of a usual length, as the portal has many.')"
ONE = (ADD, READ, READ, CHANGE, READ)
TRANSACTIONS = (ONE, ONE, ONE, (*ONE, CHANGE))  # BEGIN and COMMIT come on top of these 21
REQUESTS = 5
SEVEN = 7  # transactions of a return


class Floor:
    """On the portal's own database, in a table of its own."""

    def __init__(self, url: str) -> None:
        self.do = _driver(url)
        self.do("CREATE TABLE IF NOT EXISTS bare_floor (id BIGINT PRIMARY KEY, n BIGINT, said TEXT)", ())
        self.ids = itertools.count(os.getpid() << 32)
        self.client = _bare().test_client()

    def __call__(self) -> None:
        for _ in range(REQUESTS):
            assert self.client.post("/").status_code == 204
        for statements in TRANSACTIONS:
            self._transact(statements)

    def _transact(self, statements: tuple[str, ...]) -> None:
        row = (next(self.ids),)
        self.do("BEGIN", ())
        for statement in statements:
            self.do(statement, row)
        self.do("COMMIT", ())


class Library:
    """So many statements through SQLAlchemy, BEGIN and COMMIT among them, in as many transactions as a return
    has. Each is built once, and compiled once; no object is made of what they read."""

    def __init__(self, url: str, statements: int) -> None:
        self.engine, self.statements = engine(url), statements - 2 * SEVEN
        self.ids = itertools.count((os.getpid() << 32) + (1 << 31))
        table, id = sa.table("bare_floor", *map(sa.column, ("id", "n", "said"))), sa.bindparam("i")
        read = sa.select(table.c.n, table.c.said).where(table.c.id == id)
        change = sa.update(table).where(table.c.id == id).values(n=table.c.n + 1)
        self.add = sa.insert(table).values(
            id=id, n=0, said="A row of a usual length, as the portal has many."
        )
        self.others = itertools.cycle((read, read, change))

    def __call__(self) -> None:
        for nth in range(SEVEN):
            more = (self.statements - nth - 1) // SEVEN  # beside the first of each
            with self.engine.begin() as connection:
                self._run(connection, more)

    def _run(self, connection: sa.Connection, more: int) -> None:
        row = {"i": next(self.ids)}
        for statement in (self.add, *itertools.islice(self.others, more)):
            found = connection.execute(statement, row)
            if found.returns_rows:
                found.all()


def _bare() -> Flask:
    app = Flask("bare")
    app.add_url_rule("/", view_func=lambda: ("", 204), methods=["POST"])
    return app


def _driver(url: str) -> Callable[[str, tuple[int, ...]], Any]:
    """How a statement is sent and its rows fetched: by sqlite3, set up as the portal does, or by psycopg."""
    if url.startswith("sqlite:///"):
        return _sqlite(url.removeprefix("sqlite:///"))
    cursor = psycopg.connect(url.replace("+psycopg", "", 1), autocommit=True).cursor()

    def do(statement: str, row: tuple[int, ...]) -> Any:
        cursor.execute(statement.replace("?", "%s"), row)  # type: ignore[arg-type]
        return cursor.fetchall() if cursor.description else None

    return do


def _sqlite(path: str) -> Callable[[str, tuple[int, ...]], Any]:
    connection = sqlite3.connect(path, isolation_level=None, timeout=10)
    for name, value in PRAGMAS.items():
        connection.execute(f"PRAGMA {name}={value}")
    return lambda statement, row: connection.execute(
        "BEGIN IMMEDIATE" if statement == "BEGIN" else statement, row
    ).fetchall()
