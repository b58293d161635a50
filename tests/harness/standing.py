"""One application for test after test: making one takes longer than most tests do."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from weakref import WeakKeyDictionary

from portal import config
from portal.config import Config
from portal.web.limits import limiter
from portal.web.ritual import Portal
from portal.web.shops import Faces
from tests.harness.apps import dispose, made_app
from tests.harness.databases import Databases

NAME = "standing"


class Standing:
    """The application, its files, and what it was made with."""

    def __init__(self, url: str) -> None:
        self.kept = TemporaryDirectory()
        self.folder = Path(self.kept.name)
        self.app = made_app(url, bank_file=self.folder / "bank.db", export_folder=self.folder / "exports")
        self.made_with: Config = config.current()
        self.said = dict(self.app.config)

    def anew(self) -> Portal:
        """As it was when it was made: nothing remembered, nothing counted, no files."""
        config.use(self.made_with)
        shutil.rmtree(self.folder)
        self.folder.mkdir()
        self.app.config.clear()
        self.app.config.update(self.said)
        self.app.extensions["faces"] = Faces(fresh=3600)
        self.app.extensions.pop("started", None)
        limiter.reset()
        return self.app


_standing: WeakKeyDictionary[Databases, Standing] = WeakKeyDictionary()


@contextmanager
def standing_on(databases: Databases, filled: Callable[[str], None]) -> Iterator[Portal]:
    """The standing application over a fresh database. One block at a time."""
    with databases.fresh(filled, NAME) as url:
        if databases not in _standing:
            _standing[databases] = Standing(url)
        app = _standing[databases].anew()
        try:
            yield app
        finally:
            dispose(app)
