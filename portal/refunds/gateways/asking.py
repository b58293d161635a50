"""Asking a gateway for a refund so that it is made once: what is not known is looked up, never assumed.

The intent (a try with its key) is committed before, and what became of it after; nothing is locked here.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from portal import clock
from portal.jobs import GiveUp
from portal.refunds.gateways.port import (
    Declined,
    Gateway,
    KeyReused,
    LostAnswer,
    RefundRequest,
    SeenRefund,
    matching,
)

SOONEST, LATEST = timedelta(seconds=30), timedelta(hours=6)
# How often, and for how long, a gateway is asked whether a refund that succeeded has come back.
WATCH_TEST = (timedelta(seconds=20), timedelta(minutes=10))
WATCH = (timedelta(hours=12), timedelta(days=14))


@dataclass(frozen=True)
class Errand:
    """What to do at the gateway. `look`: see first whether an earlier request had its effect."""

    what: Literal["submit", "look", "read"]
    request: RefundRequest
    reference: str
    begun_at: datetime


Answer = SeenRefund | Declined | LostAnswer | None
"""What came of an errand. None: the gateway knows nothing of an earlier request, and its key is forgotten."""


def ask(errand: Errand, gateway: Gateway) -> Answer:
    """The network. Raises GiveUp when the key was used for something else."""
    try:
        if errand.what == "submit":
            return gateway.submit(errand.request)
        if errand.what == "read":
            return gateway.read(errand.reference)
        return _find(errand, gateway)
    except (Declined, LostAnswer) as error:
        return error
    except KeyReused as error:  # our own fault: a person must look before anything else is asked
        raise GiveUp("the gateway has this key for another refund") from error


def _find(errand: Errand, gateway: Gateway) -> Answer:
    """Look for the refund; if there is none, send again with the same key while the key lives."""
    found = matching(gateway.refunds_of(errand.request.payment), errand.request.metadata)
    if found:
        return found[-1]
    if clock.now() < errand.begun_at + gateway.limits.key_lives:
        return gateway.submit(errand.request)
    return None


def next_look(begun_at: datetime) -> timedelta:
    """Ask often at first, then as rarely as it is taking long: banks settle in seconds or in days."""
    return min(max((clock.now() - begun_at) // 4, SOONEST), LATEST)


def unanswered(begun_at: datetime, gateway: Gateway) -> timedelta:
    """How long the longest request may still take; only then may one look what became of it."""
    return begun_at + gateway.limits.longest_request - clock.now()


def watching(gateway: Gateway) -> tuple[timedelta, timedelta]:
    """How often to ask whether a refund has come back, and for how long."""
    return WATCH_TEST if gateway.test_mode else WATCH
