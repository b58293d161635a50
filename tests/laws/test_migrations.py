"""Migrations give exactly the schema of the models, on both databases, and lose nothing on the way."""

import sqlite3
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from migrations.schema import metadata
from portal.audit.append_only import APPEND_ONLY, append_only
from portal.config import ROOT
from portal.db import Moment
from tests.harness.catalogue import catalogue
from tests.harness.databases import Databases, engine


@contextmanager
def opened(databases: Databases, fill: Callable[[str], None] | None = None) -> Iterator[sa.Engine]:
    with databases.fresh(fill) if fill else databases.empty() as url:
        made = engine(url)
        yield made
        made.dispose()


def migrated(url: str) -> None:
    made = engine(url)
    upgrade(made)
    made.dispose()


def modelled(url: str) -> None:
    made = engine(url)
    create(made)
    made.dispose()


def upgrade(made: sa.Engine, revision: str = "head") -> None:
    command.upgrade(Config(ROOT / "migrations/alembic.ini", attributes={"engines": [made]}), revision)


def create(made: sa.Engine) -> None:
    """The schema straight from the models, with the triggers that the code lists."""
    with made.begin() as connection:
        metadata().create_all(connection)
        for table in APPEND_ONLY:
            append_only(lambda step: connection.execute(sa.text(step)), made.dialect.name, table)


def read(made: sa.Engine) -> set[str]:
    with made.connect() as connection:
        return catalogue(connection)


def test_migrations_give_the_models_schema(databases: Databases) -> None:
    with opened(databases, migrated) as left, opened(databases, modelled) as right:
        assert read(left) == read(right), "the models changed: `make migration`"


def test_a_table_for_every_line_of_the_append_only_list() -> None:
    assert set(APPEND_ONLY) <= set(metadata().tables)


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE orders ADD COLUMN planted TEXT",
        "CREATE INDEX planted ON orders (email)",
        "DROP INDEX uq_return_item_live",
        "DROP TRIGGER {trigger}",
    ],
)
def test_a_planted_difference_is_seen(databases: Databases, change: str) -> None:
    with opened(databases, modelled) as left:
        before = read(left)
        trigger = "trail_no_update" if left.dialect.name == "sqlite" else "trail_append_only ON trail"
        with left.begin() as connection:
            connection.exec_driver_sql(change.format(trigger=trigger))
        assert read(left) != before


@pytest.mark.parametrize("where", ["state = 'draft' OR state = 'requested'", "state = 'denied'"])
def test_another_condition_of_an_index_is_seen(databases: Databases, where: str) -> None:
    with opened(databases, modelled) as left:
        before = read(left)
        with left.begin() as connection:
            connection.exec_driver_sql("DROP INDEX uq_return_draft")
            connection.exec_driver_sql(
                f'CREATE UNIQUE INDEX uq_return_draft ON "return" (order_id) WHERE {where}'
            )
        assert read(left) != before


@pytest.mark.parametrize(
    "other",
    [
        "a BIGINT NOT NULL CHECK (a > 1)",
        "a BIGINT CHECK (a > 0)",
        "a INTEGER NOT NULL CHECK (a > 0)",
        "a BIGINT NOT NULL DEFAULT 1 CHECK (a > 0)",
        "a BIGINT NOT NULL CHECK (a > 0) REFERENCES location (id)",
        "a BIGINT NOT NULL CHECK (a > 0) UNIQUE",
    ],
)
def test_another_column_is_seen(databases: Databases, other: str) -> None:
    with opened(databases) as made, made.connect() as connection:
        seen = []
        for column in ("a BIGINT NOT NULL CHECK (a > 0)", other):
            connection.exec_driver_sql("DROP TABLE IF EXISTS planted")
            connection.exec_driver_sql("DROP TABLE IF EXISTS location")
            connection.exec_driver_sql("CREATE TABLE location (id BIGINT PRIMARY KEY)")
            connection.exec_driver_sql(f"CREATE TABLE planted ({column})")
            seen.append(catalogue(connection))
        assert seen[0] != seen[1]


def test_migrations_go_down_and_up_again(databases: Databases) -> None:
    with opened(databases, migrated) as made:
        first = read(made)
        command.downgrade(Config(ROOT / "migrations/alembic.ini", attributes={"engines": [made]}), "base")
        upgrade(made)
        assert read(made) == first


