"""What a shop can choose from: countries, currencies, languages and time zones, by their names."""

import zoneinfo
from collections.abc import Mapping
from functools import lru_cache

from babel import Locale
from babel.core import get_global
from wtforms.fields.choices import SelectChoice as Choice

from portal.i18n import LANGUAGES
from portal.i18n.characters import folded

Choices = list[Choice]


@lru_cache(maxsize=32)
def countries(locale: Locale) -> Choices:
    """Those that have money of their own or another's today."""
    names = locale.territories
    known = (code for code in _money() if code.isalpha() and code not in UNIONS)
    return _named({code: names[code] for code in known if code in names})


@lru_cache(maxsize=32)
def currencies(locale: Locale) -> Choices:
    """Those that are money somewhere today."""
    codes = {currency for found in _money().values() for currency in found}
    return _named({code: locale.currencies.get(code, code) for code in codes})


@lru_cache(maxsize=32)
def languages(locale: Locale) -> Choices:
    """Those that the portal speaks."""
    return _named({code: locale.languages.get(code, code) for code in LANGUAGES})


@lru_cache(maxsize=1)
def zones() -> Choices:
    """By place, without the names that are meant for machines."""
    found = {zone for zone in zoneinfo.available_timezones() if zone.partition("/")[0] in REGIONS}
    return [Choice(zone, zone.replace("_", " ")) for zone in ["UTC", *sorted(found)]]


UNIONS = frozenset({"EU", "EZ", "UN"})  # have money, and no address
REGIONS = frozenset("Africa America Antarctica Arctic Asia Atlantic Australia Europe Indian Pacific".split())


def with_now(choices: Choices, now: str) -> Choices:
    """The choices, and what is set now if it is none of them."""
    return choices if any(choice.value == now for choice in choices) else [Choice(now), *choices]


def _money() -> Mapping[str, list[str]]:
    """The currencies that are legal tender today, by country."""
    known = get_global("territory_currencies").items()
    today = {
        country: [currency for currency, _, until, tender in found if until is None and tender]
        for country, found in known
    }
    return {country: found for country, found in today.items() if found}


def _named(names: Mapping[str, str]) -> Choices:
    """With the code behind the name; Å stands with A."""

    found = (Choice(code, f"{name} ({code})") for code, name in names.items())
    return sorted(found, key=lambda choice: folded(choice.label))
