"""Writing rows as plain values, past the session's objects."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from portal.db import Base, on_postgresql, session

FEW = 50  # go in one statement; more are prepared once and sent row by row


def insert(kind: type[Base]) -> Any:
    """An INSERT into the table itself, past the session's objects: execute it by `session.connection()`.

    New ones that the row may point to are written before. What was only changed waits: so the row of a
    return is written once, with all that a command made of it.
    """
    table = kind.__table__
    assert isinstance(table, sa.Table)
    parents = {key.column.table for key in table.foreign_keys}
    if any(sa.inspect(type(new)).local_table in parents for new in session.new):
        session.flush()
    made: Any = postgresql.insert if on_postgresql() else sqlite.insert
    return made(table)


def insert_new(kind: type[Base], values: Mapping[str, Any]) -> bool:
    """Insert a row unless it breaks a unique rule; whether it was inserted. Waits for a rival's end."""
    new = insert(kind).values(**values).on_conflict_do_nothing().returning(sa.literal(1))
    return session.connection().scalar(new) is not None


def insert_all_new(kind: type[Base], rows: Sequence[Mapping[str, Any]], **found: Any) -> int:
    """`insert_new` for many rows; how many were inserted. `found`: what the database finds for each."""
    if not rows:
        return 0
    new, them = insert(kind).values(found).on_conflict_do_nothing(), list(rows)
    if len(them) > FEW:
        kept = session.connection().execute(new, them, execution_options={"preserve_rowcount": True})
        return kept.rowcount
    return len(session.connection().execute(new.returning(sa.literal(1)), them).all())
