"""Folders for the databases of a run."""

import os
import shutil
import tempfile
from pathlib import Path

MEMORY = Path("/dev/shm")
ENOUGH = 2 << 30  # bytes


def scratch() -> Path:
    """A new folder, in memory where there is enough of it: nothing then waits for a disk."""
    roomy = os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ENOUGH
    return Path(tempfile.mkdtemp(prefix="portal-", dir=MEMORY if roomy else None))
