"""Legs of refunds that wait for a person: those to be transferred by hand, and those that failed."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload

from portal.db import find, here, session
from portal.people import User
from portal.refunds.models import Refund, RefundLeg
from portal.refunds.questions.asking import questions_of
from portal.refunds.questions.models import LegQuestion
from portal.returns import Return
from portal.views import paging

# In the words of the indexes over them, so that SQLite uses these, and told from the return's own state.
BY_HAND = sa.text("refund_leg.gateway = 'manual' AND refund_leg.state = 'approved'")
STOPPED = sa.text("refund_leg.state IN ('failed', 'reversed')")
WHOLE: Sequence[Any] = (
    joinedload(RefundLeg.payment),
    joinedload(RefundLeg.refund).joinedload(Refund.return_).joinedload(Return.order),
)
OLDEST = paging.Order(RefundLeg, (RefundLeg.changed_at, RefundLeg.id), descending=False)


def transfers(spot: paging.Spot) -> paging.Slice[RefundLeg]:
    """Those that somebody must transfer, the longest waiting first."""
    query = sa.select(RefundLeg).where(RefundLeg.tenant_id == here(), BY_HAND).options(*WHOLE)
    return paging.cut(query, OLDEST, spot, paging.things)


def stopped(spot: paging.Spot) -> paging.Slice[RefundLeg]:
    """Those that failed and that nothing has taken the place of, the longest waiting first."""
    after = aliased(RefundLeg)
    replaced = sa.exists().where(after.replaces_id == RefundLeg.id)
    query = sa.select(RefundLeg).where(RefundLeg.tenant_id == here(), STOPPED, ~replaced).options(*WHOLE)
    return paging.cut(query, OLDEST, spot, paging.things)


def whole_leg(id: uuid.UUID) -> RefundLeg:
    """One leg with its return and order. Raises NotFound."""
    return find(RefundLeg, id, *WHOLE)


def asked_about(legs: Sequence[RefundLeg]) -> Mapping[uuid.UUID, Sequence[LegQuestion]]:
    """What the shopper was asked about each leg, by its id, the first first."""
    found: dict[uuid.UUID, list[LegQuestion]] = {}
    for question in questions_of([leg.id for leg in legs]):
        found.setdefault(question.leg_id, []).append(question)
    return found


def approvers(legs: Sequence[RefundLeg]) -> Mapping[uuid.UUID, str]:
    """Who approved the refund of each leg, by the person's id."""
    ids = {leg.refund.approved_by for leg in legs}
    found = sa.select(User).where(User.tenant_id == here(), User.id.in_(ids))
    return {user.id: user.name for user in session.scalars(found)} if ids else {}
