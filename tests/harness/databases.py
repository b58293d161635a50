"""Fresh databases for tests, each a copy of a template that is made once per process."""

import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol

import sqlalchemy as sa

from portal.engines import configure
from tests.harness.pgtest import server
from tests.harness.scratch import scratch


class Databases(Protocol):
    """Databases of one kind; their addresses die with the block. `fresh` copies what `fill` made once.

    A database with a `name` has the same address each time; one at a time.
    """

    def empty(self, name: str = "") -> AbstractContextManager[str]: ...
    def fresh(self, fill: Callable[[str], None], name: str = "") -> AbstractContextManager[str]: ...


class SqliteDatabases:
    def __init__(self) -> None:
        self.folder = scratch()
        self.templates: dict[Callable[[str], None], Path] = {}

    @contextmanager
    def empty(self, name: str = "") -> Iterator[str]:
        path = self.folder / f"{name or uuid.uuid4().hex}.db"
        try:
            yield f"sqlite:///{path}"
        finally:
            for part in ("", "-wal", "-shm"):
                path.with_name(path.name + part).unlink(missing_ok=True)

    @contextmanager
    def fresh(self, fill: Callable[[str], None], name: str = "") -> Iterator[str]:
        if fill not in self.templates:
            template = self.folder / f"template{len(self.templates)}.db"
            fill(f"sqlite:///{template}")
            if template.with_name(f"{template.name}-wal").exists():
                raise RuntimeError("the template is still open somewhere")
            self.templates[fill] = template
        with self.empty(name) as url:
            shutil.copyfile(self.templates[fill], url.removeprefix("sqlite:///"))
            yield url

    def close(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)


class PostgresqlDatabases:
    """`address` is a server's; the databases made there carry names of their own, and go."""

    def __init__(self, address: str) -> None:
        self.address = sa.make_url(address)
        self.engine = sa.create_engine(address, isolation_level="AUTOCOMMIT")
        self.own = f"portal_{uuid.uuid4().hex[:12]}"
        self.templates: dict[Callable[[str], None], str] = {}
        self.done: list[str] = []

    def _do(self, statement: str) -> None:
        with self.engine.connect() as connection:
            connection.exec_driver_sql(statement)

    def _url(self, name: str) -> str:
        return self.address.set(database=name).render_as_string(hide_password=False)

    @contextmanager
    def empty(self, name: str = "", of: str = "template0") -> Iterator[str]:
        name = f"{self.own}_{name or uuid.uuid4().hex[:8]}"
        self._clear()
        self._do(f"CREATE DATABASE {name} TEMPLATE {of} STRATEGY file_copy")
        try:
            yield self._url(name)
        finally:
            self.done.append(name)

    def _clear(self) -> None:
        """Drop what earlier tests are done with; by now their connections have ended, and nothing waits."""
        while self.done:
            self._do(f"DROP DATABASE {self.done.pop()} WITH (FORCE)")

    @contextmanager
    def fresh(self, fill: Callable[[str], None], name: str = "") -> Iterator[str]:
        if fill not in self.templates:
            template = f"{self.own}_template{len(self.templates)}"
            self._do(f"CREATE DATABASE {template} TEMPLATE template0")
            fill(self._url(template))
            self.templates[fill] = template
        with self.empty(name, self.templates[fill]) as url:
            yield url

    def close(self) -> None:
        self.done += self.templates.values()
        self._clear()
        self.engine.dispose()


@contextmanager
def sqlite() -> Iterator[Databases]:
    databases = SqliteDatabases()
    try:
        yield databases
    finally:
        databases.close()


@contextmanager
def postgresql() -> Iterator[Databases]:
    with server() as address:
        databases = PostgresqlDatabases(address)
        try:
            yield databases
        finally:
            databases.close()


def engine(url: str) -> sa.Engine:
    """An engine as the portal uses it."""
    made = sa.create_engine(url)
    configure(made)
    return made
