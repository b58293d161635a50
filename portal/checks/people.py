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

History = dict[uuid.UUID, list[tuple[datetime, str]]]
Limits = list[tuple[datetime, dict[str, int]]]


def entitled(look: Look) -> Iterator[str]:
    """A refund that nobody, or nobody entitled by the rules of that day, approved."""
    history, limits = _history(look), _limits(look)
    columns = (Refund.id, Refund.approved_by, Refund.approved_at, Refund.amount, Refund.currency)
    for refund in look.each(sa.select(*columns).where(Refund.tenant_id == look.tenant)):
        role = _role_at(history.get(refund.approved_by, []), refund.approved_at)
        limit = _limit_at(limits, refund.approved_at).get(refund.currency, 0)
        if role is None or not _may_approve(role, refund.amount, limit):
            yield key(Refund, refund.id)


def _may_approve(role: Role, amount: int, limit: int) -> bool:
    if may(role, Permission.APPROVE_ANY_REFUND):
        return True
    return may(role, Permission.APPROVE_REFUNDS) and amount <= limit


def _limits(look: Look) -> Limits:
    """What agents might approve under each version, and since when; the newest first."""
    query = sa.select(PolicyVersion.active_from, PolicyVersion.document)
    query = query.where(PolicyVersion.tenant_id == look.tenant).order_by(PolicyVersion.no.desc())
    return [(row.active_from, row.document.get("agent_limit", {})) for row in look.all(query)]


def _limit_at(limits: Limits, moment: datetime) -> dict[str, int]:
    """The limit that held then, not that of the version by which the return is judged."""
    held = [limit for since, limit in limits if since <= moment] or [limit for _, limit in limits[-1:]]
    return held[0] if held else {}


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
