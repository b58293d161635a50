"""How long `flask verify` takes, and how much memory, over a shop with so many returns.

    python -m benchmarks.verify [--returns 10000]

Nothing may be wrong with that shop, else it says what and ends with 1. BENCH_DATABASE_URL names an empty
database to use; without it, one on SQLite is made.
"""

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping

import sqlalchemy as sa

from benchmarks.crowd import fill
from benchmarks.pages import environment
from portal import create_app
from portal.config import Config
from portal.db import transaction
from portal.returns.models import Return


def main() -> None:
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("--returns", type=int, default=10_000)
    asked = wanted.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        env = environment(folder)
        flask(env, "setup", quiet=True)
        print(f"filling a shop with {asked.returns} returns …", flush=True)
        report(filled(env, asked.returns), *verified(env))


def filled(env: Mapping[str, str], returns: int) -> int:
    """How many returns there are now."""
    app = create_app(Config.from_env(env))
    fill(app, returns)
    with app.app_context(), transaction(reading=True) as session:
        return session.scalar(sa.select(sa.func.count(Return.id)).where(Return.number.is_not(None))) or 0


def verified(env: Mapping[str, str]) -> tuple[float, float, int]:
    """Seconds by the clock and on the processor, and the peak memory of that process in kilobytes."""
    start, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    flask(env, "verify")
    seconds, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    worked = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return seconds, worked, after.ru_maxrss


def flask(env: Mapping[str, str], command: str, *, quiet: bool = False) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", command],
        env=dict(env),
        stdout=subprocess.DEVNULL if quiet else None,
        check=False,
    )
    if done.returncode:
        sys.exit(done.returncode)


def report(returns: int, seconds: float, worked: float, kilobytes: int) -> None:
    print(f"{returns} returns verified in {seconds:.1f} s, {1000 * seconds / returns:.2f} s per 1,000")
    print(f"{worked:.1f} s of that on the processor")
    print(f"{kilobytes / 1024:.0f} MB at most")


if __name__ == "__main__":
    main()
