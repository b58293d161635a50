"""I19: whoever approved a refund was entitled to, at that time and to that amount."""

import uuid
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime

import sqlalchemy as sa

from portal.audit import Event, Trail
from portal.checks.looking import Look, key
from portal.people.models import User
from portal.people.roles import Permission, Role, may
from portal.policies import PolicyVersion
from portal.refunds.models import Refund
from portal.returns.models import Return

History = dict[uuid.UUID, list[tuple[datetime, str]]]


def entitled(look: Look) -> Iterator[str]:
    """A refund that nobody, or nobody entitled, approved."""
    history, limits = _history(look), _limits(look)
    query = sa.select(
        *(Refund.id, Refund.approved_by, Refund.approved_at, Refund.amount, Refund.currency, Return.policy_id)
    ).join(Return, Return.id == Refund.return_id)
    for refund in look.each(query.where(Refund.tenant_id == look.tenant)):
        role = _role_at(history.get(refund.approved_by, []), refund.approved_at)
        limit = limits.get(refund.policy_id, {}).get(refund.currency, 0)
        if role is None or not _may_approve(role, refund.amount, limit):
            yield key(Refund, refund.id)


def _may_approve(role: Role, amount: int, limit: int) -> bool:
    if may(role, Permission.APPROVE_ANY_REFUND):
        return True
    return may(role, Permission.APPROVE_REFUNDS) and amount <= limit


def _limits(look: Look) -> dict[uuid.UUID, dict[str, int]]:
    query = sa.select(PolicyVersion.id, PolicyVersion.document)
    versions = look.all(query.where(PolicyVersion.tenant_id == look.tenant))
    return {row.id: row.document.get("agent_limit", {}) for row in versions}


def _history(look: Look) -> History:
    """Every person's roles, and when somebody left or came back, as the trail has them."""
    query = sa.select(Trail.subject_id, Trail.at, Trail.after).where(
        Trail.tenant_id == look.tenant,
        Trail.subject_kind == User.__tablename__,
        Trail.event.in_((Event.PERSON_ADDED.value, Event.PERSON_CHANGED.value)),
        Trail.after.is_not(None),
    )
    history: History = defaultdict(list)
    for row in look.each(query.order_by(Trail.chain, Trail.no)):
        history[row.subject_id].append((row.at, row.after))
    return history


def _role_at(steps: list[tuple[datetime, str]], moment: datetime) -> Role | None:
    """The person's role then; None for somebody who was not there."""
    role, active = None, True
    for at, after in steps:
        if at > moment:
            break
        if after in ("active", "inactive"):
            active = after == "active"
        else:
            role = Role(after)
    return role if active else None
