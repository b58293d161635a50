"""What docs/running.md says about backups is run as it stands there; the container files name what exists."""

import os
import re
import subprocess
import sys
from pathlib import Path

import sqlalchemy as sa
import yaml

from portal.config import _READ, ROOT
from portal.db import session
from portal.refunds.models import Refund
from tests.checks.story import filled
from tests.harness.apps import dispose, made_app
from tests.harness.databases import Databases, SqliteDatabases
from tests.harness.pgtest import programs
from tests.harness.shops import find_shop

KEPT = ROOT / "docs" / "running.md"
KNOWN = {name.upper() for name in _READ} | {"POSTGRES_PASSWORD", "PORT", "PROMETHEUS_MULTIPROC_DIR"}


def commands(beginning: str) -> str:
    """The block of commands that begins so."""
    found = re.search(rf"^```\n({re.escape(beginning)}.*?)^```", KEPT.read_text(), re.MULTILINE | re.DOTALL)
    assert found, f"docs/running.md has no block that begins with {beginning}"
    return found[1]


def run(commands: str, folder: Path, **variables: str) -> None:
    path = os.pathsep.join([str(Path(sys.executable).parent), str(programs() or ""), os.environ["PATH"]])
    environment = {**os.environ, "PATH": path, **variables}
    subprocess.run(["sh", "-eu", "-c", commands], cwd=folder, env=environment, check=True)


def verified(url: str) -> None:
    app = made_app(url)
    done = app.test_cli_runner().invoke(args=["verify"])
    assert done.exit_code == 0, done.output
    with find_shop(app).transaction(reading=True):
        assert session.scalar(sa.select(sa.func.count(Refund.id))), "nothing came back"
    dispose(app)


def test_a_backup_restores_to_a_database_that_verifies(databases: Databases, tmp_path: Path) -> None:
    with databases.fresh(filled) as url:
        if isinstance(databases, SqliteDatabases):
            _by_copy(url, tmp_path)
        else:
            with databases.empty() as restored:
                _by_dump(url, restored, tmp_path)
                verified(restored)


def _by_copy(url: str, folder: Path) -> None:
    """The folder stands for the project's; its database is a link to the one in use."""
    instance = folder / "instance"
    instance.mkdir()
    (instance / "homeward.db").symlink_to(url.removeprefix("sqlite:///"))
    backup = str(folder / "backup.db")
    run(commands("python -c"), folder, BACKUP=backup)
    run(commands("rm -f instance/homeward.db"), folder, BACKUP=backup)
    assert not (instance / "homeward.db").is_symlink()
    verified(f"sqlite:///{instance}/homeward.db")


def _by_dump(url: str, restored: str, folder: Path) -> None:
    plain = (address.replace("postgresql+psycopg://", "postgresql://") for address in (url, restored))
    known = dict(zip(("DATABASE_URL", "RESTORED"), plain, strict=True), BACKUP=str(folder / "backup.dump"))
    run(commands("pg_dump"), folder, **known)
    run(commands("pg_restore"), folder, **known)


def test_the_container_files_name_what_exists() -> None:
    text = (ROOT / "Dockerfile").read_text()
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", text, re.MULTILINE)
    assert all((ROOT / name).exists() for names in copied for name in names.split())
    named = set(re.findall(r"\$\{([A-Z_]+)", (ROOT / "compose.yaml").read_text()))
    services = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]
    set_there = {name for service in services.values() for name in service["environment"]}
    assert named | {name for name in set_there if not name.startswith("POSTGRES_")} <= KNOWN
    assert {"db", "setup", "web", "worker"} == services.keys()


def test_every_setting_stands_in_the_readme() -> None:
    table = set(re.findall(r"^\| `([A-Z_]+)` \|", (ROOT / "README.md").read_text(), re.MULTILINE))
    assert {name.upper() for name in _READ} <= table
