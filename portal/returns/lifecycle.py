"""The lifecycles of a return, its parcels and its items. What is not in a table is refused."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from portal.errors import Conflict
from portal.i18n import say


class ReturnState(StrEnum):
    DRAFT = "draft"
    REQUESTED = "requested"
    AUTHORIZED = "authorized"
    PARTIALLY_AUTHORIZED = "partially_authorized"
    DENIED = "denied"
    CLOSED = "closed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class ParcelState(StrEnum):
    AWAITING_LABEL = "awaiting_label"
    LABEL_ISSUED = "label_issued"
    IN_TRANSIT = "in_transit"
    DELIVERED = "delivered"
    RECEIVED = "received"
    LOST = "lost"


class ItemState(StrEnum):
    CLAIMED = "claimed"
    AUTHORIZED = "authorized"
    DECLINED = "declined"
    RECEIVED = "received"
    INSPECTED = "inspected"
    MISSING = "missing"
    WRONG_ITEM = "wrong_item"
    KEPT = "kept"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class Outcome(StrEnum):
    """What an inspection came to."""

    ACCEPTED = "accepted"
    REDUCED = "reduced"
    REFUSED = "refused"


class Stage(StrEnum):
    """The one word for where a return stands, for the board and the shopper."""

    DRAFT = "draft"
    REQUESTED = "requested"
    APPROVED = "approved"
    ON_ITS_WAY = "on_its_way"
    RECEIVED = "received"
    CHECKED = "checked"
    REFUNDED = "refunded"
    DENIED = "denied"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


R, P, I = ReturnState, ParcelState, ItemState  # noqa: E741 - short in the tables below

RETURN: Mapping[tuple[ReturnState, str], ReturnState] = {
    (R.DRAFT, "submit"): R.REQUESTED,
    (R.REQUESTED, "authorize"): R.AUTHORIZED,
    (R.REQUESTED, "authorize_partly"): R.PARTIALLY_AUTHORIZED,
    (R.REQUESTED, "deny"): R.DENIED,
    (R.REQUESTED, "cancel"): R.CANCELLED,
    (R.AUTHORIZED, "cancel"): R.CANCELLED,
    (R.PARTIALLY_AUTHORIZED, "cancel"): R.CANCELLED,
    (R.AUTHORIZED, "expire"): R.EXPIRED,
    (R.PARTIALLY_AUTHORIZED, "expire"): R.EXPIRED,
    (R.AUTHORIZED, "close"): R.CLOSED,
    (R.PARTIALLY_AUTHORIZED, "close"): R.CLOSED,
    (R.CLOSED, "reopen"): R.AUTHORIZED,
}
PARCEL: Mapping[tuple[ParcelState, str], ParcelState] = {
    (P.AWAITING_LABEL, "issue_label"): P.LABEL_ISSUED,
    (P.AWAITING_LABEL, "send"): P.IN_TRANSIT,
    (P.AWAITING_LABEL, "turn_up"): P.DELIVERED,
    (P.AWAITING_LABEL, "receive"): P.RECEIVED,
    (P.LABEL_ISSUED, "send"): P.IN_TRANSIT,
    (P.LABEL_ISSUED, "deliver"): P.DELIVERED,
    (P.LABEL_ISSUED, "receive"): P.RECEIVED,
    (P.IN_TRANSIT, "deliver"): P.DELIVERED,
    (P.IN_TRANSIT, "receive"): P.RECEIVED,
    (P.IN_TRANSIT, "lose"): P.LOST,
    (P.DELIVERED, "receive"): P.RECEIVED,
    (P.LOST, "receive"): P.RECEIVED,
}
ITEM: Mapping[tuple[ItemState, str], ItemState] = {
    (I.CLAIMED, "authorize"): I.AUTHORIZED,
    (I.CLAIMED, "decline"): I.DECLINED,
    (I.CLAIMED, "cancel"): I.CANCELLED,
    (I.AUTHORIZED, "receive"): I.RECEIVED,
    (I.AUTHORIZED, "miss"): I.MISSING,
    (I.AUTHORIZED, "keep"): I.KEPT,
    (I.AUTHORIZED, "cancel"): I.CANCELLED,
    (I.AUTHORIZED, "expire"): I.EXPIRED,
    (I.AUTHORIZED, "mistake"): I.WRONG_ITEM,
    (I.MISSING, "receive"): I.RECEIVED,
    (I.MISSING, "cancel"): I.CANCELLED,
    (I.MISSING, "mistake"): I.WRONG_ITEM,
    (I.WRONG_ITEM, "await"): I.AUTHORIZED,
    (I.WRONG_ITEM, "cancel"): I.CANCELLED,
    (I.RECEIVED, "inspect"): I.INSPECTED,
    (I.INSPECTED, "correct"): I.RECEIVED,
}

# A live item holds its unit; an inspected one does unless it was refused. The unique index says the same.
LIVE = (
    "(state IN ('claimed', 'authorized', 'received', 'missing', 'kept')"
    " OR (state = 'inspected' AND outcome <> 'refused'))"
)

HOLDING = frozenset({I.CLAIMED, I.AUTHORIZED, I.RECEIVED, I.MISSING, I.KEPT})


def holds(state: ItemState, outcome: Outcome | None) -> bool:
    """Whether a unit in this state, checked with this outcome, is no other return's."""
    if state is I.INSPECTED:
        return outcome is not Outcome.REFUSED
    return state in HOLDING


S = TypeVar("S", bound=StrEnum)


def step(table: Mapping[tuple[S, str], S], state: S, event: str) -> S:
    """The state after an event. Raises Conflict when the event is not legal in that state."""
    after = table.get((state, event))
    if after is None:
        raise Conflict(
            say(
                "This is no longer possible: it is {state} now.",
                state=WORDS.get(state.value, say(state.value)),
            )
        )
    return after


def can(table: Mapping[tuple[S, str], S], state: S, event: str) -> bool:
    return (state, event) in table


WORDS = {
    "draft": say("a draft"),
    "requested": say("requested"),
    "authorized": say("authorized"),
    "partially_authorized": say("partly authorized"),
    "denied": say("denied"),
    "closed": say("closed"),
    "cancelled": say("cancelled"),
    "expired": say("expired"),
    "awaiting_label": say("waiting for a label"),
    "label_issued": say("ready to send"),
    "in_transit": say("on its way"),
    "delivered": say("delivered"),
    "received": say("received"),
    "lost": say("lost"),
    "claimed": say("requested"),
    "declined": say("declined"),
    "inspected": say("checked"),
    "missing": say("missing"),
    "wrong_item": say("not what came"),
    "kept": say("kept by the shopper"),
    "open": say("to be decided"),
    "waiting": say("kept until the right one comes"),
    "sent_back": say("sent back"),
    "accepted": say("accepted"),
    "disposed": say("disposed of"),
    "quarantined": say("in quarantine"),
    "matched": say("matched to its order"),
}
