"""`flask orders import --watch`: what is put into a folder is imported and put away, through all weathers."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from portal.audit.actors import SYSTEM
from portal.config import ROOT
from portal.errors import Refusal
from portal.orders import importing, watching
from portal.orders.watching import STILL, Watch, alone
from portal.web.ritual import Portal
from tests.harness.shops import Shop
from tests.orders.files import order
from tests.orders.given import count

pytestmark = pytest.mark.sqlite  # what it does in the database is import_orders' doing


class Folder:
    """A watched folder whose time the test makes."""

    def __init__(self, shop: Shop, path: Path) -> None:
        self.said: list[str] = []
        self.shop, self.path, self.now = shop, path, 100
        self.watch = Watch(path, None, shop.id, SYSTEM, tell=self.said.append)

    def put(self, name: str, content: Any) -> Path:
        path = self.path / name
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return path

    def look(self, after: int = STILL) -> None:
        self.now += after
        with self.shop.app.app_context():
            self.watch.turn(self.now)

    def files(self) -> set[str]:
        return {str(p.relative_to(self.path)) for p in self.path.rglob("*") if p.is_file()}

    def report(self, name: str) -> list[str]:
        return (self.path / f"{name}.report.txt").read_text().splitlines()[:-1]


@pytest.fixture
def folder(shop: Shop, tmp_path: Path) -> Folder:
    return Folder(shop, tmp_path)


def many(n: int) -> list[dict[str, Any]]:
    return [order(number=f"#{1000 + i}", id=f"o-{i}") for i in range(n)]


def test_a_file_is_imported_once_it_is_still_and_put_away(shop: Shop, folder: Folder) -> None:
    path = folder.put("a.json", many(1))
    folder.look()
    assert count(shop) == 0, "seen for the first time"
    folder.put("a.json", many(2))
    folder.look()
    assert count(shop) == 0 and path.exists(), "it has changed"
    folder.look()
    assert count(shop) == 2
    assert folder.files() == {"done/a.json", "done/a.json.report.txt"}
    assert folder.report("done/a.json") == ["2 imported, 0 updated, 0 unchanged, 0 refused"]
    assert folder.said == ["a.json: 2 imported, 0 updated, 0 unchanged, 0 refused"]


def test_a_file_with_a_refused_order_goes_to_the_refused_and_its_others_are_taken(
    shop: Shop, folder: Folder
) -> None:
    folder.put("a.json", [*many(1), order(number="#9", currency="nothing")])
    folder.put("b.csv", "Name,Email\n")
    for _ in range(2):
        folder.look()
    assert count(shop) == 1
    assert folder.files() == {
        f"refused/{name}{end}" for name in ("a.json", "b.csv") for end in ("", ".report.txt")
    }
    assert folder.report("refused/a.json")[0].startswith("line 1, no. 2: #9: currency is not")
    assert folder.report("refused/b.csv")[0].startswith("This is no order export of Shopify")


@pytest.mark.parametrize("name", [".hidden.json", "a.json.part", "a.TMP", "a.json.filepart"])
def test_what_is_still_being_written_by_its_name_is_left(shop: Shop, folder: Folder, name: str) -> None:
    path = folder.put(name, many(1))
    for _ in range(3):
        folder.look()
    assert path.exists() and count(shop) == 0
    path.rename(folder.path / "whole.json")
    for _ in range(2):
        folder.look()
    assert count(shop) == 1


def test_folders_and_links_are_no_files(shop: Shop, folder: Folder, tmp_path: Path) -> None:
    (folder.path / "sub").mkdir()
    (folder.path / "link.json").symlink_to(folder.put(".real", many(1)))
    for _ in range(2):
        folder.look()
    assert count(shop) == 0 and (folder.path / "link.json").is_symlink()


def test_the_same_name_twice_overwrites_nothing(shop: Shop, folder: Folder) -> None:
    for n in (1, 2, 3):
        folder.put("a.json", many(n))
        for _ in range(2):
            folder.look()
    assert {f for f in folder.files() if not f.endswith(".txt")} == {
        "done/a.json", "done/a 2.json", "done/a 3.json",
    }  # fmt: skip
    assert folder.report("done/a 3.json") == ["1 imported, 0 updated, 2 unchanged, 0 refused"]


def test_a_file_that_changes_while_it_is_read_is_taken_again(
    shop: Shop, folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, real = folder.put("a.json", many(1)), watching.import_orders

    def grows(*args: Any, **kw: Any) -> Any:
        tally = real(*args, **kw)
        path.write_text(json.dumps(many(3)))
        return tally

    with monkeypatch.context() as patch:
        patch.setattr(watching, "import_orders", grows)
        for _ in range(2):
            folder.look()
    assert folder.files() == {"a.json"}
    for _ in range(2):
        folder.look()
    assert count(shop) == 3 and "done/a.json" in folder.files()


def test_told_to_stop_it_finishes_the_batch_in_hand_and_goes_on_at_the_next_start(
    shop: Shop, folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "BATCH", 2)
    folder.put("a.json", many(5))
    folder.look()
    monkeypatch.setattr(
        folder.watch.stopping, "is_set", iter([False, False, True, True]).__next__, raising=False
    )
    folder.look()
    assert count(shop) == 2 and folder.files() == {"a.json"}
    again = Folder(shop, folder.path)
    for _ in range(2):
        again.look()
    assert count(shop) == 5
    assert again.report("done/a.json") == ["3 imported, 0 updated, 2 unchanged, 0 refused"]


def test_a_database_that_is_away_leaves_the_file(
    shop: Shop, folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.put("a.json", many(1))

    def away(*args: Any, **kw: Any) -> None:
        raise watching.OperationalError("select", {}, Exception("away"))

    with monkeypatch.context() as patch:
        patch.setattr(watching, "import_orders", away)
        for _ in range(2):
            folder.look()
    assert "tried again" in folder.said[-1] and "a.json" in folder.files()
    for _ in range(2):
        folder.look()
    assert count(shop) == 1 and folder.files() == {"done/a.json", "done/a.json.report.txt"}


def test_only_one_watches_a_folder(shop: Shop, folder: Folder) -> None:
    with alone(folder.path), pytest.raises(Refusal, match="watches this folder"):
        folder.watch.run()


def test_a_file_or_a_folder_and_not_both(app: Portal, tmp_path: Path) -> None:
    for words in ([], [str(tmp_path / "a"), "--watch", str(tmp_path)]):
        (tmp_path / "a").write_text("x")
        done = app.test_cli_runner().invoke(args=["orders", "import", *words])
        assert done.exit_code == 2 and "either a FILE or --watch FOLDER" in done.output


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_command_ends_cleanly_when_it_is_told_to(
    app: Portal, shop: Shop, tmp_path: Path, number: int
) -> None:
    (tmp_path / "a.json").write_text(json.dumps(many(1)))
    environment = {
        **os.environ,
        "DATABASE_URL": app.config["SQLALCHEMY_DATABASE_URI"],
        "SECRET_KEY": app.config["SECRET_KEY"],
        "TRAIL_KEY": "t" * 40,
        "MAIL_URL": "smtp://127.0.0.1:1",
    }
    words = ("-m", "flask", "--app", "wsgi", "orders", "import", "--watch", str(tmp_path), "--shop", "acme")
    with subprocess.Popen(
        [sys.executable, *words], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    ) as process:
        _until((tmp_path / "done" / "a.json").exists)
        process.send_signal(number)
        assert process.wait(30) == 0
        assert process.stdout and process.stdout.read().startswith("Watching ")
    assert count(shop) == 1


def _until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)  # another process works
