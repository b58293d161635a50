"""Stable ids (UUIDv7), RMA numbers and the codes of gift cards.

An RMA number is eight characters of Crockford's base 32 and one check character (Damm over GF(32)), which
finds every single wrong character and every swap of neighbours. It is stored bare and printed grouped. A
gift card's code is made in the same way of nineteen characters, 95 bits, and a check character.
"""

import hmac
import re
import secrets
import uuid
from hashlib import sha256

import uuid6

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_VALUE = {c: i for i, c in enumerate(ALPHABET)} | {"O": 0, "I": 1, "L": 1}
_PREFIX = re.compile(r"^RMA(?=[0-9A-Z]{9}$)")
_GIFT = re.compile(r"^GIFT(?=[0-9A-Z]{20}$)")
# Where a code may begin in a text: bare or in groups. Any word before it could be a group too.
GIFT_CODE = re.compile(
    r"(?<![0-9A-Z])(?:GIFT)?(?=([0-9A-Z]{4}(?:[ -]?[0-9A-Z]{4}){4})(?![0-9A-Z]))", re.IGNORECASE
)


def uuid7() -> uuid.UUID:
    """A new id that sorts by the time it was made."""
    return uuid6.uuid7()


def check_character(body: str) -> str:
    """The check character of a body of upper-case Crockford characters."""
    state = 0
    for character in body:
        state = _step(state) ^ _VALUE[character]
    return ALPHABET[_step(state)]


def _step(state: int) -> int:
    return (state << 1) ^ (0b100101 if state & 16 else 0)


def rma_number() -> str:
    """A new random number in its stored form, nine characters; the caller sees to its being unused."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(8))
    return body + check_character(body)


def print_rma(number: str) -> str:
    """The printed form of a stored number: RMA-XXXX-XXXX-C."""
    return f"RMA-{number[:4]}-{number[4:8]}-{number[8:]}"


def print_exchange(number: str) -> str:
    """The number of the parcel that goes out for a return of this stored number: EX-XXXX-XXXX-C."""
    return f"EX-{number[:4]}-{number[4:8]}-{number[8:]}"


def read_rma(text: str) -> str | None:
    """The stored form of what a person typed or a scanner read; None when it cannot be an RMA number."""
    bare = re.sub(r"[^0-9A-Z]", "", text.upper()) if len(text) <= 40 else ""
    return _checked(_PREFIX.sub("", bare), 9)


def _checked(bare: str, length: int) -> str | None:
    """So many characters as they are stored, the last one right; else None."""
    if len(bare) != length or any(c not in _VALUE for c in bare):
        return None
    number = "".join(ALPHABET[_VALUE[c]] for c in bare)
    return number if check_character(number[:-1]) == number[-1] else None


def gift_code(key: bytes, seed: str) -> str:
    """The code that follows from a seed and the installation's key, in its stored form of 20 characters."""
    number = int.from_bytes(hmac.digest(key, f"gift-card/{seed}".encode(), sha256))
    body = "".join(ALPHABET[(number >> 5 * place) & 31] for place in range(19))
    return body + check_character(body)


def print_gift(code: str) -> str:
    """The printed form of a code: GIFT-XXXX-XXXX-XXXX-XXXX-XXXX."""
    return "-".join(["GIFT", *(code[n : n + 4] for n in range(0, 20, 4))])


def read_gift(text: str) -> str | None:
    """The stored form of a code as a person typed it or a scanner read it; None when it cannot be one."""
    bare = re.sub(r"[^0-9A-Z]", "", text.upper()) if len(text) <= 60 else ""
    return _checked(_GIFT.sub("", bare), 20)


def token(key: bytes, purpose: str, thing: uuid.UUID) -> str:
    """An unguessable word (128 bits, hexadecimal) for a thing and a purpose.

    It is derived from the installation's key and never stored.
    """
    return hmac.new(key, f"{purpose}/{thing}".encode(), sha256).hexdigest()[:32]
