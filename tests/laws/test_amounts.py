"""Money is whole minor units: no float, no Decimal, no division with a rest, where amounts are handled."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.laws.source import ROOT, Module, modules, plant

MONEY = {"money", "ledger", "orders", "inventory", "policies", "returns", "refunds", "views", "checks"}
PLACES = {"root", "folder", "path", "file", "parent", "directory"}
WIRE = "portal.refunds.gateways"  # waits for the network, in seconds
SECONDS = {"float", "a figure with a point"}


def handles_money(module: Module) -> bool:
    return module.domain in MONEY


def joins_paths(node: ast.BinOp) -> bool:
    """Whether a division is the one of pathlib."""
    for side in (node.left, node.right):
        for part in ast.walk(side):
            if isinstance(part, ast.Constant) and isinstance(part.value, str):
                return True
            name = getattr(part, "id", None) or getattr(part, "attr", "")
            if name and name.lower().split("_")[-1] in PLACES:
                return True
    return False


def fault(node: ast.AST) -> str | None:
    match node:
        case ast.Name(id="float" | "Decimal" | "round" as name):
            return name
        case ast.Attribute(attr="Decimal" | "Fraction" as name):
            return name
        case ast.alias(name="decimal" | "fractions" | "Decimal" | "Fraction" as name):
            return name
        case ast.BinOp(op=ast.Div()) | ast.AugAssign(op=ast.Div()):
            return None if isinstance(node, ast.BinOp) and joins_paths(node) else "/"
    return None


def inexact(module: Module) -> Iterator[str]:
    for node in ast.walk(module.tree):
        found = fault(node)
        if isinstance(node, ast.Constant) and isinstance(node.value, float):
            found = "a figure with a point"
        if found in SECONDS and module.name.startswith(WIRE):
            continue
        if found:
            yield f"{module.at(node)} {found} is not for amounts"


def violations(root: Path) -> list[str]:
    return [v for module in modules(root) if handles_money(module) for v in inexact(module)]


def test_amounts_are_whole_numbers() -> None:
    assert violations(ROOT) == []


@pytest.mark.parametrize(
    "source",
    [
        "x = float(y)\n",
        "def f(a: float) -> None: ...\n",
        "from decimal import Decimal\n",
        "import decimal\n",
        "import decimal as d\nx = d.Decimal(1)\n",
        "tax = net * 0.19\n",
        "half = total / 2\n",
        "total /= 2\n",
        "x = round(y)\n",
        "from fractions import Fraction\n",
    ],
)
@pytest.mark.parametrize("path", ["portal/money.py", "portal/refunds/planning.py"])
def test_a_planted_inexact_amount_is_named(tmp_path: Path, path: str, source: str) -> None:
    assert violations(plant(tmp_path, {path: source})) != []


def test_paths_and_whole_division_are_fine(tmp_path: Path) -> None:
    source = "a = total // 2\nb = folder / name\nc = ROOT / 'x'\nd = Path(x) / 'y'\n"
    assert violations(plant(tmp_path, {"portal/orders/importing.py": source})) == []
