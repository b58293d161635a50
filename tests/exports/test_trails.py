"""An exported trail is looked over with the key, and its first break is named."""

import json
from pathlib import Path

import pytest

from portal.exports import ExportKind
from portal.exports.chains import look_over
from tests.exports.given import TABLES, made
from tests.harness.sales import approved, sell
from tests.harness.shops import Shop

pytestmark = pytest.mark.sqlite


@pytest.fixture
def files(shop: Shop) -> list[Path]:
    approved(shop, sell(shop))
    return [made(shop, ExportKind.TRAIL, format) for format in TABLES]


def said(shop: Shop, file: Path) -> str:
    done = shop.app.test_cli_runner().invoke(args=["trail", "check", str(file)])
    assert done.exit_code in (0, 1)
    return str(done.output)


def test_both_formats_are_unbroken(shop: Shop, files: list[Path]) -> None:
    for file in files:
        with shop.app.app_context():
            found = look_over(file)
        assert found.whole and found.rows > 10 and len(found.chains) == 2 == len(found.heads)
        assert "unbroken" in said(shop, file)


def test_a_part_is_looked_over_too(shop: Shop, files: list[Path]) -> None:
    run = shop.app.test_cli_runner().invoke(
        args=["trail", "export", "--shop", "acme", "--from", "2026-01-02"]
    )
    assert run.exit_code == 0, run.output
    assert said(shop, Path(run.output.splitlines()[0])).startswith("a part of the trail: ")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda rows: rows[9].update(actor_kind="api"), "it is not sealed with a key"),
        (lambda rows: rows[9].update(hash="0" * 64), "it is not sealed with a key"),
        (lambda rows: rows.pop(9), "rows are missing before it"),
        (lambda rows: rows.insert(10, rows[9]), "it stands twice"),
        (lambda rows: rows.pop(), "does not end where its head says"),
        (lambda rows: rows.pop(5), "rows are missing before it"),
        (lambda rows: rows[1].update(record="tail"), "no exported trail"),
    ],
)
def test_a_break_is_named(shop: Shop, files: list[Path], change: object, told: str) -> None:
    for file in files:
        if file.suffix != ".json":
            continue
        rows = json.loads(file.read_text())
        change(rows)  # type: ignore[operator]
        file.write_text("[\n" + ",\n".join(json.dumps(row) for row in rows) + "\n]\n")
        assert told in said(shop, file)


def test_a_file_that_was_cut_off_is_told(shop: Shop, files: list[Path]) -> None:
    for file in files:
        whole = file.read_bytes()
        file.write_bytes(whole[: len(whole) // 2])
        assert "Error" in said(shop, file)
