"""I2, I8, I25: the database's own guards are there and switched on."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic.script import ScriptDirectory

from portal.audit.append_only import APPEND_ONLY
from portal.config import ROOT
from portal.engines import PRAGMAS

RESERVED = ("orders", "payment")
TRIGGERS = """
    SELECT tgrelid::regclass::text AS tbl, tgname AS name, tgenabled = 'O' AS enabled
    FROM pg_trigger JOIN pg_class c ON c.oid = tgrelid
    WHERE c.relnamespace = 'public'::regnamespace"""


def reserved(connection: sa.Connection) -> Iterator[str]:
    """A table whose counter the database does not hold between nothing and what was captured."""
    found = sa.inspect(connection)
    for table in RESERVED:
        texts = [str(check["sqltext"]).lower() for check in found.get_check_constraints(table)]
        bare = [text.replace("(", "").replace(")", "") for text in texts]
        if not any("reserved >= 0" in text and "reserved <= captured" in text for text in bare):
            yield f"{table} (CHECK)"


def append_only(connection: sa.Connection) -> Iterator[str]:
    """A table of what is written once that the database would let be changed."""
    sqlite = connection.dialect.name == "sqlite"
    there = _sqlite_triggers(connection) if sqlite else _postgresql_triggers(connection)
    for table in APPEND_ONLY:
        names = [f"{table}_no_update", f"{table}_no_delete"] if sqlite else [f"{table}_append_only"]
        yield from (f"{table} ({name})" for name in names if (table, name) not in there)
    if sqlite and connection.exec_driver_sql("PRAGMA recursive_triggers").scalar() != 1:
        yield "recursive_triggers (INSERT OR REPLACE)"


def _sqlite_triggers(connection: sa.Connection) -> set[tuple[str, str]]:
    rows = connection.exec_driver_sql(
        "SELECT tbl_name, name FROM sqlite_master WHERE type = 'trigger' AND sql LIKE '%RAISE(ABORT%'"
    )
    return {(table, name) for table, name in rows}


def _postgresql_triggers(connection: sa.Connection) -> set[tuple[str, str]]:
    rows = connection.exec_driver_sql(TRIGGERS)
    return {(row.tbl.strip('"'), row.name) for row in rows if row.enabled}


def sound(connection: sa.Connection) -> Iterator[str]:
    """What the database itself finds wrong with its data or its settings."""
    yield from (_sqlite if connection.dialect.name == "sqlite" else _postgresql)(connection)


def _sqlite(connection: sa.Connection) -> Iterator[str]:
    for (line,) in connection.exec_driver_sql("PRAGMA integrity_check"):
        if line != "ok":
            yield str(line)
    for table, row, parent, _ in connection.exec_driver_sql("PRAGMA foreign_key_check"):
        yield f"{table} row {row} lacks its {parent}"
    for name, wanted in PRAGMAS.items():
        if connection.exec_driver_sql(f"PRAGMA {name}").scalar() != wanted:
            yield f"PRAGMA {name}"


def _postgresql(connection: sa.Connection) -> Iterator[str]:
    """Constraints that were never checked, and foreign keys whose triggers are off."""
    loose = "SELECT conname FROM pg_constraint WHERE NOT convalidated"
    yield from (f"{name} (not validated)" for (name,) in connection.exec_driver_sql(loose))
    for row in connection.exec_driver_sql(TRIGGERS):
        if not row.enabled and row.name.startswith("RI_"):
            yield f"{row.tbl} ({row.name} is off)"


def migrated(connection: sa.Connection) -> Iterator[str]:
    """A schema of another version than the code's."""
    wanted = ScriptDirectory(str(ROOT / "migrations")).get_current_head()
    found: Any = None
    if sa.inspect(connection).has_table("alembic_version"):
        found = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    if found != wanted:
        yield f"schema {found}, code {wanted}"
