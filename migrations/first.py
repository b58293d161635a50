"""Write the first migration anew from the models: `make migration`. Only until the first release.

After that a change of the models is a migration of its own (`flask db migrate`), and this file goes.
"""

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from portal.config import ROOT
from portal.db import configure

FOLDER = ROOT / "migrations"


def write() -> Path:
    for old in (FOLDER / "versions").glob("*.py"):
        old.unlink()
    with TemporaryDirectory() as folder:
        empty = sa.create_engine(f"sqlite:///{folder}/empty.db")
        configure(empty)
        settings = Config(FOLDER / "alembic.ini", attributes={"engines": [empty], "batch": False})
        command.revision(settings, "The first schema", autogenerate=True, rev_id="0001")
    written = next((FOLDER / "versions").glob("0001_*.py"))
    kept = [line for line in written.read_text().splitlines(True) if not line.lstrip().startswith("# ###")]
    written.write_text("".join(kept))
    for tidy in (["check", "--fix"], ["format"]):
        subprocess.run([sys.executable, "-m", "ruff", *tidy, "--quiet", written], check=True)  # noqa: S603
    return written


if __name__ == "__main__":
    print(f"wrote {write().relative_to(ROOT)}")
