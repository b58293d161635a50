"""What a return costs a shopper: restocking fees, and the way back. Pure; amounts are minor units."""

from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from portal.i18n import say
from portal.policies.kinds import Amounts, Code, Country, Grade, Part, Points, Resolution, Sending, Text
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
            raise ValueError(say("a fee is either in basis points, or fixed, or free"))
        if (self.minimum or self.maximum) and not self.points:
            raise ValueError(say("only a fee in basis points has a minimum or a maximum"))
        if any(least > self.maximum.get(currency, least) for currency, least in self.minimum.items()):
            raise ValueError(say("the minimum is above the maximum"))
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


def _one_each(places: tuple[FromCountry, ...]) -> tuple[FromCountry, ...]:
    if len({place.id for place in places}) < len(places):
        raise ValueError(say("two of by_country have the same id"))
    named = [country for place in places for country in place.countries]
    if twice := {country for country in named if named.count(country) > 1}:
        raise ValueError(say("{name} stands there twice", name=min(twice)))
    return places


Places = Annotated[tuple[FromCountry, ...], AfterValidator(_one_each)]


class Method(Part):
    """A way to send it back that shoppers may choose, everywhere or in some `countries` alone.

    Its cost is that of the policy's way back as a whole, unless it has `amounts` of its own, and then also
    `by_country`; the same goes for `free_from` and `free_for`. What shoppers send at their own cost has none.
    """

    sending: Sending
    countries: tuple[Country, ...] = ()
    amounts: Amounts | None = None
    by_country: Places = ()
    free_from: Amounts | None = None
    free_for: tuple[Resolution, ...] | None = None

    @model_validator(mode="after")
    def one_cost(self) -> Self:
        own = self.amounts is not None or self.by_country or self.free_from or self.free_for
        if self.sending is Sending.OWN and own:
            raise ValueError(say("what shoppers send at their own cost costs nothing of the shop's"))
        if self.by_country and self.amounts is None:
            raise ValueError(say("by_country needs amounts for all other countries"))
        return self

    def offered_in(self, country: str) -> bool:
        return not self.countries or country in self.countries


class WayBack(Part):
    """What the way back costs otherwise than `return_shipping` says: `by_country`, the address of the order.

    Free for returns whose units were worth `free_from` or more, and where one of `free_for` is taken.
    `methods`: between what shoppers choose, in this order; without any it is a label.
    """

    by_country: Places = ()
    free_from: Amounts = {}
    free_for: tuple[Resolution, ...] = ()
    methods: Annotated[tuple[Method, ...], Field(max_length=3)] = ()

    @model_validator(mode="after")
    def chosen_between(self) -> Self:
        if len({method.sending for method in self.methods}) < len(self.methods):
            raise ValueError(say("two of methods are the same"))
        if self.methods and all(method.countries for method in self.methods):
            raise ValueError(say("one of methods must be for every country"))
        return self

    @property
    def ours(self) -> bool:
        """Whether any of it is on a label or a code of the shop's."""
        return not self.methods or any(method.sending is not Sending.OWN for method in self.methods)

    def offered(self, country: str) -> tuple[Sending, ...]:
        """What an order to that country may be sent back by; at least one."""
        found = tuple(method.sending for method in self.methods if method.offered_in(country))
        return found or (Sending.LABEL,)

    def cost(self, usual: Amounts, country: str, currency: str, value: int, sending: Sending) -> int:
        """What it costs from there, for units for which that was paid; `usual` is for all other countries."""
        method = self.by(sending)
        free_from = self.free_from if method.free_from is None else method.free_from
        enough = free_from.get(currency)
        if sending is Sending.OWN or (enough is not None and value >= enough):
            return 0
        places = self.by_country
        if method.amounts is not None:
            usual, places = method.amounts, method.by_country
        amounts = next((place.amounts for place in places if country in place.countries), usual)
        return amounts.get(currency, 0)

    def free_where(self, sending: Sending) -> tuple[Resolution, ...]:
        """What makes it free to take."""
        method = self.by(sending)
        return self.free_for if method.free_for is None else method.free_for

    def by(self, sending: Sending) -> Method:
        """Its terms; those of the way back as a whole, where the policy does not name it."""
        named = next((method for method in self.methods if method.sending is sending), None)
        return named or Method.model_construct(sending=sending)