@pytest.mark.parametrize("verb", ["UPDATE {table} SET id = id", "DELETE FROM {table}"])
@pytest.mark.parametrize("table", APPEND_ONLY)
def test_an_append_only_table_refuses(databases: Databases, table: str, verb: str) -> None:
    with opened(databases, migrated) as made:
        if made.dialect.name == "sqlite":  # its triggers look at rows, PostgreSQL's at statements
            plant_row(made, table)
        with pytest.raises(sa.exc.IntegrityError, match="append-only"), made.begin() as connection:
            connection.exec_driver_sql(verb.format(table=table))


@pytest.mark.parametrize("table", APPEND_ONLY)
def test_an_append_only_table_refuses_to_be_emptied_or_replaced(databases: Databases, table: str) -> None:
    with opened(databases, migrated) as made:
        if made.dialect.name == "sqlite":
            plant_row(made, table)
        with pytest.raises(sa.exc.IntegrityError, match="append-only"), made.begin() as connection:
            if made.dialect.name == "sqlite":
                connection.exec_driver_sql("PRAGMA ignore_check_constraints=ON")
                connection.exec_driver_sql(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")
            connection.exec_driver_sql(f"TRUNCATE {table} CASCADE")


def plant_row(made: sa.Engine, table: str) -> None:
    """A row that fits no rule; SQLite takes it when nothing is checked."""
    with closing(sqlite3.connect(made.url.database)) as raw, raw:
        raw.execute("PRAGMA ignore_check_constraints=ON")
        values = ", ".join("'x'" for _ in metadata().tables[table].columns)
        raw.execute(f'INSERT INTO "{table}" VALUES ({values})')


REBUILD = """
from alembic import op
from portal.audit.append_only import append_only
revision, down_revision = "planted", "0001"
def upgrade():
    for table in ("tenant", "trail"):
        with op.batch_alter_table(table, recreate="always"):
            pass
    {after}
"""


def rebuild(made: sa.Engine, folder: Path, after: str) -> None:
    """Upgrade by a migration that rebuilds a table with children and an append-only one."""
    (folder / "planted.py").write_text(REBUILD.format(after=after))
    settings = Config(ROOT / "migrations/alembic.ini", attributes={"engines": [made]})
    settings.set_main_option("version_locations", f"{ROOT}/migrations/versions {folder}")
    settings.set_main_option("path_separator", "space")
    command.upgrade(settings, "head")


GUARDED = 'append_only(op.execute, "sqlite", "trail")'


def test_a_batch_on_sqlite_keeps_child_rows_and_triggers(sqlite: Databases, tmp_path: Path) -> None:
    with opened(sqlite, migrated) as made:
        before = read(made)
        plant_family(made)
        rebuild(made, tmp_path, GUARDED)
        assert read(made) == before
        with made.connect() as connection:
            assert connection.exec_driver_sql("SELECT count(*) FROM location").scalar() == 1


def test_a_batch_that_forgets_the_triggers_is_seen(sqlite: Databases, tmp_path: Path) -> None:
    with opened(sqlite, migrated) as made:
        before = read(made)
        rebuild(made, tmp_path, "pass")
        assert {line.split()[2] for line in before - read(made)} == {"trail_no_update", "trail_no_delete"}


def test_a_migration_that_orphans_rows_is_refused(sqlite: Databases, tmp_path: Path) -> None:
    with opened(sqlite, migrated) as made:
        plant_family(made)
        with pytest.raises(RuntimeError, match="without their parents"):
            rebuild(made, tmp_path, 'op.execute("DELETE FROM tenant")')
        with made.connect() as connection:
            assert connection.exec_driver_sql("SELECT count(*) FROM tenant").scalar() == 1


def plant_family(made: sa.Engine) -> None:
    """A shop with one location, written past the models: only their being parent and child counts."""
    tenant, location = metadata().tables["tenant"], metadata().tables["location"]
    shop = {c.name: _anything(c) for c in tenant.columns}
    place = {c.name: _anything(c) for c in location.columns} | {"tenant_id": shop["id"], "place": "dock"}
    with made.begin() as connection:
        connection.execute(sa.insert(tenant).values(shop))
        connection.execute(sa.insert(location).values(place))


def _anything(column: sa.Column[Any]) -> Any:
    if column.nullable:
        return None
    values = {
        sa.Uuid: uuid.uuid4(),
        sa.Integer: 0,
        sa.Boolean: False,
        Moment: datetime.now(UTC),
        sa.JSON: [],
        sa.String: "x",
    }
    return next(value for kind, value in values.items() if isinstance(column.type, kind))
