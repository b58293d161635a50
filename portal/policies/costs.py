"""What a return costs a shopper: restocking fees. Pure; amounts are minor units by currency."""

from typing import Self

from pydantic import model_validator

from portal.policies.kinds import Amounts, Code, Grade, Points, Resolution, Text
from portal.policies.matching import Narrowing, Rule


class Fee(Rule):
    """A restocking fee per unit: basis points of the price without tax, a fixed amount, or none (`free`).

    Of basis points at least the `minimum` and at most the `maximum`; never more than the unit's refund. With
    `grades` it is known only at the dock, so no quote has it.
    """

    label: Text
    grades: tuple[Grade, ...] = ()
    reasons: tuple[Code, ...] = ()
    resolutions: tuple[Resolution, ...] = ()
    points: Points = 0
    fixed: Amounts = {}
    free: bool = False
    minimum: Amounts = {}
    maximum: Amounts = {}

    @model_validator(mode="after")
    def one_kind(self) -> Self:
        if bool(self.points) + bool(self.fixed) + self.free != 1:
            raise ValueError("a fee is either in basis points, or fixed, or free")
        if (self.minimum or self.maximum) and not self.points:
            raise ValueError("only a fee in basis points has a minimum or a maximum")
        if any(least > self.maximum.get(currency, least) for currency, least in self.minimum.items()):
            raise ValueError("the minimum is above the maximum")
        return self

    @property
    def narrowings(self) -> tuple[Narrowing | None, ...]:
        return (frozenset(self.grades), frozenset(self.reasons), frozenset(self.resolutions))

    def about(self, grade: Grade | None, reason: str, resolution: Resolution | None) -> bool:
        """Whether it is about a unit of that grade, sent back for that reason, for which that is wanted."""
        asked = ((self.grades, grade), (self.reasons, reason), (self.resolutions, resolution))
        return all(not said or found in said for said, found in asked)
