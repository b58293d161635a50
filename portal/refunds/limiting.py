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
from portal.i18n import Amount, Message, say
from portal.money import per_cent
from portal.people.models import User
from portal.policies import Limits
from portal.refunds.models import Refund
from portal.refunds.planning import Plan


@dataclass(frozen=True)
class Alone:
    """`each` refund; a `day` of a person; `off`, and `points` in basis points, from the quote, up or down."""

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


def why_two(plan: Plan, limits: Alone, person: uuid.UUID, zone: str) -> Message | None:
    """Why this person may not approve it alone now; None where they may."""
    if limits.each is not None and plan.amount > limits.each:
        above = Amount(limits.each, limits.currency)
        return say("Two people approve a refund of more than {above}.", above=above)
    return _off_quote(plan, limits) or _past_day(plan, limits, person, zone)


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


def hold_person(by: Actor) -> None:
    """Lock who acts, so that what they do elsewhere at the same time counts before it or after it. When all
    locks of the return are held."""
    mine = sa.select(User.id).where(User.id == by.id, User.tenant_id == here())
    session.execute(mine.with_for_update(key_share=True))
