"""The bank's file: a SQLite database that nothing else has tables in."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from portal import clock

SCHEMA = """
CREATE TABLE IF NOT EXISTS payment (
  shop TEXT NOT NULL, reference TEXT NOT NULL, currency TEXT NOT NULL, captured INTEGER NOT NULL,
  PRIMARY KEY (shop, reference)) STRICT;
CREATE TABLE IF NOT EXISTS closed (
  shop TEXT NOT NULL, payment TEXT NOT NULL, PRIMARY KEY (shop, payment)) STRICT;
CREATE TABLE IF NOT EXISTS refund (
  no INTEGER PRIMARY KEY, shop TEXT NOT NULL, reference TEXT NOT NULL UNIQUE, payment TEXT NOT NULL,
  amount INTEGER NOT NULL CHECK (amount > 0), currency TEXT NOT NULL, metadata TEXT NOT NULL,
  state TEXT NOT NULL, reason TEXT NOT NULL, created_at TEXT NOT NULL, landed_at TEXT NOT NULL,
  turns_at TEXT, turns_to TEXT,
  FOREIGN KEY (shop, payment) REFERENCES payment) STRICT;
CREATE INDEX IF NOT EXISTS refund_payment ON refund (shop, payment);
CREATE TABLE IF NOT EXISTS moved (
  no INTEGER PRIMARY KEY, shop TEXT NOT NULL, reference TEXT NOT NULL, way TEXT NOT NULL, at TEXT NOT NULL,
  UNIQUE (shop, reference, way)) STRICT;
CREATE INDEX IF NOT EXISTS moved_at ON moved (shop, at);
CREATE TABLE IF NOT EXISTS answer (
  shop TEXT NOT NULL, key TEXT NOT NULL, digest TEXT NOT NULL, body TEXT NOT NULL,
  at TEXT NOT NULL, landed_at TEXT NOT NULL, PRIMARY KEY (shop, key)) STRICT;
CREATE TABLE IF NOT EXISTS switch (
  shop TEXT PRIMARY KEY, mode TEXT NOT NULL, slow INTEGER NOT NULL, later INTEGER, times INTEGER) STRICT;
CREATE TABLE IF NOT EXISTS link (
  no INTEGER PRIMARY KEY, shop TEXT NOT NULL, key TEXT NOT NULL, reference TEXT NOT NULL UNIQUE,
  amount INTEGER NOT NULL CHECK (amount > 0), currency TEXT NOT NULL, metadata TEXT NOT NULL,
  back TEXT NOT NULL, until TEXT NOT NULL, state TEXT NOT NULL, payment TEXT NOT NULL,
  UNIQUE (shop, key)) STRICT;
CREATE INDEX IF NOT EXISTS link_payment ON link (payment);
CREATE TABLE IF NOT EXISTS journal (
  no INTEGER PRIMARY KEY, at TEXT NOT NULL, shop TEXT NOT NULL,
  what TEXT NOT NULL, about TEXT NOT NULL) STRICT;
CREATE INDEX IF NOT EXISTS journal_shop ON journal (shop, no);
"""


@contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    """The file, made when missing. The block is one transaction, and the only one that writes meanwhile."""
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(path, timeout=10, isolation_level=None)
    connection.row_factory = sqlite3.Row
    try:
        connection.executescript("PRAGMA foreign_keys=ON; BEGIN IMMEDIATE;" + SCHEMA)
        yield connection
        connection.execute("COMMIT")
    finally:
        connection.close()


def stamp(later: int = 0) -> str:
    """Now, or so many seconds later."""
    return written(clock.now() + timedelta(seconds=later))


def written(at: datetime) -> str:
    """A moment as text that sorts by time."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def moment(stamp: str) -> datetime:
    return datetime.fromisoformat(stamp)
