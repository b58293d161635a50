"""Violations to plant in a database whose guards are off, and which lines each must break."""

import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from portal.ids import uuid7

Plant = Callable[["Loose"], None]


@dataclass
class Loose:
    """A connection with every guard off. `shop` is the one whose story is told, `other` the quiet one."""

    connection: sa.Connection
    shop: uuid.UUID
    other: uuid.UUID
    triggers: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """SQLite's triggers are taken away; PostgreSQL's sleep."""
        if self.connection.dialect.name == "sqlite":
            query = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
            for name, sql in self.connection.exec_driver_sql(query).all():
                self.run(f"DROP TRIGGER {name}")
                self.triggers.append(sql)

    def one(self, kind: Any, *where: Any) -> Any:
        """The first row of the shop that is so, by id."""
        query = sa.select(kind.__table__).where(kind.tenant_id == self.shop, *where).order_by(kind.id)
        return self.connection.execute(query.limit(1)).one()

    def all(self, kind: Any, *where: Any) -> Sequence[Any]:
        """The rows of the shop that are so."""
        query = sa.select(kind.__table__).where(kind.tenant_id == self.shop, *where).order_by(kind.id)
        return self.connection.execute(query).all()

    def change(self, kind: Any, *where: Any, **values: Any) -> Any:
        """Change the first row that is so; as it was."""
        row = self.one(kind, *where)
        self.connection.execute(sa.update(kind).where(kind.id == row.id).values(**values))
        return row

    def add(self, kind: Any, like: Any, **values: Any) -> None:
        """A row like another, but for these values and its id."""
        row = {**like._mapping, "id": uuid7(), **values}
        self.connection.execute(sa.insert(kind.__table__).values(row))

    def remove(self, kind: Any, *where: Any) -> Any:
        row = self.one(kind, *where)
        self.connection.execute(sa.delete(kind).where(kind.id == row.id))
        return row

    def run(self, statement: str) -> None:
        self.connection.exec_driver_sql(statement)

    def rewrite(self, table: str, old: str, new: str) -> None:
        """Edit what SQLite keeps of a table's definition."""
        self.run("PRAGMA writable_schema=ON")
        edit = "UPDATE sqlite_master SET sql = replace(sql, ?, ?) WHERE name = ? AND instr(sql, ?)"
        changed = self.connection.exec_driver_sql(edit, (old, new, table, old))
        assert changed.rowcount == 1
        self.run("PRAGMA writable_schema=RESET")


@contextmanager
def loosened(
    engine: sa.Engine, shop: uuid.UUID, other: uuid.UUID, drops: Sequence[str] = ()
) -> Iterator[Loose]:
    """A transaction without guards, that is rolled back: nothing of it is left for the next.

    `drops`: "table.name" of constraints (PostgreSQL alone can), or names of indexes and of SQLite's triggers.
    """
    with engine.connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        (_sqlite_off if sqlite else _postgresql_off)(connection, drops)
        yield Loose(connection, shop, other)
        connection.rollback()


def guarded(loose: Loose) -> sa.Connection:
    """The connection with those guards back that look at what is there; to be looked at."""
    if loose.connection.dialect.name == "sqlite":
        loose.run("PRAGMA ignore_check_constraints=OFF")
        for sql in loose.triggers:
            loose.run(sql)
    return loose.connection


def _sqlite_off(connection: sa.Connection, drops: Sequence[str]) -> None:
    connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")  # until the end, which never comes
    connection.exec_driver_sql("PRAGMA ignore_check_constraints=ON")
    for drop in (drop for drop in drops if "." not in drop):
        connection.exec_driver_sql(f"DROP INDEX {drop}")


def _postgresql_off(connection: sa.Connection, drops: Sequence[str]) -> None:
    for drop in drops:
        table, _, name = drop.rpartition(".")
        gone = f'ALTER TABLE "{table}" DROP CONSTRAINT {name}' if table else f"DROP INDEX {name}"
        connection.exec_driver_sql(gone)
    connection.exec_driver_sql("SET LOCAL session_replication_role = replica")


@dataclass(frozen=True)
class Case:
    """A plant, the line that is there for it, and the lines that it cannot but break as well.

    `only`: the kind of database on which it can be planted at all. `in_other`: the quiet shop sees it too.
    """

    line: str
    plant: Plant
    also: Sequence[str] = ()
    drops: Sequence[str] = ()
    only: str = ""
    in_other: bool = False
    also_on: dict[str, Sequence[str]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return f"{self.line}-{self.plant.__name__}"

    def broken(self, kind: str) -> set[str]:
        return {self.line, *self.also, *self.also_on.get(kind, ())}


CASES: list[Case] = []


def case(line: str, **facts: Any) -> Callable[[Plant], Plant]:
    def register(plant: Plant) -> Plant:
        CASES.append(Case(line, plant, **facts))
        return plant

    return register
