"""The public holidays of countries and of parts of them, as the library of that name knows them. Pure.

A library's days change with its releases. So a verdict keeps the days that it passed over and what told them
(`LIBRARY`), and follows from these later.
"""

from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import Annotated

import holidays
from holidays.version import __version__
from pydantic import Field

from portal.i18n import Place, say
from portal.policies.kinds import Country, Part
from portal.policies.matching import Clash

LIBRARY = f"holidays {__version__}"
Region = Annotated[str, Field(pattern=r"^([A-Za-z0-9][A-Za-zÀ-ÿ0-9 '.-]{0,39})?$")]


class Calendar(Part):
    """The public holidays of a country, or of a part of it: `subdivision: BY` of DE is Bavaria."""

    country: Country
    subdivision: Region = ""

    @property
    def code(self) -> str:
        return f"{self.country}-{self.subdivision}" if self.subdivision else self.country

    @property
    def place(self) -> Place:
        """For saying it; a part is called as its own people call it."""
        return Place(self.country, _called(self.country, self.subdivision) if self.subdivision else "")

    def __contains__(self, day: date) -> bool:
        return day in days_off(self.country, self.subdivision, day.year)


@lru_cache(maxsize=4096)
def days_off(country: str, subdivision: str, year: int) -> frozenset[date]:
    """Worked out once for each process. None where the library knows no such place: a version that was valid
    once is read for ever, also by a library that has dropped one."""
    if country not in known() or subdivision not in ("", *known()[country]):
        return frozenset()
    return frozenset(holidays.country_holidays(country, subdiv=subdivision or None, years=year))


@lru_cache(maxsize=1)
def known() -> dict[str, list[str]]:
    """The parts that have holidays of their own, by country."""
    return holidays.list_supported_countries(include_aliases=False)


@lru_cache(maxsize=256)
def _called(country: str, subdivision: str) -> str:
    if subdivision not in known().get(country, ()):
        return subdivision
    aliases = holidays.country_holidays(country).get_subdivision_aliases()
    return max(aliases.get(subdivision, ()), key=len, default=subdivision)


def unknown(place: str, calendars: tuple[Calendar, ...]) -> Iterator[Clash]:
    """Countries and parts of which the library knows no holidays; places count from 1, as people do."""
    for n, calendar in enumerate(calendars, start=1):
        country, part = calendar.country, calendar.subdivision
        if country not in known():
            yield Clash(
                f"{place}.{n}.country", say("no public holidays are known of {country}", country=country)
            )
        elif part not in ("", *known()[country]):
            which = ", ".join(known()[country]) or say("none has, so leave it out")
            yield Clash(
                f"{place}.{n}.subdivision",
                say(
                    "“{part}” is no part of {country} with public holidays of its own: {which}",
                    part=part,
                    country=country,
                    which=which,
                ),
            )
