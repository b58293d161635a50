"""Integer minor units and the one way to split them.

Amounts are plain integers; the currency stands beside them. Nothing here rounds but `basis_points`.
"""

import re
from collections.abc import Sequence

# ISO 4217 exponents that are not 2. Kept here, because libraries disagree (Babel prints UGX and CLP with 0).
_EXPONENTS = dict.fromkeys(
    "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(), 0
) | dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3)
CURRENCY = re.compile(r"[A-Z]{3}\Z")
_AMOUNT = re.compile(r"(-?)([0-9]{1,12})(?:\.([0-9]{1,4}))?\Z", re.ASCII)
LARGEST = 10**14
TEST_CURRENCY = "XTS"  # what ISO 4217 keeps for tests; no real amount is in it


class BadAmount(ValueError):
    """The text is no amount of that currency."""


def exponent(currency: str) -> int:
    """How many decimals the currency's minor unit has."""
    return _EXPONENTS.get(currency, 2)


def allocate(total: int, weights: Sequence[int]) -> list[int]:
    """Split a total by weights: exact, largest remainder, ties to the earlier, nothing to a weight of zero.

    Weights are not negative. With no weight at all the total must be zero, else ValueError.
    """
    whole = sum(weights)
    if not whole:
        if total:
            raise ValueError("nothing to split the amount over")
        return [0] * len(weights)
    sign, size = (-1, -total) if total < 0 else (1, total)
    parts = [size * w // whole for w in weights]
    order = sorted(range(len(weights)), key=lambda i: (-(size * weights[i] % whole), i))
    for i in order[: size - sum(parts)]:
        parts[i] += 1
    return [sign * p for p in parts]


def share(total: int, n: int, k: int) -> int:
    """The k-th (from 0) of n equal shares: `allocate` with equal weights, without making the list."""
    sign, size = (-1, -total) if total < 0 else (1, total)
    return sign * (size // n + (k < size % n))


def shares(total: int, n: int, count: int) -> int:
    """The first `count` of n equal shares together."""
    sign, size = (-1, -total) if total < 0 else (1, total)
    return sign * (count * (size // n) + min(count, size % n))


def along(total: int, whole: int, start: int, end: int) -> int:
    """What falls between two marks of a whole when a total is laid evenly along it, from 0 to `whole`.

    Pieces that make up the whole add up to the total. Of a total that is no more than the whole, no piece
    gets more than its length. Nothing here is negative.
    """
    return -(-total * end // whole) + -total * start // whole if whole else 0


def basis_points(amount: int, points: int) -> int:
    """So many hundredths of a per cent of an amount that is not negative, half up."""
    return (amount * points + 5_000) // 10_000


def per_cent(points: int) -> str:
    """Basis points as per cent: 1500 is 15, 1250 is 12.5."""
    whole, rest = divmod(points, 100)
    return f"{whole}.{rest:02d}".rstrip("0") if rest else str(whole)


def parse(text: str, currency: str) -> int:
    """Minor units of an amount as machines write it: ASCII digits, an optional point and sign.

    More decimals than the currency has are taken only if they are zeros. Raises BadAmount.
    """
    found = _AMOUNT.match(text.strip(" "))
    if not found:
        raise BadAmount(text[:40])
    sign, whole, rest = found[1], found[2], found[3] or ""
    places = exponent(currency)
    if rest[places:].strip("0"):
        raise BadAmount(text[:40])
    minor = int(whole + rest[:places].ljust(places, "0"))
    if minor > LARGEST:
        raise BadAmount(text[:40])
    return -minor if sign else minor


def plain(minor: int, currency: str) -> str:
    """The amount as machines write it, for example 199.22."""
    places = exponent(currency)
    digits = str(abs(minor)).rjust(places + 1, "0")
    number = f"{digits[:-places]}.{digits[-places:]}" if places else digits
    return f"-{number}" if minor < 0 else number
