"""What autogenerate needs to know of the portal's models."""

from collections.abc import Sequence
from importlib import import_module
from typing import Any, Literal

import sqlalchemy as sa
from alembic.autogenerate import renderers
from alembic.autogenerate.api import AutogenContext
from alembic.operations import ops
from alembic.runtime.migration import MigrationContext

from portal.audit.append_only import APPEND_ONLY
from portal.config import ROOT
from portal.db import Base, Moment

CREATED, CHANGED, DROPPED = ops.CreateTableOp, ops.ModifyTableOps, ops.DropTableOp


def metadata() -> sa.MetaData:
    """Every table of the portal."""
    for path in sorted((ROOT / "portal").rglob("*models.py")):
        import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
    return Base.metadata


def render(kind: str, item: Any, context: AutogenContext) -> str | Literal[False]:
    """Types of our own are written as what they are in the database."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, Moment) else False


class Guard(ops.MigrateOperation):
    """Give an append-only table its triggers, or give them back: SQLite's batch mode drops them."""

    def __init__(self, table: str) -> None:
        self.table = table

    def reverse(self) -> ops.MigrateOperation:
        return Guard(self.table)


@renderers.dispatch_for(Guard)
def _render_guard(context: AutogenContext, guard: Guard) -> str:
    context.imports.add("from portal.audit.append_only import append_only\n")
    return f"append_only(op.execute, op.get_bind().dialect.name, {guard.table!r})"


def guard(context: MigrationContext, revision: Any, directives: list[ops.MigrationScript]) -> None:
    """Add the triggers to every script that makes or changes an append-only table."""
    for script in directives:
        script.upgrade_ops.ops.extend(_guards(script.upgrade_ops.ops))
        script.downgrade_ops.ops.extend(_guards(script.downgrade_ops.ops))


def _guards(steps: Sequence[ops.MigrateOperation]) -> list[Guard]:
    kinds = {
        kind: {s.table_name for s in steps if isinstance(s, kind)} for kind in (CREATED, CHANGED, DROPPED)
    }
    touched = (kinds[CREATED] | kinds[CHANGED]) - kinds[DROPPED]
    return [Guard(table) for table in APPEND_ONLY if table in touched]
