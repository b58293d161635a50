"""What one way back says otherwise than another, in plain words. Pure.

Here nothing said and said to be nothing are two things: the first is as for every way back.
"""

from collections.abc import Mapping
from typing import Any

from portal.i18n import Message, say
from portal.policies.kinds import Amounts
from portal.policies.promises import cost, listed

USUAL = say("As for every way back")
NEVER = say("never")
NONE: Mapping[str, Message] = {"amounts": say("free"), "by_country": say("nothing")}
TERMS = ("amounts", "by_country", "free_from", "free_for")
"""What each way back may have of its own, told as a whole."""


def are_terms(thing: Mapping[str, Any], part: str) -> bool:
    return "sending" in thing and part in TERMS


def terms(part: str, value: Any) -> Any:
    """A value of `TERMS` but the resolutions, which are told like all others."""
    if value is None:
        return USUAL
    if not value:
        return NONE.get(part, NEVER)
    if part == "by_country":
        return listed([_from(place["countries"], place["amounts"]) for place in value])
    return cost(value)


def _from(countries: list[str], costs: Amounts) -> Message:
    return say("from {countries} {amounts}", countries=", ".join(countries), amounts=cost(costs))
