"""The manifest beside an export: what the file is, sealed with the trail's key."""

import hmac
import json
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from portal import config
from portal.errors import Refusal
from portal.exports.folders import MANIFEST
from portal.i18n import say

VERSION = 1
PURPOSE = b"homeward export manifest\n"
LARGEST = 100_000  # bytes of a manifest


def manifest(facts: Mapping[str, Any]) -> str:
    """The facts as JSON with their seal."""
    whole = {"homeward_export": VERSION, **facts}
    return (
        json.dumps({**whole, "seal": _seal(whole, config.current().trail_key)}, indent=2, ensure_ascii=False)
        + "\n"
    )


def _seal(facts: Mapping[str, Any], key: str) -> str:
    said = json.dumps(facts, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hmac.digest(key.encode(), PURPOSE + said.encode("utf-8", "replace"), "sha256").hex()


def check(file: Path) -> Mapping[str, Any]:
    """What the manifest says of a file, if the file is that and the seal is ours. Raises Refusal if not."""
    beside = file.with_name(file.name + MANIFEST)
    try:
        facts = json.loads(beside.read_bytes()[:LARGEST])
        seal = facts.pop("seal")
    except (OSError, ValueError, KeyError, AttributeError, TypeError) as error:
        raise Refusal(say("There is no manifest {name} that could be read.", name=beside.name)) from error
    right = [_seal(facts, key).encode() for key in config.current().trail_keys]
    if not any(hmac.compare_digest(str(seal).encode(), one) for one in right):
        raise Refusal(say("The manifest was not sealed with this TRAIL_KEY, or was changed since."))
    if (facts.get("bytes"), facts.get("sha256")) != _of(file):
        raise Refusal(say("The file is not the one that was written: its length or its hash differs."))
    return dict(facts)


def _of(file: Path) -> tuple[int, str]:
    hashed = sha256()
    with file.open("rb") as source:
        while piece := source.read(1 << 20):
            hashed.update(piece)
    return file.stat().st_size, hashed.hexdigest()
