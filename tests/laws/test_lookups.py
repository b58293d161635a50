"""Every look-up takes the shop first: `session.get` and the like know no shop, so only `portal/db.py` may."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.laws.source import ROOT, Module, modules, plant

SHOPLESS = {"get_or_404", "first_or_404", "one_or_404", "get_one"}
OPENERS = {"transaction", "Session", "sessionmaker"}


def sessions(tree: ast.Module) -> set[str]:
    """The names that stand for a database session in a module."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "portal.db":
            found |= {a.asname or a.name for a in node.names if a.name == "session"}
        if isinstance(node, ast.withitem) and isinstance(node.optional_vars, ast.Name):
            call = node.context_expr
            if isinstance(call, ast.Call) and ast.unparse(call.func).split(".")[-1] in OPENERS:
                found.add(node.optional_vars.id)
        if isinstance(node, ast.arg) and node.annotation and "Session" in ast.unparse(node.annotation):
            found.add(node.arg)
    return found


def shopless(module: Module) -> Iterator[str]:
    names = sessions(module.tree)
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.Attribute):
            continue
        owner = ast.unparse(node.value)
        is_session = owner in names or owner.endswith(("db.session", "db.session()", "portal_session"))
        if node.attr in SHOPLESS or (node.attr == "get" and is_session):
            yield f"{module.at(node)} {owner}.{node.attr} knows no shop: use find()"


def violations(root: Path) -> list[str]:
    return [v for module in modules(root) if module.name != "portal.db" for v in shopless(module)]


def test_every_lookup_takes_the_shop_first() -> None:
    assert violations(ROOT) == []


@pytest.mark.parametrize(
    "source",
    [
        "from portal.db import session\nsession.get(Return, id)\n",
        "from portal.db import session as rows\nrows.get(Return, id)\n",
        "from portal.db import db\ndb.session.get(Return, id)\n",
        "from portal import db\ndb.session.get(Return, id)\n",
        "with transaction(tenant=t) as s:\n    s.get(Return, id)\n",
        "def f(rows: Session, id):\n    return rows.get(Return, id)\n",
        "db.get_or_404(Return, id)\n",
        "db.first_or_404(query)\n",
        "session.get_one(Return, id)\n",
    ],
)
def test_a_planted_lookup_is_named(tmp_path: Path, source: str) -> None:
    assert violations(plant(tmp_path, {"portal/returns/a.py": source})) != []


def test_other_things_may_be_got(tmp_path: Path) -> None:
    source = "from flask import session\nsession.get('op')\n{}.get('a')\nrequest.args.get('a')\n"
    assert violations(plant(tmp_path, {"portal/web/a.py": source})) == []
