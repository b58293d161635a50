"""The whole schema of a database as comparable text: tables, columns, constraints, indexes, triggers."""

import re

import sqlalchemy as sa

PARTS = {
    "column": """
        SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity,
               a.attgenerated, pg_get_expr(d.adbin, d.adrelid), l.collname
        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
        LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
        LEFT JOIN pg_collation l ON l.oid = a.attcollation
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm')
          AND a.attnum > 0 AND NOT a.attisdropped""",
    "constraint": """
        SELECT conrelid::regclass::text, conname, convalidated, pg_get_constraintdef(oid)
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace""",
    "index": "SELECT tablename, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "trigger": """
        SELECT tgrelid::regclass::text, tgenabled, pg_get_triggerdef(oid)
        FROM pg_trigger WHERE NOT tgisinternal""",
    "function": """
        SELECT proname, pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace""",
    "sequence": "SELECT sequencename, data_type::text FROM pg_sequences WHERE schemaname = 'public'",
    "type": """
        SELECT typname, typtype FROM pg_type
        WHERE typnamespace = 'public'::regnamespace AND typtype IN ('e', 'd', 'r')""",
    "security": """
        SELECT relname, relrowsecurity, relforcerowsecurity FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND (relrowsecurity OR relforcerowsecurity)""",
    "policy": "SELECT tablename, policyname, qual, with_check FROM pg_policies WHERE schemaname = 'public'",
}
BOOKKEEPING = "alembic_version"


def catalogue(connection: sa.Connection) -> set[str]:
    """Every fact of the schema as a line. Alembic's own table is left out."""
    lines = _sqlite(connection) if connection.dialect.name == "sqlite" else _postgresql(connection)
    return {line for line in lines if BOOKKEEPING not in line}


def _postgresql(connection: sa.Connection) -> list[str]:
    return [
        f"{part} {' '.join(map(str, row))}"
        for part, query in PARTS.items()
        for row in connection.exec_driver_sql(query)
    ]


def _sqlite(connection: sa.Connection) -> list[str]:
    rows = connection.exec_driver_sql("SELECT type, tbl_name, name, sql FROM sqlite_master").all()
    lines = []
    for kind, table, name, sql in rows:
        text = " ".join((sql or "").split())
        parts = pieces(text) if kind == "table" else [text]
        lines += [f"{kind} {table} {name} {part}" for part in parts]
    return lines


def pieces(create: str) -> list[str]:
    """The columns and constraints of a CREATE TABLE, in whatever order it lists them."""
    body = create[create.index("(") + 1 : create.rindex(")")]
    found, depth, start, quoted = [], 0, 0, False
    for at, sign in enumerate(body):
        quoted ^= sign == "'"
        depth += 0 if quoted else (sign == "(") - (sign == ")")
        if sign == "," and not depth and not quoted:
            found.append(body[start:at])
            start = at + 1
    found.append(body[start:])
    tail = create[create.rindex(")") + 1 :]
    return [re.sub(r'["`]', "", part).strip() for part in [*found, f"options {tail}"]]
