"""Large refunds take two people: one proposes, which holds nothing yet; another, who is entitled as well,
approves. Where nobody else is entitled the same person does both, and that is marked.
"""

import uuid

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from portal import clock
from portal.audit import Actor, Change, Event, Trail, record
from portal.db import here, session
from portal.errors import Conflict, Refusal
from portal.i18n import say
from portal.ids import uuid7
from portal.jobs import enqueue
from portal.orders.models import Order
from portal.people.models import User
from portal.people.roles import Permission, Role, may
from portal.policies.versions import active_or_none
from portal.refunds.approving import Two, approve, end_proposals, ready
from portal.refunds.limiting import NO_RIGHT, Alone, approved_of, in_right, why_two
from portal.refunds.models import Refund, RefundProposal
from portal.returns.models import Return
from portal.returns.pieces import pieces
from portal.tenants import this_shop

# After these a refund may come to something else than what somebody looked at and approved.
_E = Event
MOVING = (
    *(_E.ITEM_INSPECTED, _E.ITEM_CORRECTED, _E.ITEM_KEPT, _E.CASE_SOLVED),
    *(_E.REDUCTION_PROPOSED, _E.REDUCTION_ACCEPTED, _E.REDUCTION_LAPSED, _E.REDUCTION_UPHELD),
    *(_E.REDUCTION_CHANGED, _E.REDUCTION_WITHDRAWN, _E.GOODWILL_GRANTED, _E.GOODWILL_WITHDRAWN),
    *(_E.RESOLUTION_CHANGED, _E.EXCHANGE_ENDED, _E.REFUND_APPROVED, _E.REFUND_CANCELLED),
)


def stands() -> sa.ColumnElement[bool]:
    """Of proposals: neither ended, nor has anything moved what the return comes to since, nor is less left to
    be refunded of the order, because of another return or of what was captured or refunded elsewhere; and
    whoever made it may still."""
    made, moved = aliased(Trail), aliased(Trail)
    mine = (made.chain == RefundProposal.return_id, made.event == Event.REFUND_PROPOSED.value)
    since = sa.select(sa.func.max(made.no)).where(made.tenant_id == RefundProposal.tenant_id, *mine)
    later = (
        moved.chain == RefundProposal.return_id,
        moved.no > since.correlate(RefundProposal).scalar_subquery(),
    )
    changed = sa.exists().where(
        moved.tenant_id == RefundProposal.tenant_id, *later, moved.event.in_([e.value for e in MOVING])
    )
    unmoved = ~changed.correlate(RefundProposal)
    return sa.and_(RefundProposal.ended_at.is_(None), unmoved, RefundProposal.amount <= _left(), entitled())


def entitled() -> sa.ColumnElement[bool]:
    """Of proposals: whoever made it is there, and has not lost the right by which they did."""
    return sa.exists(sa.select(User.id).where(in_right()).correlate(RefundProposal))


def _left() -> sa.ScalarSelect[int]:
    """What may still be refunded of the order of a proposal's return, in minor units."""
    order, of = aliased(Order), aliased(Return)
    left = sa.select(order.captured - order.reserved - order.refunded_outside)
    left = left.join(of, sa.and_(of.order_id == order.id, of.tenant_id == order.tenant_id))
    return left.where(of.id == RefundProposal.return_id).correlate(RefundProposal).scalar_subquery()


def proposal_of(return_: Return) -> RefundProposal | None:
    """What one person has approved and no other yet. It counts while the refund comes to that amount, and
    no more once the return has changed: then both approve it anew."""
    mine = (RefundProposal.tenant_id == here(), RefundProposal.return_id == return_.id)
    return session.scalars(sa.select(RefundProposal).where(*mine, stands())).one_or_none()


def propose(return_: Return, shown: int, by: Actor, limit: int | None, limits: Alone) -> None:
    """Approve what is ready as the first of two. Lock the return. Amounts in minor units.

    Takes the place of what was proposed before the return changed. Whoever may be the second is mailed.
    Raises what `approve` does, and Conflict when it has been proposed already or one person is enough.
    """
    _, plan = ready(return_, pieces(return_), shown, limit, by)
    before = proposal_of(return_)
    assert by.id
    one = why_two(plan, limits, by.id, this_shop().zone, approved_of(return_, limits)) is None
    if one or (before and before.amount == plan.amount):
        raise Conflict(say("Somebody was faster, or one person is enough by now. Look at it once more."))
    end_proposals(return_)
    made = RefundProposal(id=uuid7(), return_id=return_.id, amount=plan.amount, within=limit)
    made.proposed_by = by.id
    made.proposed_at = clock.now()
    session.add(made)
    changes = [Change("return", return_.id)]
    (row,) = record(return_, Event.REFUND_PROPOSED, by, changes, amount=plan.amount)
    enqueue("refund.call", {"proposal": made.id}, f"call/{made.id}", cause=row)


def second(return_: Return, shown: int, by: Actor, limit: int | None, limits: Alone) -> Refund:
    """Approve what somebody else has proposed. Lock the return. It is two people's from then on, whoever of
    them could have done it alone.

    Raises what `approve` does; Conflict when nobody has proposed this amount; Refusal for whoever proposed
    it, unless nobody else is entitled.
    """
    found = proposal_of(return_)
    if found is None and _lost(return_):
        raise Conflict(NO_RIGHT)
    if found is None or found.amount != shown:
        raise Conflict(say("Nobody has approved this amount first. Look at it once more."))
    same = found.proposed_by == by.id
    if same and not is_alone(found.proposed_by, return_.currency, shown):
        raise Refusal(say("You have approved it first. Somebody else approves it now."))
    return approve(return_, shown, by, limit, two=Two(limits, found, same))


def _lost(return_: Return) -> bool:
    """Whether somebody approved it first and may not any more."""
    mine = (RefundProposal.tenant_id == here(), RefundProposal.return_id == return_.id)
    query = sa.select(RefundProposal.id).where(*mine, RefundProposal.ended_at.is_(None), ~entitled())
    return session.scalar(query) is not None


def withdraw(return_: Return, by: Actor) -> None:
    """Take back what was proposed, if anything still is. Lock the return."""
    found = proposal_of(return_)
    if found:
        end_proposals(return_)
        record(return_, Event.PROPOSAL_WITHDRAWN, by, [Change("return", return_.id)], amount=found.amount)


def is_alone(person: uuid.UUID, currency: str, amount: int) -> bool:
    """Whether nobody else of the staff may approve so much today."""
    return session.scalar(others(person, currency, amount).limit(1)) is None


def others(person: uuid.UUID, currency: str, amount: int) -> sa.Select[User]:
    """Who else of the staff may approve so much today; who was only invited does not count."""
    entitled = [role for role in Role if _may(role, currency, amount)]
    found = sa.select(User).where(User.tenant_id == here(), User.id != person, User.active)
    return found.where(User.role.in_(entitled), User.password_hash.is_not(None)).order_by(User.id)


def _may(role: Role, currency: str, amount: int) -> bool:
    if may(role, Permission.APPROVE_ANY_REFUND):
        return True
    version = active_or_none(whole=True) if may(role, Permission.APPROVE_REFUNDS) else None
    return version is not None and amount <= version.limits.agent_limit.get(currency, 0)
