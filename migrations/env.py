"""Brings every database of the installation to the same schema: the home database and each region's."""

import sqlalchemy as sa
from alembic import context

from migrations.schema import guard, metadata, render
from portal.db import db

ONE_AT_A_TIME = 0x686F6D65  # the key of PostgreSQL's advisory lock


def engines() -> list[sa.Engine]:
    """Given by the caller, or those of the application whose context this is."""
    return context.config.attributes.get("engines") or list(db.engines.values())


def migrate(connection: sa.Connection) -> None:
    sqlite = connection.dialect.name == "sqlite"
    if sqlite:  # by the driver: a statement of SQLAlchemy's would open the transaction, and this be a no-op
        connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")
    context.configure(
        connection=connection,
        target_metadata=metadata(),
        render_item=render,
        process_revision_directives=guard,
        render_as_batch=context.config.attributes.get("batch", sqlite),
        transactional_ddl=True,
        compare_server_default=True,
    )
    with context.begin_transaction():
        if not sqlite:
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(ONE_AT_A_TIME)))
        context.run_migrations()
        if sqlite and (lost := connection.exec_driver_sql("PRAGMA foreign_key_check").all()):
            raise RuntimeError(f"rows without their parents after the migration: {lost[:5]}")


for engine in engines():
    with engine.connect() as open_connection:
        migrate(open_connection)
    engine.dispose()  # SQLite's foreign keys are off in this connection
