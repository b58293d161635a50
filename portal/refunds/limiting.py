"""What one person may approve alone: so much at once, so much in a day, so far from what was quoted.

Above any of it a refund takes two people. Amounts in minor units of one currency, None where there is no
limit.
"""

import uuid
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from portal import clock
from portal.audit import Actor
from portal.db import here, session
from portal.errors import Conflict
from portal.i18n import Amount, Message, say
from portal.money import per_cent
from portal.people.models import User
from portal.people.roles import Permission, Role, may
from portal.policies import Limits
from portal.refunds.models import Refund, RefundProposal
from portal.refunds.planning import Plan
from portal.returns.models import Return

NO_RIGHT = say("Whoever approved it first may not approve it any more. Both approve it anew.")


@dataclass(frozen=True)
class Alone:
    """`each` return, by all its refunds; a `day` of a person; `off`, and `points` in basis points, from the
    quote, up or down."""

    currency: str
    each: int | None = None
    day: int | None = None
    off: int | None = None
    points: int | None = None


def alone_by(limits: Limits, currency: str) -> Alone:
    """What the shop's limits say for a currency."""
    quote = limits.off_quote
    return Alone(
        currency,
        each=limits.second_person_above.get(currency),
        day=limits.alone_per_day.get(currency),
        off=quote.amounts.get(currency),
        points=quote.points,
    )


def why_two(plan: Plan, limits: Alone, person: uuid.UUID, zone: str, before: int = 0) -> Message | None:
    """Why this person may not approve it alone now; None where they may. `before`: what was approved of the
    return before it (`approved_of`)."""
    return (
        _too_large(plan, limits, before) or _off_quote(plan, limits) or _past_day(plan, limits, person, zone)
    )


def _too_large(plan: Plan, limits: Alone, before: int) -> Message | None:
    """By itself, or with what was approved before, so that nobody gets below the limit in parts."""
    if limits.each is None or not plan.amount or before + plan.amount <= limits.each:
        return None
    above = Amount(limits.each, limits.currency)
    if plan.amount > limits.each:
        return say("Two people approve a refund of more than {above}.", above=above)
    return say(
        "{before} of this return was approved before: more than {above} in all takes two people.",
        before=Amount(before, limits.currency),
        above=above,
    )


def approved_of(return_: Return, limits: Alone) -> int:
    """What was approved of a return and not taken back, by whomever, in minor units; asked only where it
    matters. A leg that failed is owed all the same, and goes again without another approval."""
    if limits.each is None:
        return 0
    mine = (Refund.tenant_id == here(), Refund.return_id == return_.id, Refund.cancelled_at.is_(None))
    return int(session.scalar(sa.select(sa.func.coalesce(sa.func.sum(Refund.amount), 0)).where(*mine)) or 0)


def _off_quote(plan: Plan, limits: Alone) -> Message | None:
    off, quoted = abs(plan.deviation), Amount(plan.quoted, limits.currency)
    if limits.off is not None and off > limits.off:
        most = Amount(limits.off, limits.currency)
        return say("{quoted} was quoted: more than {most} off it takes two people.", quoted=quoted, most=most)
    if limits.points is not None and off * 10_000 > limits.points * plan.quoted:
        rate = per_cent(limits.points)
        return say(
            "{quoted} was quoted: more than {rate} % off it takes two people.", quoted=quoted, rate=rate
        )
    return None


def _past_day(plan: Plan, limits: Alone, person: uuid.UUID, zone: str) -> Message | None:
    if limits.day is None:
        return None
    used = approved_alone(person, limits.currency, today(zone))
    if used + plan.amount <= limits.day:
        return None
    return say(
        "Alone you approve up to {most} a day, and {used} of it is used: this one takes two people.",
        most=Amount(limits.day, limits.currency),
        used=Amount(used, limits.currency),
    )


def approved_alone(person: uuid.UUID, currency: str, day: date) -> int:
    """What a person has approved alone on a day and not taken back, in minor units."""
    mine = (Refund.tenant_id == here(), Refund.approved_by == person, Refund.day == day)
    alone = (Refund.currency == currency, Refund.proposal_id.is_(None), Refund.cancelled_at.is_(None))
    query = sa.select(sa.func.coalesce(sa.func.sum(Refund.amount), 0)).where(*mine, *alone)
    return int(session.scalar(query) or 0)


def today(zone: str) -> date:
    """The day as it is in the shop."""
    return clock.now().astimezone(ZoneInfo(zone)).date()


def in_right() -> sa.ColumnElement[bool]:
    """Of a proposal and a person: it is theirs, and they are still there with the right by which they made
    it. Whoever might approve any amount then must still; whoever had a limit has kept within it."""
    any_ = [role for role in Role if may(role, Permission.APPROVE_ANY_REFUND)]
    some = [role for role in Role if may(role, Permission.APPROVE_REFUNDS)]
    within = sa.and_(RefundProposal.within.is_not(None), User.role.in_(some))
    theirs = (User.tenant_id == RefundProposal.tenant_id, User.id == RefundProposal.proposed_by)
    return sa.and_(*theirs, User.active, sa.or_(User.role.in_(any_), within))


def hold_first(first: RefundProposal) -> None:
    """Lock whoever approved it first, so that who is switched off meanwhile is so before or after. When all
    locks of the return are held. Raises Conflict when they are not entitled any more."""
    query = sa.select(User.id).join(RefundProposal, in_right()).where(RefundProposal.id == first.id)
    if session.scalar(query.with_for_update(of=User, key_share=True)) is None:
        raise Conflict(NO_RIGHT)


def hold_person(by: Actor) -> None:
    """Lock who acts, so that what they do elsewhere at the same time counts before it or after it. When all
    locks of the return are held."""
    mine = sa.select(User.id).where(User.id == by.id, User.tenant_id == here())
    session.execute(mine.with_for_update(key_share=True))
