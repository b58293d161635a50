"""I19: whoever approved a refund was entitled to, at that time and to that amount; the first of two too."""

import uuid
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from portal.audit import Event, Trail
from portal.checks.looking import Look, key
from portal.people.models import User
from portal.people.roles import Permission, Role, may
from portal.policies import PolicyVersion
from portal.refunds.models import Refund, RefundProposal

History = dict[uuid.UUID, list[tuple[datetime, str]]]
Amounts = dict[str, int]
Limits = list[tuple[datetime, Amounts, Amounts]]

APPROVED = (
    Refund.id, Refund.approved_by, Refund.approved_at, Refund.amount, Refund.currency, Refund.alone,
    RefundProposal.proposed_by, RefundProposal.proposed_at, RefundProposal.amount.label("first_amount"),
)  # fmt: skip


def entitled(look: Look) -> Iterator[str]:
    """A refund that nobody, or nobody entitled by the rules of that day, approved; or one person, where it
    takes two."""
    history, limits = _history(look), _limits(look)
    query = sa.select(*APPROVED).outerjoin(RefundProposal, RefundProposal.id == Refund.proposal_id)
    for refund in look.each(query.where(Refund.tenant_id == look.tenant)):
        most, alone = _limits_at(limits, refund.approved_at)
        above = alone.get(refund.currency)
        held = _entitled(history, refund.approved_by, refund.approved_at, refund, most)
        if above is not None and refund.amount > above:
            held = held and _two(history, refund, limits)
        if not held:
            yield key(Refund, refund.id)


def _entitled(history: History, who: uuid.UUID, at: datetime, refund: Any, most: Amounts) -> bool:
    role = _role_at(history.get(who, []), at)
    return role is not None and _may_approve(role, refund.amount, most.get(refund.currency, 0))


def _two(history: History, refund: Any, limits: Limits) -> bool:
    """Whether another person had approved the same amount first, or the same one, and that is marked."""
    if refund.proposed_by is None or refund.first_amount != refund.amount:
        return False
    most, _ = _limits_at(limits, refund.proposed_at)
    same = refund.proposed_by == refund.approved_by
    first = _entitled(history, refund.proposed_by, refund.proposed_at, refund, most)
    return first and same is refund.alone and refund.proposed_at <= refund.approved_at


def _may_approve(role: Role, amount: int, limit: int) -> bool:
    if may(role, Permission.APPROVE_ANY_REFUND):
        return True
    return may(role, Permission.APPROVE_REFUNDS) and amount <= limit


def _limits(look: Look) -> Limits:
    """What agents might approve under each version, and what one person alone, and since when; the newest
    first."""
    query = sa.select(PolicyVersion.active_from, PolicyVersion.document)
    query = query.where(PolicyVersion.tenant_id == look.tenant).order_by(PolicyVersion.no.desc())
    names = ("agent_limit", "second_person_above")
    rows = look.all(query)
    return [(row.active_from, *(row.document.get(name, {}) for name in names)) for row in rows]


def _limits_at(limits: Limits, moment: datetime) -> tuple[Amounts, Amounts]:
    """What held then, not by the version by which the return is judged."""
    held = [rest for since, *rest in limits if since <= moment] or [rest for _, *rest in limits[-1:]]
    return (held[0][0], held[0][1]) if held else ({}, {})


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
