"""Code stays short: functions stop at 40 lines, modules at 300, templates at 120."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.laws.source import ROOT, modules, plant

FUNCTION, MODULE, TEMPLATE = 40, 300, 120


def long_code(root: Path) -> Iterator[str]:
    for module in modules(root):
        lines = len(module.text.splitlines())
        if lines > MODULE:
            yield f"{module.path} has {lines} lines"
        for node in ast.walk(module.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                if length > FUNCTION:
                    yield f"{module.at(node)} {node.name}() has {length} lines"


def long_templates(root: Path) -> Iterator[str]:
    for path in sorted((root / "templates").rglob("*.*")):
        lines = len(path.read_text().splitlines())
        if lines > TEMPLATE:
            yield f"{path.relative_to(root)} has {lines} lines"


def violations(root: Path) -> list[str]:
    return [*long_code(root), *long_templates(root)]


def test_code_stays_short() -> None:
    assert violations(ROOT) == []


def test_planted_lengths_are_named(tmp_path: Path) -> None:
    body = "    x = 1\n"
    files = {
        "portal/a.py": "def f():\n" + body * 39 + "\n\ndef g():\n" + body * 40,
        "portal/b.py": "x = 1\n" * 301,
        "portal/c.py": "x = 1\n" * 300,
        "templates/d.html": "<p>\n" * 121,
        "templates/e.html": "<p>\n" * 120,
    }
    found = violations(plant(tmp_path, files))
    assert [v.split(" has ")[0] for v in found] == ["portal/a.py:43 g()", "portal/b.py", "templates/d.html"]
