"""The database: base classes, the session and its scope, and the only place that commits.

A unit of work is a request or a `transaction()`. Its scope (region, tenant, reading) is settled before the
first statement and may not change until it ends.
"""

import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, TypeVar

import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as FlaskSession
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedColumn, Session, mapped_column, scoped_session
from sqlalchemy.orm.interfaces import ORMOption

from portal.errors import NotFound
from portal.ids import uuid7

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
READING = {"reading": True, "postgresql_readonly": True}  # the second makes its BEGIN say so


class Moment(sa.TypeDecorator[datetime]):
    """An aware moment, kept in UTC on both databases."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value and value.tzinfo is None else value


class Base(DeclarativeBase):
    metadata = sa.MetaData(naming_convention=NAMING)
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it so
        datetime: Moment,
        int: sa.BigInteger,
        dict[str, Any]: sa.JSON(none_as_null=True),
        list[Any]: sa.JSON(none_as_null=True),
    }


@dataclass(frozen=True)
class Scope:
    """Whose data a unit of work is about. `region` None is the home database."""

    region: str | None = None
    tenant: uuid.UUID | None = None
    reading: bool = False


scope: ContextVar[Scope] = ContextVar("scope", default=Scope())  # noqa: B039 - a frozen value
_unit: ContextVar[object | None] = ContextVar("unit", default=None)


def here() -> uuid.UUID:
    """The shop of this unit of work."""
    tenant = scope.get().tenant
    if tenant is None:
        raise RuntimeError("this needs a shop: open the transaction with one")
    return tenant


class Tenanted:
    """A row of one shop. `class Order(Tenanted, Base)`: the mixin first.

    The key is `id` alone; UNIQUE (tenant_id, id) and the composite foreign keys of `inside` make a child's
    shop its parent's.
    """

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid7, sort_order=-2)
    tenant_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("tenant.id"), default=here, sort_order=-1)

    def __init_subclass__(cls, **kw: Any) -> None:
        super().__init_subclass__(**kw)
        table: sa.Table = cls.__table__  # type: ignore[attr-defined]
        table.append_constraint(sa.UniqueConstraint("tenant_id", "id"))
        for column in [c for c in table.columns if "inside" in c.info]:
            parent = column.info["inside"]
            table.append_constraint(
                sa.ForeignKeyConstraint(("tenant_id", column.name), (f"{parent}.tenant_id", f"{parent}.id"))
            )
            if not column.info["indexed"]:
                sa.Index(None, column)


def inside(table: str, *, indexed: bool = False) -> MappedColumn[Any]:
    """The id of a row of the same shop. `indexed`: an index of the model's own begins with it."""
    return mapped_column(info={"inside": table, "indexed": indexed})


def choice(kind: type[StrEnum], name: str = "") -> sa.Enum:
    """A column type for an enum's values, with a CHECK on both databases."""
    return sa.Enum(
        kind,
        name=name or kind.__name__.lower(),
        native_enum=False,
        create_constraint=True,
        length=32,
        values_callable=lambda e: [m.value for m in e],
    )


def _current_unit() -> int:
    unit = _unit.get()
    if unit is None:
        raise RuntimeError("no unit of work: use transaction()")
    return id(unit)


class RoutedSession(FlaskSession):
    """Chooses the engine by the scope and holds the scope fixed for the unit of work."""

    def get_bind(self, mapper: Any = None, clause: Any = None, bind: Any = None, **kw: Any) -> Any:
        if bind is not None:
            return bind
        settled = self.info.setdefault("scope", scope.get())
        if settled != scope.get():
            raise RuntimeError("one transaction, one shop")
        if "engine" not in self.info:  # one object a session: it keeps a connection for each it is given
            engine = self._db.engines[settled.region]
            self.info["engine"] = engine.execution_options(**READING) if settled.reading else engine
        return self.info["engine"]


db = SQLAlchemy(
    metadata=Base.metadata,
    session_options={"class_": RoutedSession, "scopefunc": _current_unit},
)
session: scoped_session[Session] = db.session  # type: ignore[assignment]


