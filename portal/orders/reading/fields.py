"""Single values out of files: text, amounts, quantities, moments, rates, countries. Strict; raises Unfit."""

import re
from contextlib import suppress
from datetime import UTC, datetime
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.numbers import list_currencies

from portal import money
from portal.i18n import say
from portal.orders.facts import MOST_UNITS, Unfit

_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_MOMENT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ]([0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.[0-9]{1,9})?"
    r" ?(Z|[+-][0-9]{2}:?[0-9]{2})\Z"
)
_RATE = re.compile(r"([0-9]{1,3})(?:\.([0-9]{1,6}))?\Z")
_FRACTION = re.compile(r"([0-9]{1,2})(?:\.([0-9]{1,20}))?\Z")
_COUNT = re.compile(r"[0-9]{1,9}\Z")


def text(value: str, field: str, longest: int) -> str:
    """One line of text: white space within it becomes a space. Control characters are refused."""
    bad = _UNPRINTABLE.search(value)
    if bad:
        code = f"U+{ord(bad[0]):04X}"
        raise Unfit(say("{field} has the control character {code}", field=field, code=code))
    line = " ".join(value.split())
    if len(line) > longest:
        raise Unfit(say("{field} is longer than {longest} characters", field=field, longest=longest))
    return line


def amount(value: str, field: str, currency: str) -> int:
    """Minor units, not negative; nothing is 0."""
    minor = signed(value, field, currency)
    if minor < 0 or "-" in value:
        raise Unfit(say("{field} is negative: {value}", field=field, value=shown(value)))
    return minor


def signed(value: str, field: str, currency: str) -> int:
    """Minor units of either sign; nothing is 0."""
    if not value.strip(" "):
        return 0
    try:
        return money.parse(value, currency)
    except money.BadAmount:
        what = say(
            "{field} is no amount in {currency}: {value}", field=field, currency=currency, value=shown(value)
        )
        raise Unfit(what) from None


def currency(value: str, field: str) -> str:
    code = value.strip(" ")
    if code not in _currencies():
        raise Unfit(say("{field} is no currency code: {value}", field=field, value=shown(value)))
    return code


@lru_cache(maxsize=1)
def _currencies() -> frozenset[str]:
    return frozenset(list_currencies())


def count(value: str, field: str) -> int:
    """A number of pieces, from 0 on."""
    found = _COUNT.match(value.strip(" "))
    if not found or int(found[0]) > MOST_UNITS:
        raise Unfit(say("{field} is no number of pieces: {value}", field=field, value=shown(value)))
    return int(found[0])


def moment(value: str, field: str) -> datetime | None:
    """An aware moment in UTC, None for nothing. The offset must be given: a guess would move deadlines."""
    if not value.strip(" "):
        return None
    found = _MOMENT.match(value.strip(" "))
    with suppress(ValueError, OverflowError):
        if found:
            return datetime.fromisoformat("T".join(found.group(1, 2)) + found[3]).astimezone(UTC)
    raise Unfit(say("{field} is no date and time with its offset: {value}", field=field, value=shown(value)))


def rate(value: str, field: str) -> str:
    """A rate in per cent in its shortest form: "19.00" is "19". Nothing is unknown."""
    if not value.strip(" "):
        return ""
    found = _RATE.match(value.strip(" "))
    if not found:
        raise Unfit(say("{field} is no rate in per cent: {value}", field=field, value=shown(value)))
    decimals = (found[2] or "").rstrip("0")
    return str(int(found[1])) + (f".{decimals}" if decimals else "")


def fraction(value: str, field: str) -> str:
    """A rate in per cent out of a fraction: "0.0725" is "7.25". Six decimals of a per cent are kept."""
    if not value.strip(" "):
        return ""
    found = _FRACTION.match(value.strip(" "))
    if not found:
        raise Unfit(say("{field} is no rate: {value}", field=field, value=shown(value)))
    points = (int(found[1] + (found[2] or "")[:9].ljust(9, "0")) + 5) // 10
    return rate(f"{points // 10**6}.{points % 10**6:06}", field)


def product(quantity: int, price: int, field: str) -> int:
    """The price of all pieces together; `field` names the price."""
    if quantity * price > money.LARGEST:
        raise Unfit(say("{field} times its quantity is more than any order can be", field=field))
    return quantity * price


def country(value: str) -> str:
    """The two-letter code of a code or an English name; empty when it is neither."""
    plain = " ".join(value.split())
    return plain.upper() if plain.upper() in _names().values() else _names().get(plain.casefold(), "")


def country_name(value: str) -> str:
    """The English name of a code; anything else as it is."""
    return str(Locale("en").territories.get(value, value)) if len(value) == 2 else value


@lru_cache(maxsize=100)
def language(tag: str) -> str | None:
    """The tag if it names a language that dates and amounts can be said in."""
    try:
        Locale.parse(tag.replace("-", "_"))
    except (ValueError, UnknownLocaleError):
        return None
    return tag


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    names = Locale("en").territories.items()
    return {str(name).casefold(): code for code, name in names if len(code) == 2 and code.isalpha()}


def shown(value: str) -> str:
    """A stranger's value for a message: short, and nothing in it that a terminal would act on."""
    return _UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", value)[:40]
