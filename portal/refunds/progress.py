"""How far the money of a refund is: what has arrived, what could not be sent. Amounts in minor units."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from portal.refunds.lifecycle import LegState
from portal.refunds.models import Refund, RefundLeg

STOPPED = frozenset({LegState.FAILED, LegState.REVERSED})


class Standing(StrEnum):
    """A refund of which something has arrived and something has not is partially sent, never refunded."""

    UNDER_WAY = "under_way"
    FAILED = "failed"
    PARTIALLY_SENT = "partially_sent"
    REFUNDED = "refunded"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Progress:
    """`sent` has arrived, `stuck` could not be sent and nothing has taken its place."""

    standing: Standing
    sent: int
    stuck: int


def progress_of(refund: Refund) -> Progress:
    sent = sum(leg.amount for leg in refund.legs if leg.state is LegState.SUCCEEDED)
    replaced = {leg.replaces_id for leg in refund.legs}
    stuck = sum(leg.amount for leg in refund.legs if leg.state in STOPPED and leg.id not in replaced)
    return Progress(_standing(refund, sent, stuck), sent, stuck)


def _standing(refund: Refund, sent: int, stuck: int) -> Standing:
    if refund.cancelled_at is not None:
        return Standing.CANCELLED
    if sent == refund.amount:
        return Standing.REFUNDED
    if sent:
        return Standing.PARTIALLY_SENT
    return Standing.FAILED if stuck == refund.amount else Standing.UNDER_WAY


def all_sent(refunds: Iterable[Refund]) -> bool:
    """Whether there is a refund, and none of which anything is still to arrive."""
    standings = {progress_of(refund).standing for refund in refunds}
    return Standing.REFUNDED in standings <= {Standing.REFUNDED, Standing.CANCELLED}


def replaceable(leg: RefundLeg) -> bool:
    """Whether it failed and no other leg stands in its place."""
    return leg.state in STOPPED and not any(other.replaces_id == leg.id for other in leg.refund.legs)
