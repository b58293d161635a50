"""A module imports only from what stands to its left in one order; outside libraries have their places."""

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.laws.source import ROOT, Module, modules, plant

ORDER = (
    "config sealing clock ids money i18n errors ibans db engines inserting slices together audit jobs "
    "tenants people notices ledger feed orders inventory catalogue policies documents returns refunds "
    "reconciling provisioning views reporting exports checks web cli __init__"
).split()
WEB = {"web", "cli", "__init__"}
LOADERS = {"import_module", "__import__"}


def imported(module: Module, node: ast.Import | ast.ImportFrom) -> list[str]:
    """The dotted names that a statement may load, `from a import b` as a.b."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    base = node.module or ""
    if node.level:
        up = module.package.split(".")
        base = ".".join([*up[: len(up) - node.level + 1], *([base] if base else [])])
    return [f"{base}.{alias.name}" for alias in node.names]


def imports(module: Module) -> Iterator[tuple[ast.stmt, str]]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            for name in imported(module, node):
                yield node, name


def domain(name: str) -> str | None:
    """The domain that a dotted name belongs to; None for an outside library."""
    first, _, rest = name.partition(".")
    if first != "portal":
        return None
    second = rest.partition(".")[0]
    return second if second in ORDER else "__init__"


def out_of_order(module: Module) -> Iterator[str]:
    for node, name in imports(module):
        target = domain(name)
        if target is None or target == module.domain != "__init__":
            continue
        if ORDER.index(target) >= ORDER.index(module.domain):
            yield f"{module.at(node)} {module.domain} may not import {name}"


def hidden(module: Module) -> Iterator[str]:
    """Imports inside functions, and imports by name."""
    for node, name in imports(module):
        if name.split(".")[-1] in LOADERS:
            yield f"{module.at(node)} {name} hides an import"
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            for inner in ast.walk(node):
                if isinstance(inner, ast.Import | ast.ImportFrom):
                    yield f"{module.at(inner)} import inside {node.name}()"
        if isinstance(node, ast.Name | ast.Attribute):
            called = node.id if isinstance(node, ast.Name) else node.attr
            if called in LOADERS:
                yield f"{module.at(node)} {called} hides an import"


def misplaced(module: Module) -> Iterator[str]:
    for node, name in imports(module):
        library = name.split(".")[0]
        if library == "flask_sqlalchemy" and module.name != "portal.db":
            yield f"{module.at(node)} flask_sqlalchemy belongs in db.py"
        web = library.startswith("flask") or library in {"werkzeug", "wtforms", "htmx_flask", "gunicorn"}
        if web and library != "flask_sqlalchemy" and module.domain not in WEB:
            yield f"{module.at(node)} {library} belongs in web/, cli.py and __init__.py"


def circles(found: list[Module]) -> Iterator[str]:
    """Modules of one domain that need each other."""
    names = {module.name for module in found}
    needs: dict[str, set[str]] = {module.name: set() for module in found}
    for module in found:
        for _, name in imports(module):
            target = name if name in names else name.rpartition(".")[0]
            if target in names and target != module.name and domain(target) == module.domain:
                needs[module.name].add(target)
    try:
        TopologicalSorter(needs).prepare()
    except CycleError as error:
        yield "a circle: " + " -> ".join(error.args[1])


def unknown(module: Module) -> Iterator[str]:
    if module.domain not in ORDER:
        yield f"{module.path} has no place in the order"


def violations(root: Path) -> list[str]:
    found = list(modules(root))
    laws = (unknown, out_of_order, hidden, misplaced)
    lost = [v for module in found for v in unknown(module)]
    return lost or [*(v for law in laws for module in found for v in law(module)), *circles(found)]


def test_imports_go_from_right_to_left() -> None:
    assert violations(ROOT) == []


@pytest.mark.parametrize(
    ("path", "source", "named"),
    [
        ("portal/orders/models.py", "from portal.returns import models\n", "orders may not import"),
        ("portal/orders/models.py", "from portal import returns\n", "orders may not import"),
        ("portal/orders/models.py", "import portal.returns.models\n", "orders may not import"),
        ("portal/orders/models.py", "from ..returns import models\n", "orders may not import"),
        ("portal/orders/__init__.py", "from ..returns import models\n", "orders may not import"),
        ("portal/orders/models.py", "from .. import create_app\n", "orders may not import"),
        (
            "portal/orders/models.py",
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from portal.returns import models\n",
            "orders may not import",
        ),
        ("portal/audit/trail.py", "from portal.jobs import outbox\n", "audit may not import"),
        ("portal/errors.py", "from portal import db\n", "errors may not import"),
        ("portal/cli.py", "from portal import create_app\n", "cli may not import"),
        ("portal/returns/models.py", "def f():\n    from portal.orders import models\n", "import inside f()"),
        ("portal/returns/models.py", "class A:\n  def f(self):\n    import json\n", "import inside f()"),
        ("portal/orders/a.py", "import importlib\nimportlib.import_module('a')\n", "hides an import"),
        ("portal/orders/a.py", "from importlib import import_module as load\n", "hides an import"),
        ("portal/orders/a.py", "__import__('portal.returns')\n", "__import__ hides an import"),
        ("portal/returns/models.py", "from flask import g\n", "flask belongs in web/"),
        ("portal/returns/models.py", "import flask_login\n", "flask_login belongs in web/"),
        ("portal/returns/models.py", "from werkzeug.security import safe_join\n", "werkzeug belongs in web/"),
        ("portal/web/x.py", "from flask_sqlalchemy import SQLAlchemy\n", "flask_sqlalchemy belongs in db.py"),
        ("portal/helpers/x.py", "", "has no place in the order"),
    ],
)  # fmt: skip
def test_a_planted_import_is_named(tmp_path: Path, path: str, source: str, named: str) -> None:
    assert any(named in v for v in violations(plant(tmp_path, {path: source})))


def test_a_planted_circle_among_siblings_is_named(tmp_path: Path) -> None:
    files = {
        "portal/orders/a.py": "from portal.orders import b\n",
        "portal/orders/b.py": "from portal.orders.c import x\n",
        "portal/orders/c.py": "from .a import y\n",
    }
    assert any("a circle" in v for v in violations(plant(tmp_path, files)))


def test_what_the_order_allows_is_not_named(tmp_path: Path) -> None:
    files = {
        "portal/__init__.py": "import flask\nfrom portal import cli, web\n",
        "portal/web/x.py": "from flask import g\nfrom portal.db import session\nfrom portal.web import y\n",
        "portal/web/y.py": "import wtforms\n",
        "portal/db.py": "from flask_sqlalchemy import SQLAlchemy\nfrom portal.errors import NotFound\n",
    }
    assert violations(plant(tmp_path, files)) == []
