"""The lifecycle of a demand: what a shopper owes, until it is paid or nobody may pay it any more."""

from collections.abc import Mapping
from enum import StrEnum


class DemandState(StrEnum):
    """`asked`: the link is being made. `lapsed`: not paid in time, and a person has not seen to it.
    `stuck`: what was paid should go back, and did not arrive."""

    ASKED = "asked"
    OPEN = "open"
    PAID = "paid"
    LAPSED = "lapsed"
    CANCELLED = "cancelled"
    RETURNING = "returning"
    RETURNED = "returned"
    STUCK = "stuck"


D = DemandState
DEMAND: Mapping[tuple[DemandState, str], DemandState] = {
    (D.ASKED, "open"): D.OPEN,
    (D.ASKED, "cancel"): D.CANCELLED,
    (D.ASKED, "lapse"): D.LAPSED,
    (D.OPEN, "pay"): D.PAID,
    (D.OPEN, "cancel"): D.CANCELLED,
    (D.OPEN, "lapse"): D.LAPSED,
    (D.LAPSED, "cancel"): D.CANCELLED,
    (D.LAPSED, "pay"): D.PAID,
    (D.LAPSED, "pay_late"): D.RETURNING,
    (D.CANCELLED, "pay_late"): D.RETURNING,
    (D.PAID, "give_back"): D.RETURNING,
    (D.RETURNING, "return"): D.RETURNED,
    (D.RETURNING, "stick"): D.STUCK,
    (D.STUCK, "give_back"): D.RETURNING,
    (D.STUCK, "return"): D.RETURNED,
    (D.RETURNED, "come_back"): D.STUCK,
}

# May still be paid; and of these one stands for a thing at most, together with a paid one.
PAYABLE = frozenset({D.ASKED, D.OPEN})
LIVE = frozenset({D.ASKED, D.OPEN, D.PAID})
# Nobody may pay any more; its link is to be closed.
OVER = frozenset({D.LAPSED, D.CANCELLED})
