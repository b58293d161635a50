"""Passwords: argon2, the same work whoever is asked for."""

import unicodedata
from functools import lru_cache
from itertools import pairwise

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


def hashed_pin(pin: str) -> str:
    """The hash of a PIN to keep. Raises Refusal unless it is 4 to 6 digits, not the first to be tried."""
    if not (pin.isascii() and pin.isdigit() and 4 <= len(pin) <= 6):
        raise Refusal(say("A PIN has 4 to 6 digits."), "pin")
    steps = {int(b) - int(a) for a, b in pairwise(pin)}
    if steps in ({0}, {1}, {-1}):
        raise Refusal(say("Choose digits that are neither in a row nor all alike."), "pin")
    return _hasher.hash(_plain(pin))


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
