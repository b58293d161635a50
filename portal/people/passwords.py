"""Passwords: argon2, the same work whoever is asked for."""

import unicodedata
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from portal.errors import Refusal
from portal.i18n import say

SHORTEST, LONGEST = 12, 1000
_hasher = PasswordHasher()


def hashed(password: str) -> str:
    """The hash to keep. Raises Refusal when the password is too short or endless."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise Refusal(say("A password has at least {least} characters.", least=SHORTEST), "password")
    return _hasher.hash(_plain(password))


def matches(password: str, kept: str | None) -> bool:
    """Whether the password is the one kept. With None (nobody of that name) it works as long, for False."""
    try:
        _hasher.verify(kept or _nobodys(), _plain(password[:LONGEST]))
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None and len(password) <= LONGEST


def outdated(kept: str) -> bool:
    """Whether a hash should be made anew, with today's costs."""
    return _hasher.check_needs_rehash(kept)


def _plain(password: str) -> bytes:
    return unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")


@lru_cache
def _nobodys() -> str:
    return _hasher.hash(b"the password of nobody")
