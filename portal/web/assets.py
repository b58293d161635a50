"""The files under static/, read once; their address holds a hash of them all."""

from hashlib import sha256
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent.parent / "static"


def _version() -> str:
    whole = sha256()
    for path in sorted(p for p in FOLDER.rglob("*") if p.is_file()):
        whole.update(path.relative_to(FOLDER).as_posix().encode() + b"\0" + path.read_bytes())
    return whole.hexdigest()[:12]


VERSION = _version()
