"""A policy is one document. This is its validated model; amounts are minor units by currency.

Texts in it are the shop's own words, in the shop's language.
"""

from collections.abc import Iterator
from functools import cached_property
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from portal.i18n import say
from portal.policies.approving import Authorization, Returnless
from portal.policies.calendars import unknown
from portal.policies.costs import Fee, WayBack
from portal.policies.kinds import (
    Amounts,
    Disposition,
    Grade,
    Lines,
    Months,
    Part,
    Points,
    Resolution,
    Sending,
    TenderOrder,
    Text,
)
from portal.policies.matching import Clash, Closest, Rule, clashes_in
from portal.policies.placing import Placing, Worth
from portal.policies.reasons import Reason, ReasonGroup, way_to
from portal.policies.windows import Extend, Window, WindowRule

DEEPEST = 4  # groups of reasons one under the other: more steps than that nobody takes


class Barred(Rule):
    """Articles that cannot go back: the ground, and what one can do instead."""

    ground: Lines
    instead: Lines


class Condition(Rule):
    """What a unit must be like: told to the shopper beforehand, asked of them and at the dock.

    Not met: the refund is reduced by `points`, or the unit is refused and sent back.
    """

    promise: Text
    question: Text
    unmet: Literal["reduced", "refused"]
    points: Points = 5_000


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


class Deadlines(Part):
    """The shopper is reminded so many days before the last day to hand in, the greater number first. A parcel
    is received within `receive_days` of its delivery, and checked within `inspect_days` of its receipt. One
    that was sent and has not come within `sent_days` is looked for."""

    remind_days: Annotated[tuple[Annotated[int, Field(ge=1, le=60)], ...], Field(max_length=2)] = (5, 1)
    receive_days: Annotated[int, Field(ge=0, le=60)] = 2
    inspect_days: Annotated[int, Field(ge=0, le=60)] = 3
    sent_days: Annotated[int, Field(ge=1, le=90)] = 21

    @model_validator(mode="after")
    def falling(self) -> Self:
        if list(self.remind_days) != sorted(set(self.remind_days), reverse=True):
            raise ValueError(say("remind_days must fall: [5, 1]"))
        return self


class Policy(Part):
    """`credit_bonus`, `gift_card_bonus`: basis points of a refund that the shop adds where that is taken."""

    window: Window
    windows: tuple[WindowRule, ...] = ()
    extend: Extend = Extend()
    reason_groups: tuple[ReasonGroup, ...] = ()
    reasons: tuple[Reason, ...] = Field(min_length=1)
    barred: tuple[Barred, ...] = ()
    fees: tuple[Fee, ...] = ()
    conditions: tuple[Condition, ...] = ()
    return_shipping: Amounts = {}
    way_back: WayBack = WayBack()
    resolutions: tuple[Resolution, ...] = Field(min_length=1)
    exchange: Exchange = Exchange()
    valid_months: dict[Literal["store_credit", "gift_card"], Months] = {}
    credit_bonus: Points = 0
    gift_card_bonus: Points = 0
    tender_order: TenderOrder = TenderOrder.STORED_VALUE_FIRST
    authorization: Authorization
    returnless: tuple[Returnless, ...] = ()
    hand_in_days: Annotated[int, Field(ge=1, le=365)]
    pay_days: Annotated[int, Field(ge=0, le=60)]
    deadlines: Deadlines = Deadlines()
    reductions: Reductions = Reductions()
    dispositions: dict[Grade, Disposition]
    values: dict[Disposition, Points]
    placings: tuple[Placing, ...] = ()
    worths: tuple[Worth, ...] = ()

    @model_validator(mode="after")
    def complete(self) -> Self:
        for name in ("reasons", "reason_groups", *RULES, "conditions"):
            ids = [getattr(p, "id", "") or getattr(p, "code", "") for p in getattr(self, name)]
            if len(set(ids)) != len(ids):
                raise ValueError(say("two {names} have the same id", names=name))
        if set(self.dispositions) != set(Grade):
            raise ValueError(say("dispositions must name every grade"))
        if Disposition.SEND_BACK in self.dispositions.values():
            raise ValueError(say("only a refused unit is sent back"))
        return self

    @model_validator(mode="after")
    def reasonable(self) -> Self:
        codes, groups = {r.code for r in self.reasons}, {group.code for group in self.reason_groups}
        named = {code for fee in self.fees for code in fee.reasons}
        named |= {code for rule in self.returnless for code in rule.reasons}
        if strange := named - codes:
            raise ValueError(say("a rule is about the reason {name}, which is not there", name=min(strange)))
        if strange := {r.under for r in self.reasons if r.under} - groups:
            raise ValueError(say("a reason is under {name}, which is no group", name=min(strange)))
        for group in self.reason_groups:
            way = way_to(group.code, self.reason_groups)
            if not way:
                raise ValueError(say("{name} is under itself, or under what is no group", name=group.code))
            if len(way) > DEEPEST:
                raise ValueError(say("{name} is deeper than {n} groups", name=group.code, n=DEEPEST))
        if not any(reason.match.whole for reason in self.reasons):
            raise ValueError(say("no reason is for every article"))
        for reason in self.reasons:
            if reason.resolutions and not set(reason.resolutions) & set(self.resolutions):
                raise ValueError(
                    say("nothing that shoppers may choose is offered for the reason {name}", name=reason.code)
                )
        return self

    def reason(self, code: str) -> Reason | None:
        return self.reason_by_code.get(code)

    @cached_property
    def reason_by_code(self) -> dict[str, Reason]:
        return {reason.code: reason for reason in self.reasons}

    def bonus(self, resolution: Resolution) -> int:
        """What the shop adds where that is taken, in basis points."""
        on = {Resolution.STORE_CREDIT: self.credit_bonus, Resolution.GIFT_CARD: self.gift_card_bonus}
        return on.get(resolution, 0)

    def shipping(self, country: str, currency: str, value: int, sending: Sending | None = None) -> int:
        """What the way back costs the shopper from that country, for units for which that was paid; without
        `sending` by what is offered there first."""
        by = sending or self.way_back.offered(country)[0]
        return self.way_back.cost(self.return_shipping, country, currency, value, by)

    def ships_free(self, resolution: Resolution, sending: Sending = Sending.LABEL) -> bool:
        """Whether the way back costs nothing where that is taken."""
        swapped = resolution is Resolution.EXCHANGE and self.exchange.free_way_back
        return swapped or resolution in self.way_back.free_where(sending)

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
    def closest_returnless(self) -> Closest[Returnless]:
        return Closest(self.returnless)

    @cached_property
    def closest_placing(self) -> Closest[Placing]:
        return Closest(self.placings)

    @cached_property
    def closest_worth(self) -> Closest[Worth]:
        return Closest(self.worths)

    @cached_property
    def any_condition(self) -> Closest[Condition]:
        return Closest(self.conditions)


RULES = ("windows", "barred", "fees", "returnless", "placings", "worths")
"""The lists of which one rule holds, the closest."""


def clashes(policy: Policy) -> Iterator[Clash]:
    """Rules of which none is closer than the other, and places whose holidays nobody knows, each with its
    place in the document and words. Asked where a text is read, not of a version that is there."""
    for name in RULES:
        yield from clashes_in(name, getattr(policy, name))
    yield from unknown("extend.public_holidays", policy.extend.public_holidays)
