"""What a return costs a shopper: restocking fees, and the way back. Pure; amounts are minor units."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from portal.policies.kinds import Amounts, Code, Country, Grade, Part, Points, Resolution, Text
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


class FromCountry(Part):
    """What the way back costs from these countries, once a return; nothing in other currencies."""

    id: Code
    countries: Annotated[tuple[Country, ...], Field(min_length=1)]
    amounts: Amounts


class WayBack(Part):
    """What the way back costs otherwise than `return_shipping` says: `by_country`, the address of the order.

    Free for returns whose units were worth `free_from` or more, and where one of `free_for` is taken.
    """

    by_country: tuple[FromCountry, ...] = ()
    free_from: Amounts = {}
    free_for: tuple[Resolution, ...] = ()

    @model_validator(mode="after")
    def one_each(self) -> Self:
        if len({place.id for place in self.by_country}) < len(self.by_country):
            raise ValueError("two of by_country have the same id")
        named = [country for place in self.by_country for country in place.countries]
        if twice := {country for country in named if named.count(country) > 1}:
            raise ValueError(f"{min(twice)} stands there twice")
        return self

    def cost(self, usual: Amounts, country: str, currency: str, value: int) -> int:
        """What it costs from there, for units for which that was paid; `usual` is for all other countries."""
        free_from = self.free_from.get(currency)
        if free_from is not None and value >= free_from:
            return 0
        amounts = next((place.amounts for place in self.by_country if country in place.countries), usual)
        return amounts.get(currency, 0)
