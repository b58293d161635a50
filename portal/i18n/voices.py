"""A voice says messages, amounts and dates in a language."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import format_currency, format_decimal

from portal import money
from portal.i18n.catalogues import ENGLISH, catalogue, primary, spoken
from portal.i18n.messages import Amount, Message, Place

# CLDR keeps a currency of letters and its figures apart, Babel does not.
TOUCHING = re.compile(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])")
FIRST_STRONG, POP = "\N{FIRST STRONG ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"


@dataclass(frozen=True)
class Forms:
    """How a language writes a day, a short day and a moment, in the patterns of Unicode."""

    day: str = "EEEE d MMMM y"
    short_day: str = "d MMM y"
    moment: str = "EEE d MMM y, HH:mm"


PLAIN = Forms()
FORMS = {
    "de": Forms("EEEE, d. MMMM y", "d. MMM y", "EEE, d. MMM y, HH:mm"),
    "he": Forms("EEEE, d בMMMM y", "d בMMM y", "EEE, d בMMM y, HH:mm"),
}


@dataclass(frozen=True)
class Voice:
    """Says messages, amounts and dates in a language (BCP 47 or POSIX) and time zone."""

    language: str
    zone: str = "UTC"

    @property
    def locale(self) -> Locale:
        return _locale(self.language)

    @property
    def direction(self) -> str:
        """How its lines run, as HTML says it: ltr or rtl."""
        return _direction(self.language)

    def gettext(self, text: str) -> str:
        return catalogue(self.language).text(text)

    def ngettext(self, one: str, many: str, n: int) -> str:
        return catalogue(self.language).plural(one, many, n)

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
        if isinstance(value, Place):
            return self.place(value)
        if isinstance(value, date):
            return self.day(value)
        return self.apart(value) if isinstance(value, str) else value

    def apart(self, text: str) -> str:
        """A name, a number or an address, so that it reads in its own direction inside a sentence that may
        run the other way."""
        return f"{FIRST_STRONG}{text}{POP}" if text and self.direction == "rtl" else text

    def money(self, minor: int, currency: str) -> str:
        """The amount to its last minor unit, with its currency."""
        form = _money_form(self.language, money.exponent(currency))
        text = money.plain(minor, currency)
        said = format_currency(text, currency, form, locale=self.locale, currency_digits=False)
        if self.direction == "rtl":  # else the sign would stand at the other end of the figures
            said = said.replace("-", "\N{LEFT-TO-RIGHT MARK}-")
        return TOUCHING.sub("\N{NO-BREAK SPACE}", said)

    def place(self, place: Place) -> str:
        """A country, with the part of it that is meant: Germany (Bayern)."""
        country = str(self.locale.territories.get(place.country, place.country))
        return f"{country} ({self.apart(place.part)})" if place.part else country

    def number(self, value: int) -> str:
        small = 0 <= value < 1000  # then it has no marks in any language, and there are many of these
        return str(value) if small else str(format_decimal(value, locale=self.locale))

    def local(self, moment: datetime) -> datetime:
        return moment.astimezone(ZoneInfo(self.zone))

    def day(self, value: date) -> str:
        """A day with its weekday: Thursday 3 December 2026; a moment counts in the voice's time zone."""
        return _day(self.language, self._date(value))

    def short_day(self, value: date) -> str:
        return _short_day(self.language, self._date(value))

    def month(self, value: date) -> str:
        """The month of a day, with its year."""
        return str(format_date(value, "LLLL y", locale=self.locale))

    def weekday(self, n: int) -> str:
        """The name of a day of the week; 0 is Monday."""
        return str(self.locale.days["stand-alone"]["wide"][n])

    def moment(self, value: datetime) -> str:
        """A moment to the minute in the voice's time zone."""
        return _moment(self.language, self.local(value).replace(second=0, microsecond=0, tzinfo=None))

    def _date(self, value: date) -> date:
        return self.local(value).date() if isinstance(value, datetime) else value


class Unpriced(Voice):
    """Says everything but amounts: for somebody who must not know what was paid."""

    def money(self, minor: int, currency: str) -> str:
        return "…"


@lru_cache(maxsize=32)
def _locale(language: str) -> Locale:
    return Locale.parse(language.replace("-", "_"))


@lru_cache(maxsize=32)
def _direction(language: str) -> str:
    return str(_locale(language).text_direction)


@lru_cache(maxsize=128)
def _money_form(language: str, places: int) -> str:
    pattern = str(_locale(language).currency_formats["standard"].pattern)
    return pattern.replace(".00", "." + "0" * places if places else "")


# Kept, because a page says the same few days and moments again and again.
@lru_cache(maxsize=4096)
def _day(language: str, value: date) -> str:
    return str(format_date(value, _forms(language).day, locale=_locale(language)))


@lru_cache(maxsize=4096)
def _short_day(language: str, value: date) -> str:
    return str(format_date(value, _forms(language).short_day, locale=_locale(language)))


@lru_cache(maxsize=4096)
def _moment(language: str, local: datetime) -> str:
    return str(format_datetime(local, _forms(language).moment, locale=_locale(language)))


def _forms(language: str) -> Forms:
    return FORMS.get(primary(language), PLAIN)


def voice_in(*languages: str | None, zone: str = "UTC") -> Voice:
    """The first of the languages that the portal speaks, else English."""
    return Voice(next((tag for tag in languages if tag and spoken(tag)), ENGLISH), zone)
