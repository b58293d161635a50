"""Write the first migration anew from the models: `make migration`. Only until the first release.

After that a change of the models is a migration of its own (`flask db migrate`), and this file goes.
"""

import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from portal.config import ROOT
from portal.engines import configure

VERSIONS = ROOT / "migrations" / "versions"


def write() -> Path:
    """The old one stays until the new one is whole."""
    with TemporaryDirectory() as folder:
        drawn = draw(Path(folder))
        for old in VERSIONS.glob("*.py"):
            old.unlink()
        return Path(shutil.copy(drawn, VERSIONS))


def draw(folder: Path) -> Path:
    """The models' schema as a migration from nothing, in a folder."""
    empty = sa.create_engine(f"sqlite:///{folder}/empty.db")
    configure(empty)
    settings = Config(ROOT / "migrations/alembic.ini", attributes={"engines": [empty], "batch": False})
    settings.set_main_option("version_locations", str(folder))
    command.revision(settings, "The first schema", autogenerate=True, rev_id="0001")
    drawn = next(folder.glob("0001_*.py"))
    kept = [line for line in drawn.read_text().splitlines(True) if not line.lstrip().startswith("# ###")]
    drawn.write_text("".join(kept))
    for tidy in (["check", "--fix", "--ignore", "E501,PLR0915"], ["format"]):
        ruff = [sys.executable, "-m", "ruff", *tidy, "--quiet", "--config", ROOT / "pyproject.toml", drawn]
        subprocess.run(ruff, check=True)  # noqa: S603
    return drawn


if __name__ == "__main__":
    print(f"wrote {write().relative_to(ROOT)}")
