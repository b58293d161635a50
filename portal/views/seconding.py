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


def first_of(found: Record, me: uuid.UUID) -> First | None:
    """Of the refund that is ready; None while nobody has approved that amount."""
    if found.first is None or found.ready is None or found.first[0].amount != found.ready.amount:
        return None
    proposal, who = found.first
    own = proposal.proposed_by == me
    alone = own and is_alone(me, found.return_.currency, proposal.amount)
    return First(who, proposal.proposed_at, own, alone)
