"""A Chromium for the browser tests: found, or installed by `python -m tests.harness.chromium`."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
HELP = """
No browser for the browser tests. One of these gives one:
  .venv/bin/playwright install --with-deps chromium
  apt-get install chromium              (Debian, as root)
  E2E_CHROMIUM=/path/to/chromium make test
"""


def of_playwright() -> Path | None:
    """The one that Playwright itself has downloaded, if it has."""
    with sync_playwright() as playwright:
        path = Path(playwright.chromium.executable_path)
    return path if path.exists() else None


def of_system() -> Path | None:
    given = os.environ.get("E2E_CHROMIUM")
    found = given or next((path for name in NAMES if (path := shutil.which(name))), None)
    return Path(found) if found else None


def ran(*command: str) -> bool:
    print("+", " ".join(command), flush=True)
    return subprocess.run(command, check=False).returncode == 0


def install() -> None:
    """By Playwright, else by Debian's packages. What goes wrong shows by there being none afterwards."""
    if ran(sys.executable, "-m", "playwright", "install", "chromium") and of_playwright():
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        ran("apt-get", "update", "-qq")
        os.environ["DEBIAN_FRONTEND"] = "noninteractive"
        ran("apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium")


def main() -> int:
    if not (of_system() or of_playwright()):
        install()
    found = of_system() or of_playwright()
    if found is None:
        print(HELP, file=sys.stderr)
        return 1
    print(f"Browser tests use {found}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
