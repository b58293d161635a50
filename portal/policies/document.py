"""A policy is one document. This is its validated model; amounts are minor units by currency.

Texts in it are the shop's own words, in the shop's language.
"""

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Points = Annotated[int, Field(ge=0, le=10_000)]
Amounts = dict[Annotated[str, Field(pattern=r"^[A-Z]{3}$")], Annotated[int, Field(ge=0)]]
Months = Annotated[int, Field(ge=1, le=240)]
Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Text = Annotated[str, Field(min_length=1, max_length=300)]


class Resolution(StrEnum):
    """What a shopper may want for a return."""

    ORIGINAL = "original"
    STORE_CREDIT = "store_credit"
    GIFT_CARD = "gift_card"
    EXCHANGE = "exchange"


class Instead(StrEnum):
    """What a shopper wants who asked for another article that is sold out."""

    ORIGINAL = "original"
    STORE_CREDIT = "store_credit"
    WAIT = "wait"


class TenderOrder(StrEnum):
    """Which of the payments of an order money goes back to first."""

    STORED_VALUE_FIRST = "stored_value_first"
    CARD_FIRST = "card_first"
    PRO_RATA = "pro_rata"


class Grade(StrEnum):
    NEW = "A"
    OPENED = "B"
    USED = "C"
    DAMAGED = "D"
    UNSELLABLE = "E"


class Disposition(StrEnum):
    """Where a unit goes after its inspection."""

    RESTOCK = "restock"
    OPEN_BOX = "restock_open_box"
    REFURBISH = "refurbish"
    QUARANTINE = "quarantine"
    RETURN_TO_VENDOR = "return_to_vendor"
    DONATE = "donate"
    RECYCLE = "recycle"
    DESTROY = "destroy"
    SEND_BACK = "send_back"


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Match(Part):
    """Which articles a rule is about: any of these. All empty: every article."""

    skus: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()


class Window(Part):
    days: Annotated[int, Field(ge=0, le=3650)]
    transit_days: Annotated[int, Field(ge=0, le=90)]


class Reason(Part):
    code: Code
    label: Text
    fault: Literal["shopper", "shop"]
    comment: Literal["optional", "required"] = "optional"
    review: bool = False


class Barred(Part):
    """Articles that cannot go back: the ground, and what one can do instead."""

    id: Code
    match: Match
    ground: Text
    instead: Text


class Fee(Part):
    """A restocking fee per unit: basis points of the price without tax, or a fixed amount."""

    id: Code
    match: Match
    label: Text
    points: Points = 0
    fixed: Amounts = {}

    @model_validator(mode="after")
    def one_kind(self) -> Self:
        if bool(self.points) == bool(self.fixed):
            raise ValueError("a fee is either in basis points or fixed")
        return self


class Condition(Part):
    """What a unit must be like: told to the shopper beforehand, asked at the dock.

    Not met: the refund is reduced by `points`, or the unit is refused and sent back.
    """

    id: Code
    match: Match
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
        for name in ("reasons", "barred", "fees", "conditions"):
            ids = [getattr(p, "id", "") or getattr(p, "code", "") for p in getattr(self, name)]
            if len(set(ids)) != len(ids):
                raise ValueError(f"two {name} have the same id")
        if set(self.dispositions) != set(Grade):
            raise ValueError("dispositions must name every grade")
        return self

    def reason(self, code: str) -> Reason | None:
        return next((r for r in self.reasons if r.code == code), None)
