"""Where a unit goes after its inspection, and what it is worth there: rules for some articles. Pure."""

from typing import Self

from pydantic import model_validator

from portal.i18n import say
from portal.policies.kinds import Disposition, Grade, Points
from portal.policies.matching import Narrowing, Rule


class Placing(Rule):
    """Another place than the policy's for units of some grades; of all, where none is named."""

    grades: tuple[Grade, ...] = ()
    disposition: Disposition

    @model_validator(mode="after")
    def stays(self) -> Self:
        if self.disposition is Disposition.SEND_BACK:
            raise ValueError(say("only a refused unit is sent back"))
        return self

    @property
    def narrowings(self) -> tuple[Narrowing | None, ...]:
        return (frozenset(self.grades),)


class Worth(Rule):
    """Another share of its cost that a unit is worth in some places; in all, where none is named."""

    dispositions: tuple[Disposition, ...] = ()
    points: Points

    @property
    def narrowings(self) -> tuple[Narrowing | None, ...]:
        return (frozenset(self.dispositions),)
