"""I10 to I12: each leg is asked for once, is known at its gateway once, and is never left lying.

A leg that a person transfers by hand has no live job: it is approved, and stands in the list of transfers
until somebody confirms it. Its one attempt is that person's.
"""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

import sqlalchemy as sa

from portal.checks.looking import Look, batches, key
from portal.jobs import Job
from portal.refunds.lifecycle import Destination, LegState
from portal.refunds.models import LegAttempt, RefundLeg

MANUAL = "manual"
OPEN = (LegState.APPROVED, LegState.SUBMITTED, LegState.UNKNOWN, LegState.PENDING)


def referenced(look: Look) -> Iterator[str]:
    """Two legs that go by one refund of the gateway, or a leg that went to a payment and has none."""
    name = (RefundLeg.gateway, RefundLeg.reference)
    mine = sa.select(*name).where(RefundLeg.tenant_id == look.tenant, RefundLeg.reference != "")
    twice = mine.group_by(*name).having(sa.func.count(RefundLeg.id) > 1).subquery()
    same = sa.and_(twice.c.gateway == RefundLeg.gateway, twice.c.reference == RefundLeg.reference)
    yield from look.named(RefundLeg, same)
    went = RefundLeg.state.in_((LegState.PENDING, LegState.SUCCEEDED, LegState.REVERSED))
    to_payment = RefundLeg.destination == Destination.PAYMENT
    yield from look.named(RefundLeg, to_payment, went, RefundLeg.reference == "")


def attempted(look: Look) -> Iterator[str]:
    """An attempt out of number, under another's key, or begun before the last was known to be over."""
    query = (
        sa.select(
            *(LegAttempt.id, LegAttempt.leg_id, LegAttempt.no, LegAttempt.key, LegAttempt.request_hash),
            *(LegAttempt.ended_at, LegAttempt.evidence, RefundLeg.state),
        )
        .join(RefundLeg, RefundLeg.id == LegAttempt.leg_id)
        .where(LegAttempt.tenant_id == look.tenant)
        .order_by(LegAttempt.leg_id, LegAttempt.no)
    )
    for _, rows in groupby(look.each(query), lambda row: row.leg_id):
        attempts = list(rows)
        for n, attempt in enumerate(attempts, start=1):
            last = n == len(attempts)
            if attempt.no != n or not _is_apart(attempt, attempts[0]) or _in_flight(attempt, last) is None:
                yield key(LegAttempt, attempt.id)


def _is_apart(attempt: Any, first: Any) -> bool:
    """One key each, one request for all."""
    return bool(
        attempt.key == f"{attempt.leg_id}/{attempt.no}" and attempt.request_hash == first.request_hash
    )


def _in_flight(attempt: Any, last: bool) -> bool | None:
    """Whether it is under way; None where it may not be, or where it is over without evidence."""
    under_way = attempt.ended_at is None
    if under_way != (attempt.evidence is None) or under_way != (last and attempt.state in OPEN):
        return None
    return under_way


def unattempted(look: Look) -> Iterator[str]:
    """A leg that was asked for at a gateway without an attempt."""
    tried = sa.exists().where(LegAttempt.leg_id == RefundLeg.id)
    asked = RefundLeg.state.not_in((LegState.APPROVED, LegState.CANCELLED))
    yield from look.named(RefundLeg, RefundLeg.destination == Destination.PAYMENT, asked, ~tried)


def attended(look: Look) -> Iterator[str]:
    """An open leg without exactly one job that is to be done, or waits for a person as a dead letter; one
    to be transferred by hand that is anything else than approved. For one to another article a person sees
    to the exchange."""
    by_hand = RefundLeg.gateway == MANUAL
    yield from look.named(RefundLeg, by_hand, RefundLeg.state.in_(OPEN), RefundLeg.state != LegState.APPROVED)
    query = sa.select(RefundLeg.id).where(RefundLeg.tenant_id == look.tenant, RefundLeg.state.in_(OPEN))
    query = query.where(~by_hand, RefundLeg.destination != Destination.EXCHANGE)
    for rows in batches(look.each(query)):
        keys = {f"send/{row.id}/1": row.id for row in rows}
        live = sa.select(Job.key).where(
            Job.tenant_id == look.tenant, Job.key.in_(keys), Job.done_at.is_(None)
        )
        missing = keys.keys() - {row.key for row in look.all(live)}
        yield from (key(RefundLeg, keys[name]) for name in sorted(missing))
