"""Making a database's engine safe."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

PRAGMAS = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "recursive_triggers": 1}


def configure(engine: sa.Engine) -> None:
    """Make an engine safe: on SQLite, write-ahead log, foreign keys, and BEGIN by what the scope does."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _open_sqlite)
        event.listen(engine, "begin", _begin_sqlite)


def _open_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    connection.execute("PRAGMA busy_timeout=10000")
    for name, value in PRAGMAS.items():
        connection.execute(f"PRAGMA {name}={value}")


def _begin_sqlite(connection: sa.Connection) -> None:
    options = connection.get_execution_options()
    if options.get("glancing"):
        return
    reading = bool(options.get("reading"))
    if connection.info.get("reading") is not reading:  # it stays with the connection in its pool
        connection.exec_driver_sql(f"PRAGMA query_only={'ON' if reading else 'OFF'}")
        connection.info["reading"] = reading
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def assert_safe(engine: sa.Engine) -> None:
    """Refuse to run on a SQLite whose settings lose data; RuntimeError names the setting."""
    if engine.dialect.name != "sqlite":
        return
    with engine.connect() as connection:
        for name, wanted in PRAGMAS.items():
            found = connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            if found != wanted:
                raise RuntimeError(f"SQLite's {name} is {found}, and must be {wanted}")
