"""Large refunds take two people: one proposes, which holds nothing yet; another, who is entitled as well,
approves. Where nobody else is entitled the same person does both, and that is marked.
"""

import uuid

import sqlalchemy as sa

from portal import clock
from portal.audit import Actor, Change, Event, record
from portal.db import here, session
from portal.errors import Conflict, Refusal
from portal.i18n import say
from portal.people.models import User
from portal.people.roles import Permission, Role, may
from portal.policies.versions import active_or_none
from portal.refunds.approving import Two, approve, end_proposals, ready
from portal.refunds.limiting import Alone, why_two
from portal.refunds.models import Refund, RefundProposal
from portal.returns.models import Return
from portal.tenants import this_shop


def proposal_of(return_: Return) -> RefundProposal | None:
    """What one person has approved and no other yet; it counts while the refund comes to that amount."""
    mine = (RefundProposal.tenant_id == here(), RefundProposal.return_id == return_.id)
    query = sa.select(RefundProposal).where(*mine, RefundProposal.ended_at.is_(None))
    return session.scalars(query).one_or_none()


def propose(return_: Return, shown: int, by: Actor, limit: int | None, limits: Alone) -> None:
    """Approve what is ready as the first of two. Lock the return. Amounts in minor units.

    Takes the place of what was proposed for another amount. Raises what `approve` does, and Conflict when
    it has been proposed already or one person is enough.
    """
    _, plan = ready(return_, shown, limit)
    before = proposal_of(return_)
    assert by.id
    one = why_two(plan, limits, by.id, this_shop().zone) is None
    if one or (before and before.amount == plan.amount):
        raise Conflict(say("Somebody was faster, or one person is enough by now. Look at it once more."))
    end_proposals(return_)
    session.add(
        RefundProposal(return_id=return_.id, amount=plan.amount, proposed_by=by.id, proposed_at=clock.now())
    )
    record(return_, Event.REFUND_PROPOSED, by, [Change("return", return_.id)], amount=plan.amount)


def second(return_: Return, shown: int, by: Actor, limit: int | None, limits: Alone) -> Refund:
    """Approve what somebody else has proposed. Lock the return. It is two people's from then on, whoever of
    them could have done it alone.

    Raises what `approve` does; Conflict when nobody has proposed this amount; Refusal for whoever proposed
    it, unless nobody else is entitled.
    """
    found = proposal_of(return_)
    if found is None or found.amount != shown:
        raise Conflict(say("Nobody has approved this amount first. Look at it once more."))
    same = found.proposed_by == by.id
    if same and not is_alone(found.proposed_by, return_.currency, shown):
        raise Refusal(say("You have approved it first. Somebody else approves it now."))
    return approve(return_, shown, by, limit, two=Two(limits, found, same))


def withdraw(return_: Return, by: Actor) -> None:
    """Take back what was proposed, if anything still is. Lock the return."""
    found = proposal_of(return_)
    if found:
        end_proposals(return_)
        record(return_, Event.PROPOSAL_WITHDRAWN, by, [Change("return", return_.id)], amount=found.amount)


def is_alone(person: uuid.UUID, currency: str, amount: int) -> bool:
    """Whether nobody else of the staff may approve so much today; who was only invited does not count."""
    entitled = [role for role in Role if _may(role, currency, amount)]
    others = sa.select(User.id).where(User.tenant_id == here(), User.id != person, User.active)
    others = others.where(User.role.in_(entitled), User.password_hash.is_not(None))
    return session.scalar(others.limit(1)) is None


def _may(role: Role, currency: str, amount: int) -> bool:
    if may(role, Permission.APPROVE_ANY_REFUND):
        return True
    version = active_or_none() if may(role, Permission.APPROVE_REFUNDS) else None
    return version is not None and amount <= version.limits.agent_limit.get(currency, 0)
