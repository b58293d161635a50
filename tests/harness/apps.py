"""The portal on a fresh database, with shops, for tests."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config as Settings
from flask.testing import FlaskClient
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy.util import LRUCache
from werkzeug.test import TestResponse

from portal import create_app
from portal.config import ROOT, Config
from portal.db import db
from portal.provisioning.shops import NewShop, create
from portal.web.ritual import Portal
from portal.web.shops import Faces
from tests.harness.client import LawfulClient
from tests.harness.databases import Databases, engine

OWNER, PASSWORD = "wiebke@fjell.example", "a parcel going home"
HTMX = {"HX-Request": "true"}
HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')


class Compiled(BytecodeCache):
    """Templates are compiled once a run, not once an application."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self.kept:
            bucket.bytecode_from_string(self.kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.kept[bucket.key] = bucket.bytecode_to_string()


compiled = Compiled()


def schema(url: str) -> None:
    """The tables, by the migrations, in an empty database. The models changed? `make migration`."""
    made = engine(url)
    command.upgrade(Settings(ROOT / "migrations/alembic.ini", attributes={"engines": [made]}), "head")
    made.dispose()


def made_app(url: str, **settings: Any) -> Portal:
    """The application over this database."""
    keys = {"secret_key": "s" * 32, "trail_key": "t" * 32, "demo": True}
    app = create_app(Config(**{"database_url": url, **keys, **settings}))
    app.testing = True
    app.extensions["faces"] = Faces(fresh=3600)  # nothing is asked for again because a test was slow
    app.test_client_class = LawfulClient
    app.jinja_env.bytecode_cache = compiled
    with app.app_context():
        for made in db.engines.values():
            share(made)
    return app


shared: dict[str, tuple[sa.Dialect, LRUCache[Any, Any]]] = {}


def share(made: sa.Engine) -> None:
    """Statements too are compiled once a run. They are kept by dialect, so engines of a kind get one."""
    name = made.dialect.name
    if name not in shared:
        with made.connect():  # it asks its server what it needs to know
            shared[name] = made.dialect, LRUCache(3_000)
    made.dialect, made._compiled_cache = shared[name]
    made.pool._dialect = made.dialect


@contextmanager
def portal_on(
    databases: Databases, filled: Callable[[str], None] = schema, **settings: Any
) -> Iterator[Portal]:
    """The application over a database and files of its own."""
    with databases.fresh(filled) as url, TemporaryDirectory() as folder:
        files = {"bank_file": Path(folder, "bank.db"), "export_folder": Path(folder, "exports")}
        app = made_app(url, **{**files, **settings})
        try:
            yield app
        finally:
            dispose(app)


def dispose(app: Portal) -> None:
    with app.app_context():
        for made in db.engines.values():
            made.dispose()


def open_shop(app: Portal, slug: str = "acme", **facts: Any) -> Any:
    """Provision a shop; its id."""
    new = {
        "name": "Fjell & Faden",
        "country": "DE",
        "currency": "EUR",
        "language": "en",
        "zone": "Europe/Berlin",
        "return_address": ["Fjell & Faden", "Werftstraße 114", "24939 Flensburg"],
        "sender": "returns@fjell.example",
        "owner": OWNER,
        "owner_name": "Wiebke Köster",
        "owner_password": PASSWORD,
    }
    with app.app_context():
        return create(NewShop(slug=slug, **{**new, **facts}))


def hidden(page: TestResponse | str) -> dict[str, str]:
    """The hidden fields of a page's (first) form."""
    text = page if isinstance(page, str) else page.text
    found: dict[str, str] = {}
    for name, value in HIDDEN.findall(text):
        found.setdefault(name, value)
    return found


def fill(client: FlaskClient, address: str, **typed: Any) -> dict[str, Any]:
    """What a browser would send of the form at this address, with these fields typed."""
    return {**hidden(client.get(address)), **typed}


@contextmanager
def counted(app: Portal) -> Iterator[list[str]]:
    """The statements that run inside the block."""
    seen: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(
            ("PRAGMA", "BEGIN", "COMMIT", "ROLLBACK", "SET TRANSACTION", "select set_config")
        ):
            seen.append(statement)

    with app.app_context():
        engines = list(db.engines.values())
    for made in engines:
        sa.event.listen(made, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        for made in engines:
            sa.event.remove(made, "before_cursor_execute", note)
