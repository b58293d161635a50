"""Tables whose rows are written once: the list, and the triggers that hold it."""

from typing import Any

APPEND_ONLY = (
    "trail",
    "trail_seal",
    "journal_entry",
    "posting",
    "chart_version",
    "reconciliation_sum",
    "reconciliation_line",
    "stock_movement",
    "credit_entry",
    "feed_entry",
    "gift_card_entry",
    "stock_level",
    "credit_note",
)


def append_only(execute: Any, dialect: str, table: str) -> None:
    """Give a table the triggers that refuse UPDATE and DELETE, unless it has them.

    For migrations, after every batch on the table too: on SQLite a batch drops them.
    """
    if dialect == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            execute(
                f"CREATE TRIGGER IF NOT EXISTS {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        return
    execute(APPEND_ONLY_FUNCTION)
    execute(
        f"CREATE OR REPLACE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION append_only()"
    )


APPEND_ONLY_FUNCTION = """
CREATE OR REPLACE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME
  USING ERRCODE = 'integrity_constraint_violation'; END $$
"""
