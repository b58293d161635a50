"""Memory does not grow with the file. The command runs in a process of its own; the system measures it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from portal.config import ROOT
from tests.harness.databases import Databases
from tests.harness.shops import furnished
from tests.orders.files import first, more, shopify

MANY = 20_000
ENDLESS = 40 << 20
HELD = 96 * 1024  # KiB for the longest piece of a file that is looked at
GROWTH = 24 * 1024  # KiB between an order and twenty thousand
KEYS = {"SECRET_KEY": "s" * 32, "TRAIL_KEY": "t" * 32, "DEMO": "1"}


def write(path: Path, number: int) -> Path:
    with path.open("w") as file:
        file.write(shopify())
        for n in range(number):
            rows = [first(n=f"#{n}", Id=f"{n}0", Notes="x" * 200), more(n=f"#{n}", Lineitem_sku=f"S{n}")]
            file.write(shopify(*rows).split("\n", 1)[1])
    return path


# A process is charged with the memory of the one that starts it, so a small one starts it and looks.
LOOK = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], stderr=subprocess.STDOUT, check=False)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr)
"""


def peak(url: str, path: Path) -> tuple[str, int]:
    """What the import of a file says, and the most memory that it held, in KiB."""
    imports = ["-m", "flask", "--app", "wsgi", "orders", "import", str(path), "--shop", "acme"]
    command = [sys.executable, "-c", LOOK, sys.executable, *imports]
    environment = {**os.environ, **KEYS, "DATABASE_URL": url}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    return done.stdout, int(done.stderr)


@pytest.mark.sqlite
def test_memory_does_not_grow_with_the_file(databases: Databases, tmp_path: Path) -> None:
    with databases.fresh(furnished) as url:
        one, least = peak(url, write(tmp_path / "one.csv", 1))
        many, most = peak(url, write(tmp_path / "many.csv", MANY))
        row, of_row = peak(url, endless(tmp_path / "row", shopify() + "#1,"))
        value, of_value = peak(url, endless(tmp_path / "value", '{"number": "'))
    assert one == "1 imported, 0 updated, 0 unchanged, 0 refused\n"
    assert many == f"{MANY - 1} imported, 0 updated, 1 unchanged, 0 refused\n"
    assert most - least < GROWTH
    assert "0 imported, 0 updated, 0 unchanged, 1 refused" in row
    assert of_row - least < GROWTH
    assert "0 imported, 0 updated, 0 unchanged" in value
    assert of_value - least < HELD


def endless(path: Path, start: str) -> Path:
    """A file with no end to its line, nor to its value."""
    path.write_text(start + "x" * ENDLESS)
    return path