@contextmanager
def unit(of: Scope) -> Iterator[None]:
    """A unit of work with a session of its own. Nothing is committed here."""
    unit_token, scope_token = _unit.set(object()), scope.set(of)
    try:
        yield
    finally:
        db.session.remove()
        scope.reset(scope_token)
        _unit.reset(unit_token)


@contextmanager
def transaction(
    region: str | None = None, tenant: uuid.UUID | None = None, reading: bool = False
) -> Iterator[Session]:
    """A transaction of its own, beside any other; commits at the end unless reading or an exception."""
    with unit(Scope(region, tenant, reading)):
        try:
            yield db.session()
            _end(reading)
        except BaseException:
            db.session.rollback()
            raise


@contextmanager
def glance() -> Iterator[sa.Connection]:
    """A connection of its own for one statement that only reads, outside of any transaction.

    For what a writing unit of work must know before it takes its locks.
    """
    engine = db.engines[scope.get().region]
    alone = {"isolation_level": "AUTOCOMMIT"} if engine.dialect.name == "postgresql" else {}
    with engine.connect().execution_options(glancing=True, **alone) as connection:
        yield connection


@contextmanager
def snapshot(region: str | None, tenant: uuid.UUID | None = None) -> Iterator[Session]:
    """A transaction that reads the database as it is at one moment, however long it takes."""
    with transaction(region, tenant, reading=True) as own:
        if on_postgresql():
            own.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        yield own


def _end(reading: bool) -> None:
    if reading:
        db.session.rollback()
    else:
        db.session.commit()


class Settlement:
    """What a request came to; the status decides between commit and rollback."""

    status = 500


@contextmanager
def settling() -> Iterator[Settlement]:
    """The request's transaction: commits under 400 and not reading, else rolls back.

    After an exception the scope only reads, so that the page about it takes no write lock.
    """
    outcome = Settlement()
    try:
        yield outcome
        _end(scope.get().reading or outcome.status >= 400)
    except BaseException:
        db.session.rollback()
        db.session().info.clear()
        scope.set(replace(scope.get(), reading=True))
        raise


M = TypeVar("M", bound=Tenanted)


Id = uuid.UUID | sa.ScalarSelect[uuid.UUID]


def find(kind: type[M], id: Id, *options: ORMOption) -> M:
    """The shop's row with this id. Raises NotFound, also for another shop's. `id`: or a query for it."""
    return _found(session.scalars(_mine(kind, id, *options)).unique().one_or_none(), kind)


def locked(kind: type[M], id: Id, *options: ORMOption) -> M:
    """`find`, with the row locked until the transaction ends and read afresh."""
    return _found(lock_one(_mine(kind, id, *options), kind), kind)


def lock_one(query: sa.Select[M], kind: type[M]) -> M | None:
    """The row of this kind that the query finds, if it does, locked and read afresh.

    Rows that only point to it may still be written meanwhile (key_share), else two verbs that lock a return
    and its order in different turns would wait for each other.
    """
    locking = query.with_for_update(of=kind, key_share=True).execution_options(populate_existing=True)
    found = session.scalars(locking).unique().one_or_none()
    if found is not None:
        keep_locked([found])
    return found


def keep_locked(rows: Iterable[Tenanted]) -> None:
    """Know that nobody else writes these until the transaction ends, and that they were read since."""
    if not session().in_nested_transaction():  # its locks may end before
        session().info.setdefault("locked", set()).update(rows)


def is_locked(row: object) -> bool:
    return row in session().info.get("locked", ())


def _mine(kind: type[M], id: Id, *options: ORMOption) -> sa.Select[M]:
    return sa.select(kind).options(*options).where(kind.id == id, kind.tenant_id == here())


def _found(row: M | None, kind: type[M]) -> M:
    if row is None:
        raise NotFound(kind.__name__)
    return row


def flush_any(kind: type[Base]) -> None:
    """Write before a query goes past the session's objects, if it has changed any of the kind."""
    if any(isinstance(waiting, kind) for waiting in (*session.new, *session.dirty)):
        session.flush()


def on_postgresql() -> bool:
    return session.get_bind().dialect.name == "postgresql"
