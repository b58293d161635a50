"""The lifecycles of a refund's leg, one amount to one destination, and of a gift card."""

from collections.abc import Mapping
from enum import StrEnum


class LegState(StrEnum):
    APPROVED = "approved"
    SUBMITTED = "submitted"
    UNKNOWN = "unknown"
    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"
    REVERSED = "reversed"


class Destination(StrEnum):
    PAYMENT = "payment"
    STORE_CREDIT = "store_credit"
    GIFT_CARD = "gift_card"
    EXCHANGE = "exchange"


L = LegState
LEG: Mapping[tuple[LegState, str], LegState] = {
    (L.APPROVED, "submit"): L.SUBMITTED,
    (L.APPROVED, "cancel"): L.CANCELLED,
    (L.SUBMITTED, "lose"): L.UNKNOWN,
    (L.SUBMITTED, "wait"): L.PENDING,
    (L.SUBMITTED, "succeed"): L.SUCCEEDED,
    (L.SUBMITTED, "fail"): L.FAILED,
    (L.UNKNOWN, "submit"): L.SUBMITTED,
    (L.UNKNOWN, "wait"): L.PENDING,
    (L.UNKNOWN, "succeed"): L.SUCCEEDED,
    (L.UNKNOWN, "fail"): L.FAILED,
    (L.PENDING, "succeed"): L.SUCCEEDED,
    (L.PENDING, "fail"): L.FAILED,
    (L.SUCCEEDED, "fail"): L.REVERSED,
}

# What counts against the bound of the order and of the payment.
HELD = frozenset({L.APPROVED, L.SUBMITTED, L.UNKNOWN, L.PENDING, L.SUCCEEDED})
OPEN = frozenset({L.APPROVED, L.SUBMITTED, L.UNKNOWN, L.PENDING})


class CardState(StrEnum):
    """`replaced`: what was left stands on another card, and nothing can happen to this one any more."""

    OPEN = "open"
    BLOCKED = "blocked"
    REPLACED = "replaced"


C = CardState
CARD: Mapping[tuple[CardState, str], CardState] = {
    (C.OPEN, "block"): C.BLOCKED,
    (C.BLOCKED, "unblock"): C.OPEN,
    (C.OPEN, "replace"): C.REPLACED,
    (C.BLOCKED, "replace"): C.REPLACED,
}
