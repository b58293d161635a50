"""What a refund that takes two people waits for."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from portal.refunds.seconding import is_alone
from portal.views.record import Record


@dataclass(frozen=True)
class First:
    """The first of two approvals. `mine`: by whoever looks; `alone`: and nobody else could be the second."""

    who: str
    at: datetime
    mine: bool
    alone: bool


@dataclass(frozen=True)
class Lapsed:
    """A first approval, in minor units, that counts no more: the return has changed since, or whoever gave
    it may not any more (`gone`)."""

    who: str
    amount: int
    gone: bool = False


def first_of(found: Record, me: uuid.UUID) -> First | None:
    """Of the refund that is ready; None while nobody has approved that amount."""
    if found.first is None or found.ready is None or lapsed_of(found):
        return None
    proposal, who, *_ = found.first
    own = proposal.proposed_by == me
    alone = own and is_alone(me, found.return_.currency, proposal.amount)
    return First(who, proposal.proposed_at, own, alone)


def lapsed_of(found: Record) -> Lapsed | None:
    """What somebody had approved first of a refund that is another one now."""
    if found.first is None or found.ready is None:
        return None
    proposal, who, stands, entitled = found.first
    same = stands and proposal.amount == found.ready.amount
    return None if same else Lapsed(who, proposal.amount, not entitled)
