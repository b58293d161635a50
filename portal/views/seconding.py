"""What a refund that takes two people waits for."""

import uuid
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from portal.db import here, session
from portal.people import User
from portal.refunds.models import RefundProposal
from portal.refunds.seconding import is_alone
from portal.returns import Return


@dataclass(frozen=True)
class First:
    """The first of two approvals. `mine`: by whoever looks; `alone`: and nobody else could be the second."""

    who: str
    at: datetime
    mine: bool
    alone: bool


def first_of(return_: Return, amount: int, me: uuid.UUID) -> First | None:
    """Of a refund of this amount, in minor units; None while nobody has approved it."""
    query = sa.select(User.name, RefundProposal.proposed_by, RefundProposal.proposed_at)
    query = query.outerjoin(User, User.id == RefundProposal.proposed_by)
    mine = (RefundProposal.tenant_id == here(), RefundProposal.return_id == return_.id)
    open_ = (RefundProposal.ended_at.is_(None), RefundProposal.amount == amount)
    found = session.execute(query.where(*mine, *open_)).one_or_none()
    if found is None:
        return None
    own = found.proposed_by == me
    alone = own and is_alone(me, return_.currency, amount)
    return First(found.name or "", found.proposed_at, own, alone)
