"""Only `portal/db.py` ends a transaction: a verb that committed would tear its caller's work in two."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.laws.source import ROOT, Module, modules, plant


def commits(module: Module) -> Iterator[str]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute) and node.attr == "commit":
            yield f"{module.at(node)} .commit belongs in db.py"
        if isinstance(node, ast.withitem) and ast.unparse(node.context_expr).endswith(".begin()"):
            yield f"{module.at(node.context_expr)} .begin() commits at its end: it belongs in db.py"


def violations(root: Path) -> list[str]:
    return [v for module in modules(root) if module.name != "portal.db" for v in commits(module)]


def test_only_the_database_module_commits() -> None:
    assert violations(ROOT) == []


@pytest.mark.parametrize(
    "source",
    [
        "from portal.db import session\nsession.commit()\n",
        "def f(s):\n    end = s.commit\n    end()\n",
        "with engine.begin() as connection:\n    pass\n",
    ],
)
def test_a_planted_commit_is_named(tmp_path: Path, source: str) -> None:
    assert violations(plant(tmp_path, {"portal/orders/importing.py": source, "portal/db.py": source})) != []


def test_the_database_module_may_commit(tmp_path: Path) -> None:
    assert violations(plant(tmp_path, {"portal/db.py": "session.commit()\n"})) == []
