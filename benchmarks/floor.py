"""The least that a return could cost: five bare requests, and 21 statements through the bare driver."""

import itertools
import os
import sqlite3
from collections.abc import Callable
from typing import Any

import psycopg
from flask import Flask

from portal.db import PRAGMAS

READ = "SELECT n, said FROM bare_floor WHERE id = ?"
CHANGE = "UPDATE bare_floor SET n = n + 1 WHERE id = ?"
ADD = "INSERT INTO bare_floor (id, n, said) VALUES (?, 0, 'A row of a usual length, as the portal has many.')"
ONE = (ADD, READ, READ, CHANGE, READ)
TRANSACTIONS = (ONE, ONE, ONE, (*ONE, CHANGE))  # BEGIN and COMMIT come on top of these 21
REQUESTS = 5


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
