"""Which returns are authorized at once, and what need not come back. Pure; amounts are minor units."""

from typing import Annotated

from pydantic import Field

from portal.policies.kinds import Amounts, Code, Part, Text
from portal.policies.matching import Narrowing, Rule


class History(Part):
    """Who asked for so many `returns` within `days`, waits for a person with the next one."""

    returns: Annotated[int, Field(ge=1, le=1000)]
    days: Annotated[int, Field(ge=1, le=3650)]


class Authorization(Part):
    """Returns up to an amount are authorized at once; the others are answered within `days`."""

    automatic_up_to: Amounts
    days: Annotated[int, Field(ge=1, le=30)]
    history: History | None = None


class Returnless(Rule):
    """Units worth no more than that need not come back, where nobody has to look at the return: the shopper
    keeps them and is refunded. `label` says why, in the shop's words to its people."""

    label: Text
    up_to: Annotated[Amounts, Field(min_length=1)]
    reasons: tuple[Code, ...] = ()

    @property
    def narrowings(self) -> tuple[Narrowing | None, ...]:
        return (frozenset(self.reasons),)

    def covers(self, value: int, currency: str) -> bool:
        """Whether a unit of that value may be kept."""
        limit = self.up_to.get(currency)
        return limit is not None and value <= limit
