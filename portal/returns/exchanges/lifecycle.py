"""The lifecycle of an exchange, from the request to the parcel with the other article."""

from collections.abc import Mapping
from enum import StrEnum


class ExchangeState(StrEnum):
    """`to_pay`: what it costs more is asked for. `waiting`: approved, but sold out, and the shopper waits."""

    WANTED = "wanted"
    TO_PAY = "to_pay"
    TO_SHIP = "to_ship"
    WAITING = "waiting"
    SHIPPED = "shipped"
    ENDED = "ended"


E = ExchangeState
EXCHANGE: Mapping[tuple[ExchangeState, str], ExchangeState] = {
    (E.WANTED, "ask"): E.TO_PAY,
    (E.WANTED, "release"): E.TO_SHIP,
    (E.WANTED, "end"): E.ENDED,
    (E.TO_PAY, "release"): E.TO_SHIP,
    (E.TO_PAY, "wait"): E.WAITING,
    (E.TO_PAY, "end"): E.ENDED,
    (E.TO_SHIP, "ship"): E.SHIPPED,
    (E.TO_SHIP, "wait"): E.WAITING,
    (E.TO_SHIP, "end"): E.ENDED,
    (E.WAITING, "ask"): E.TO_PAY,
    (E.WAITING, "release"): E.TO_SHIP,
    (E.WAITING, "end"): E.ENDED,
}

OVER = frozenset({E.SHIPPED, E.ENDED})
# Nobody may send it yet, so it ends where nothing was accepted for it. What may be sent, may be packed.
AT_HOME = frozenset({E.WANTED, E.TO_PAY, E.WAITING})
