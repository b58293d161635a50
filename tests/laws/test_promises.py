"""docs/security.md names tests that there are."""

import ast
import re

from tests.laws.source import ROOT

PAGE = ROOT / "docs/security.md"
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


def missing(text: str) -> list[str]:
    """Every test that the text names and nobody wrote."""
    return [f"{path}::{name}" for path, name in NAMED.findall(text) if name not in _tests(path)]


def _tests(path: str) -> set[str]:
    file = ROOT / path
    tree = ast.parse(file.read_text("utf-8")) if file.exists() else ast.Module([], [])
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_every_promise_is_held_by_tests_that_there_are() -> None:
    text = PAGE.read_text("utf-8")
    assert missing(text) == []
    rows = [line for line in text.splitlines() if line.startswith("| ") and "held by" not in line]
    assert len(rows) > 10 and all(NAMED.search(row) for row in rows)


def test_a_test_that_nobody_wrote_is_named() -> None:
    here = "tests/laws/test_promises.py"
    text = f"`{here}::test_nothing`, `tests/laws/nowhere.py::test_it`, `{here}::{missing.__name__}`"
    assert missing(text) == [f"{here}::test_nothing", "tests/laws/nowhere.py::test_it"]
