"""Telling those who may be the second that a refund waits for them, each of them once."""

import uuid
from collections.abc import Sequence

import sqlalchemy as sa

from portal.db import find, here, session
from portal.i18n import Amount
from portal.jobs import Lease, Rules, handler
from portal.notices import Letter, letter, notify
from portal.people.models import User
from portal.refunds.models import RefundProposal
from portal.refunds.seconding import others, stands
from portal.returns.models import Return


@handler("refund.call", Rules(evidence=True))
def call(lease: Lease) -> None:
    """A notice for each of them; whoever could approve so much alone knows of it by then, too."""
    query = sa.select(RefundProposal).where(RefundProposal.tenant_id == here(), stands())
    proposal = session.scalars(query.where(RefundProposal.id == lease.ref("proposal"))).one_or_none()
    if proposal is None:
        return
    for user in _called(proposal):
        notify(None, "second_due", _of(proposal, user))


def _called(proposal: RefundProposal) -> Sequence[User]:
    currency = find(Return, proposal.return_id).currency
    return session.scalars(others(proposal.proposed_by, currency, proposal.amount)).all()


def _of(proposal: RefundProposal, user: User) -> uuid.UUID:
    """What such a notice is about; it follows from the two, so that it is sent once and nothing is kept."""
    return uuid.uuid5(proposal.id, f"second/{user.id}")


@letter("second_due")
def second_due(id: uuid.UUID) -> Letter | None:
    """To nobody, where it does not wait any more."""
    waiting = sa.select(RefundProposal).where(RefundProposal.tenant_id == here(), stands())
    for proposal in session.scalars(waiting.order_by(RefundProposal.id.desc())):
        for user in _called(proposal):
            if _of(proposal, user) == id:
                return _letter(proposal, user)
    return None


def _letter(proposal: RefundProposal, user: User) -> Letter:
    return_ = find(Return, proposal.return_id)
    amount, first = Amount(proposal.amount, return_.currency), find(User, proposal.proposed_by)
    return Letter(
        to=user.email,
        name=user.name,
        language=user.language,
        link=f"desk/returns/{return_.id}/refund/second",
        values={"number": return_.rma, "amount": amount, "first": first.name},
    )
