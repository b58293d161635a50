"""Hostile strings of a public list, a few of each kind, for every field that people type into."""

import gzip
import json
import os
from pathlib import Path

import pytest

LIST = Path(__file__).parents[3] / "shared" / "data" / "naughty" / "blns.json.gz"
OWN = ["\x00", "a\x00b", "\x1b[31m", "\x7f", "\u0085", "\ufeff", "\u202eabc", "{{ 7 * 7 }}", "' OR 1=1 --"]


def sample(every: int = 12) -> list[str]:
    """Some of the list and our own. Where the list is absent the test is skipped, under CI it fails."""
    if not LIST.exists():
        if os.environ.get("CI"):
            raise FileNotFoundError(LIST)
        pytest.skip("shared/data/naughty is not here")
    found = json.loads(gzip.decompress(LIST.read_bytes()))
    return [text for text in found[::every] if text.strip()] + OWN


def fit(text: str) -> bool:
    """Whether it may be kept: no control characters."""
    unfit = {chr(n) for n in (*range(32), *range(0x7F, 0xA0), 0xFFFE, 0xFFFF)} - set("\t\r\n")
    return not any(c in unfit or 0xD800 <= ord(c) < 0xE000 for c in text)
