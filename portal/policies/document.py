"""A policy is one document. This is its validated model; amounts are minor units by currency.

Texts in it are the shop's own words, in the shop's language.
"""

from collections.abc import Iterator
from functools import cached_property
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from portal.policies.costs import Fee
from portal.policies.kinds import (
    Amounts,
    Code,
    Disposition,
    Grade,
    Months,
    Part,
    Points,
    Resolution,
    TenderOrder,
    Text,
)
from portal.policies.matching import Clash, Closest, Rule, clashes_in
from portal.policies.windows import Extend, Window, WindowRule


class Reason(Part):
    code: Code
    label: Text
    fault: Literal["shopper", "shop"]
    comment: Literal["optional", "required"] = "optional"
    review: bool = False


class Barred(Rule):
    """Articles that cannot go back: the ground, and what one can do instead."""

    ground: Text
    instead: Text


class Condition(Rule):
    """What a unit must be like: told to the shopper beforehand, asked at the dock.

    Not met: the refund is reduced by `points`, or the unit is refused and sent back.
    """

    promise: Text
    question: Text
    unmet: Literal["reduced", "refused"]
    points: Points = 5_000


class Authorization(Part):
    """Returns up to an amount are authorized at once; the others are answered within `days`."""

    automatic_up_to: Amounts
    days: Annotated[int, Field(ge=1, le=30)]


class Exchange(Part):
    """How other articles are given for what comes back.

    `ship`: the other article goes out when what comes back is checked, or as soon as the return is
    authorized. `free_way_back`: the return label costs nothing. `at_price_paid`: another variant of the same
    product costs what was paid for the first, and what its price in the catalogue is above or below the
    first's. It is kept for the shopper for `held_days`; what it costs more is paid within `pay_days`.
    """

    ship: Literal["after_inspection", "at_once"] = "after_inspection"
    free_way_back: bool = True
    at_price_paid: bool = True
    held_days: Annotated[int, Field(ge=1, le=365)] = 60
    pay_days: Annotated[int, Field(ge=1, le=60)] = 7


class Reductions(Part):
    """What is taken off a refund because of what was found: a shopper who is silent for `answer_days` has
    accepted it; an objection is decided within `decide_days`."""

    answer_days: Annotated[int, Field(ge=1, le=60)] = 7
    decide_days: Annotated[int, Field(ge=1, le=60)] = 3


class Policy(Part):
    """`credit_bonus`: basis points of a refund that the shop adds where store credit is taken for it."""

    window: Window
    windows: tuple[WindowRule, ...] = ()
    extend: Extend = Extend()
    reasons: tuple[Reason, ...] = Field(min_length=1)
    barred: tuple[Barred, ...] = ()
    fees: tuple[Fee, ...] = ()
    conditions: tuple[Condition, ...] = ()
    return_shipping: Amounts = {}
    resolutions: tuple[Resolution, ...] = Field(min_length=1)
    exchange: Exchange = Exchange()
    valid_months: dict[Literal["store_credit", "gift_card"], Months] = {}
    credit_bonus: Points = 0
    tender_order: TenderOrder = TenderOrder.STORED_VALUE_FIRST
    authorization: Authorization
    hand_in_days: Annotated[int, Field(ge=1, le=365)]
    pay_days: Annotated[int, Field(ge=0, le=60)]
    reductions: Reductions = Reductions()
    dispositions: dict[Grade, Disposition]
    values: dict[Disposition, Points]

    @model_validator(mode="after")
    def complete(self) -> Self:
        for name in ("reasons", *RULES, "conditions"):
            ids = [getattr(p, "id", "") or getattr(p, "code", "") for p in getattr(self, name)]
            if len(set(ids)) != len(ids):
                raise ValueError(f"two {name} have the same id")
        known = {reason.code for reason in self.reasons}
        if strange := {code for fee in self.fees for code in fee.reasons} - known:
            raise ValueError(f"a fee is about the reason {min(strange)}, which is not there")
        if set(self.dispositions) != set(Grade):
            raise ValueError("dispositions must name every grade")
        return self

    def reason(self, code: str) -> Reason | None:
        return next((r for r in self.reasons if r.code == code), None)

    @cached_property
    def closest_window(self) -> Closest[WindowRule]:
        return Closest(self.windows)

    @cached_property
    def closest_bar(self) -> Closest[Barred]:
        return Closest(self.barred)

    @cached_property
    def closest_fee(self) -> Closest[Fee]:
        return Closest(self.fees)

    @cached_property
    def any_condition(self) -> Closest[Condition]:
        return Closest(self.conditions)


RULES = ("windows", "barred", "fees")
"""The lists of which one rule holds, the closest."""


def clashes(policy: Policy) -> Iterator[Clash]:
    """Rules of which none is closer than the other, each with its place and words."""
    for name in RULES:
        yield from clashes_in(name, getattr(policy, name))
