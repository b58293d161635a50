"""I19: whoever approved a refund was entitled to, at that time and to that amount; the first of two too."""

import uuid
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from portal.audit import Event, Trail
from portal.checks.looking import Look, key
from portal.people.models import User
from portal.people.roles import Permission, Role, may
from portal.policies import PolicyVersion
from portal.refunds.models import Refund, RefundPart, RefundProposal

History = dict[uuid.UUID, list[tuple[datetime, str]]]
Limits = list[tuple[datetime, dict[str, Any]]]

OFF = RefundPart.reduction + RefundPart.fee - RefundPart.quoted_fee
LESS = sa.select(sa.func.coalesce(sa.func.sum(OFF), 0))
LESS = LESS.where(RefundPart.refund_id == Refund.id)
EARLIER = aliased(Refund)
BEFORE = sa.select(sa.func.coalesce(sa.func.sum(EARLIER.amount), 0))  # of the return, and not taken back then
BEFORE = BEFORE.where(EARLIER.return_id == Refund.return_id, EARLIER.no < Refund.no)
BEFORE = BEFORE.where(sa.or_(EARLIER.cancelled_at.is_(None), EARLIER.cancelled_at > Refund.approved_at))
APPROVED = (
    Refund.id, Refund.approved_by, Refund.approved_at, Refund.amount, Refund.currency, Refund.alone,
    (Refund.goodwill - LESS.scalar_subquery() - Refund.cut).label("deviation"),
    BEFORE.scalar_subquery().label("before"),
    RefundProposal.proposed_by, RefundProposal.proposed_at, RefundProposal.amount.label("first_amount"),
)  # fmt: skip


def entitled(look: Look) -> Iterator[str]:
    """A refund that nobody, or nobody entitled by the rules of that day, approved; or one person, where it
    takes two."""
    history, limits = careers(look), documents(look)
    query = sa.select(*APPROVED).outerjoin(RefundProposal, RefundProposal.id == Refund.proposal_id)
    for refund in look.each(query.where(Refund.tenant_id == look.tenant)):
        rules = rules_at(limits, refund.approved_at)
        held = _entitled(history, refund.approved_by, refund.approved_at, refund, rules)
        if refund.proposed_by is not None:
            held = held and _two(history, refund, limits)
        elif _takes_two(refund, rules):
            held = False
        if not held:
            yield key(Refund, refund.id)


def days(look: Look) -> Iterator[str]:
    """A refund with which one person approved more alone in a day than was allowed when it was approved; or
    one of another day than its moment's, wherever the shop is."""
    limits = documents(look)
    alone = (Refund.tenant_id == look.tenant, Refund.proposal_id.is_(None), Refund.cancelled_at.is_(None))
    order = (Refund.approved_by, Refund.day, Refund.currency, Refund.approved_at, Refund.id)
    query = sa.select(*order, Refund.amount).where(*alone).order_by(*order)
    for _, rows in groupby(look.each(query), lambda row: (row.approved_by, row.day, row.currency)):
        sum_ = 0
        for row in rows:
            sum_ += row.amount
            most = amounts(rules_at(limits, row.approved_at), "alone_per_day").get(row.currency)
            if most is not None and sum_ > most:
                yield key(Refund, row.id)
    moments = sa.select(Refund.id, Refund.approved_at, Refund.day).where(Refund.tenant_id == look.tenant)
    yield from (key(Refund, row.id) for row in look.each(moments) if _elsewhere(row))


def _elsewhere(row: Any) -> bool:
    """The days of all the world's clocks are at most one from that of UTC."""
    days: int = (row.approved_at.date() - row.day).days
    return abs(days) > 1


def _takes_two(refund: Any, rules: dict[str, Any]) -> bool:
    """Whether it is too large for one person, with what was approved of its return before, or too far from
    what was quoted."""
    above = amounts(rules, "second_person_above").get(refund.currency)
    quote = rules.get("off_quote") or {}
    most, points = (quote.get("amounts") or {}).get(refund.currency), quote.get("points")
    off = abs(refund.deviation)
    return (
        (above is not None and refund.amount > 0 and refund.before + refund.amount > above)
        or (most is not None and off > most)
        or (points is not None and off * 10_000 > points * (refund.amount - refund.deviation))
    )


def _entitled(history: History, who: uuid.UUID, at: datetime, refund: Any, rules: dict[str, Any]) -> bool:
    role = role_at(history.get(who, []), at)
    limit = amounts(rules, "agent_limit").get(refund.currency, 0)
    return role is not None and _may_approve(role, refund.amount, limit)


def _two(history: History, refund: Any, limits: Limits) -> bool:
    """Whether another person had approved the same amount first, or the same one, and that is marked; who was
    first was still entitled when the second approved."""
    if refund.first_amount != refund.amount:
        return False
    rules = rules_at(limits, refund.proposed_at)
    same = refund.proposed_by == refund.approved_by
    moments = (refund.proposed_at, refund.approved_at)
    first = all(_entitled(history, refund.proposed_by, at, refund, rules) for at in moments)
    return first and same is refund.alone and refund.proposed_at <= refund.approved_at


def _may_approve(role: Role, amount: int, limit: int) -> bool:
    if may(role, Permission.APPROVE_ANY_REFUND):
        return True
    return may(role, Permission.APPROVE_REFUNDS) and amount <= limit


def documents(look: Look) -> Limits:
    """The limits of each version, and since when they held; the newest first."""
    query = sa.select(PolicyVersion.active_from, PolicyVersion.others)
    query = query.where(PolicyVersion.tenant_id == look.tenant).order_by(PolicyVersion.no.desc())
    return [(row.active_from, row.others["limits"]) for row in look.all(query)]


def rules_at(limits: Limits, moment: datetime) -> dict[str, Any]:
    """What held then, not the version by which the return is judged."""
    held = [rules for since, rules in limits if since <= moment] or [rules for _, rules in limits[-1:]]
    return held[0] if held else {}


def amounts(rules: dict[str, Any], name: str) -> dict[str, int]:
    return rules.get(name) or {}


def careers(look: Look) -> History:
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


def role_at(steps: list[tuple[datetime, str]], moment: datetime) -> Role | None:
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
