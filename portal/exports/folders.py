"""Where an export lies: in its shop's folder within that of its region, readable by us alone."""

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from hashlib import sha256
from io import BufferedWriter
from pathlib import Path
from typing import Any

from portal import config
from portal.exports.models import Export

MANIFEST = ".manifest.json"


def folder_of(region: str | None, slug: str) -> Path:
    return config.current().exports_of(region) / slug


def name_of(export: Export, slug: str) -> str:
    """Of letters, digits and hyphens that we chose: the end of the id tells two of the same kind apart."""
    days = [day.isoformat() for day in (export.since, export.until) if day]
    return "-".join([slug, export.kind.value, *days, export.id.hex[-12:]]) + f".{export.format.value}"


@dataclass
class Draft:
    """A file that is being written under a name of its own; it counts its bytes and hashes them."""

    path: Path
    out: BufferedWriter = field(repr=False)
    size: int = 0
    hash: Any = field(default_factory=sha256, repr=False)

    def write(self, text: str) -> None:
        piece = text.encode("utf-8", "replace")
        self.out.write(piece)
        self.hash.update(piece)
        self.size += len(piece)

    @property
    def sha256(self) -> str:
        return str(self.hash.hexdigest())

    def close(self) -> None:
        """All of it is on the disk."""
        self.out.flush()
        os.fsync(self.out.fileno())
        self.out.close()


@contextmanager
def drafting(folder: Path, id: uuid.UUID, fence: int, end: str = "") -> Iterator[Draft]:
    """A new file, 0600, that is gone at the end unless it was given its name.

    Each holder of the job has another name for it, so that one who lost the job spoils nothing.
    """
    for made in (folder.parent, folder):
        made.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f".{id}.{fence}{end}.part"
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    draft = Draft(path, os.fdopen(handle, "wb"))
    try:
        yield draft
    finally:
        with suppress(OSError):
            draft.out.close()
        path.unlink(missing_ok=True)


def sweep(folder: Path, id: uuid.UUID) -> None:
    """Take away what earlier holders of the job left half written."""
    for part in folder.glob(f".{id}.*.part"):
        part.unlink(missing_ok=True)


def keep(folder: Path, *named: tuple[Draft, str]) -> None:
    """Give finished files their names, in this order."""
    for draft, name in named:
        draft.path.replace(folder / name)
    entry = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(entry)
    finally:
        os.close(entry)
