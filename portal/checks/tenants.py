"""I17: what belongs together belongs to one shop."""

from collections.abc import Iterator

import sqlalchemy as sa

from portal.checks.looking import Look
from portal.db import Base


def composite() -> list[sa.ForeignKeyConstraint]:
    """Every foreign key that holds a child to its parent's shop."""
    return [
        constraint
        for table in Base.metadata.sorted_tables
        for constraint in table.foreign_key_constraints
        if len(constraint.column_keys) > 1
    ]


def kept_apart(look: Look) -> Iterator[str]:
    """A row whose parent is another shop's, or is not there."""
    for constraint in composite():
        child, parent = constraint.table, constraint.referred_table.alias("parent")
        column = child.c[constraint.column_keys[1]]
        query = (
            sa.select(child.c.id)
            .outerjoin(parent, parent.c.id == column)
            .where(child.c.tenant_id == look.tenant, column.is_not(None))
            .where(sa.or_(parent.c.id.is_(None), parent.c.tenant_id != child.c.tenant_id))
        )
        yield from (f"{child.name}/{row.id} {column.name}" for row in look.each(query))


def enforced(connection: sa.Connection) -> Iterator[str]:
    """A composite foreign key that the database does not have."""
    there = {
        (table, tuple(key["constrained_columns"]))
        for (_, table), keys in sa.inspect(connection).get_multi_foreign_keys().items()
        for key in keys
    }
    for constraint in composite():
        wanted = (constraint.table.name, tuple(constraint.column_keys))
        if wanted not in there:
            yield f"{wanted[0]} ({', '.join(wanted[1])})"
