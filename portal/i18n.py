"""A message is a value: its English sentence and its arguments. A voice says it in a language."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import format_currency, format_decimal
from babel.support import NullTranslations, Translations

from portal import money

CATALOGUES = Path(__file__).with_name("translations")

# CLDR keeps a currency of letters and its figures apart, Babel does not.
TOUCHING = re.compile(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])")


@dataclass(frozen=True)
class Message:
    """A sentence with named places; `args` may hold messages, amounts and dates as values."""

    id: str
    args: tuple[tuple[str, Any], ...] = ()

    def __str__(self) -> str:
        return self.id.format(**dict(self.args)) if self.args else self.id

    def __mod__(self, values: object) -> "Message":
        """WTForms fills some messages by `%`; this one has its values already."""
        return self


@dataclass(frozen=True)
class Amount:
    """Minor units with their currency, as an argument of a message."""

    minor: int
    currency: str

    def __format__(self, spec: str) -> str:
        return f"{money.plain(self.minor, self.currency)} {self.currency}"


def say(id: str, **args: Any) -> Message:
    """A message; the id is the English sentence, with {name} for each argument."""
    return Message(id, tuple(sorted(args.items())))


@lru_cache(maxsize=32)
def _catalogue(language: str) -> NullTranslations:
    return Translations.load(CATALOGUES, [language])


def spoken(language: str) -> bool:
    """Whether the portal's texts exist in the language."""
    code = language.replace("-", "_").split("_")[0]
    return code == "en" or (CATALOGUES / code).is_dir()


@dataclass(frozen=True)
class Voice:
    """Says messages, amounts and dates in a language (BCP 47 or POSIX) and time zone."""

    language: str
    zone: str = "UTC"

    @property
    def locale(self) -> Locale:
        return _locale(self.language)

    def gettext(self, text: str) -> str:
        return str(_catalogue(self.language).gettext(text))

    def ngettext(self, one: str, many: str, n: int) -> str:
        return str(_catalogue(self.language).ngettext(one, many, n))

    def text(self, message: Message) -> str:
        """The sentence, with every argument said in the same voice."""
        said = {name: self._argument(value) for name, value in message.args}
        sentence = self.gettext(message.id)
        return sentence.format(**said) if said else sentence

    def _argument(self, value: Any) -> Any:
        if isinstance(value, Message):
            return self.text(value)
        if isinstance(value, Amount):
            return self.money(value.minor, value.currency)
        if isinstance(value, date):
            return self.day(value)
        return value

    def money(self, minor: int, currency: str) -> str:
        """The amount to its last minor unit, with its currency."""
        places = money.exponent(currency)
        form = _money_form(self.language, places)
        text = money.plain(minor, currency)
        said = format_currency(text, currency, form, locale=self.locale, currency_digits=False)
        return TOUCHING.sub("\N{NO-BREAK SPACE}", said)

    def number(self, value: int) -> str:
        small = 0 <= value < 1000  # then it has no marks in any language, and there are many of these
        return str(value) if small else str(format_decimal(value, locale=self.locale))

    def local(self, moment: datetime) -> datetime:
        return moment.astimezone(ZoneInfo(self.zone))

    def day(self, value: date) -> str:
        """A day with its weekday: Thursday 3 December 2026; a moment counts in the voice's time zone."""
        return str(format_date(self._date(value), _day_form(self.language), locale=self.locale))

    def short_day(self, value: date) -> str:
        return _short_day(self.language, self._date(value))

    def moment(self, value: datetime) -> str:
        """A moment to the minute in the voice's time zone."""
        return str(format_datetime(self.local(value), "EEE d MMM y, HH:mm", locale=self.locale))

    def _date(self, value: date) -> date:
        return self.local(value).date() if isinstance(value, datetime) else value


@lru_cache(maxsize=32)
def _locale(language: str) -> Locale:
    return Locale.parse(language.replace("-", "_"))


@lru_cache(maxsize=128)
def _money_form(language: str, places: int) -> str:
    pattern = str(_locale(language).currency_formats["standard"].pattern)
    return pattern.replace(".00", "." + "0" * places if places else "")


@lru_cache(maxsize=4096)
def _short_day(language: str, value: date) -> str:
    """Kept, because a list has the same few days in every row."""
    return str(format_date(value, "d MMM y", locale=_locale(language)))


def _day_form(language: str) -> str:
    return "EEEE, d. MMMM y" if language.startswith("de") else "EEEE d MMMM y"


def dump(message: Message) -> dict[str, Any]:
    """The message as JSON; `load` gives it back."""
    return {"id": message.id, "args": {name: _dump(value) for name, value in message.args}}


def load(data: dict[str, Any]) -> Message:
    return say(data["id"], **{name: _load(value) for name, value in data["args"].items()})


def _dump(value: Any) -> Any:
    if isinstance(value, Message):
        return {"message": dump(value)}
    if isinstance(value, Amount):
        return {"minor": value.minor, "currency": value.currency}
    if isinstance(value, datetime):
        return {"moment": value.isoformat()}
    return {"day": value.isoformat()} if isinstance(value, date) else value


def _load(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    if "message" in value:
        return load(value["message"])
    if "moment" in value:
        return datetime.fromisoformat(value["moment"])
    if "day" in value:
        return date.fromisoformat(value["day"])
    return Amount(value["minor"], value["currency"])
