"""The verdicts on what a return asks for, with what its shopper said and how often they asked before."""

import uuid
from collections.abc import Mapping
from datetime import timedelta

import sqlalchemy as sa

from portal import clock
from portal.db import here, session
from portal.orders.models import Order
from portal.policies import Answer, Policy, Verdict
from portal.policies.choosing import RETURNLESS, Choice
from portal.policies.judging import judge_lines
from portal.returns.models import Return


def judged(return_: Return, zone: str) -> dict[int, Verdict]:
    """The verdict on each of its lines as of now, by the line's position in the order."""
    said = {line.order_line.position: Choice(line.reason or "", return_.resolution) for line in return_.lines}
    gift = return_.gift is not None
    recent = None if gift else asked_before(return_.order, return_.policy.policy, return_.id)
    return judge_lines(return_.order, return_.policy, zone, said, gift=gift, recent=recent)


def asked_before(order: Order, policy: Policy, but: uuid.UUID | None = None) -> int | None:
    """How many returns the order's shopper asked for, in the days that the policy names, `but` that one.

    By the order's address, whatever became of them. Nobody counts those of a gift, which are not the buyer's.
    """
    history, key = policy.authorization.history, order.email_key
    if history is None or not key:
        return None
    since = clock.now() - timedelta(days=history.days)
    query = sa.select(sa.func.count(Return.id)).join(Order, Order.id == Return.order_id)
    mine = [Order.tenant_id == here(), Order.email_key == key, Return.gift.is_(None), ~Return.unannounced]
    if but:
        mine.append(Return.id != but)
    return session.scalar(query.where(*mine, Return.requested_at > since)) or 0


def kept_lines(return_: Return, verdicts: Mapping[int, Verdict]) -> frozenset[uuid.UUID]:
    """The lines of which the shopper keeps what would come back; none where a person has to look at any."""
    found = {line.id: verdicts[line.order_line.position] for line in return_.lines}
    if any(verdict.answer is not Answer.YES for verdict in found.values()):
        return frozenset()
    return frozenset(id for id, verdict in found.items() if _returnless(verdict))


def _returnless(verdict: Verdict) -> bool:
    return any(finding.rule == RETURNLESS for finding in verdict.findings)
