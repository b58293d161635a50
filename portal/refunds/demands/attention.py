"""What of a return's demands needs a person."""

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from portal.db import here, session
from portal.refunds.demands.lifecycle import LIVE, DemandState
from portal.refunds.demands.models import Demand
from portal.refunds.routing import MANUAL
from portal.returns.models import Return

LAPSED, STUCK, BY_HAND = "demand_lapsed", "demand_stuck", "demand_by_hand"
WEIGHT = (STUCK, BY_HAND, LAPSED)


def trouble_of(return_: Return) -> str | None:
    """The worst of it: money that should go back and did not, that a person must send, what was not paid.

    A lapsed demand is seen to when another one took its place.
    """
    session.flush()
    other = aliased(Demand)
    again = sa.exists().where(
        *(other.tenant_id == here(), other.about == Demand.about, other.asked_at > Demand.asked_at),
        other.state.in_(LIVE),
    )
    by_hand = sa.and_(Demand.state == DemandState.RETURNING, Demand.gateway == MANUAL)
    what = sa.case((Demand.state == DemandState.STUCK, STUCK), (by_hand, BY_HAND), else_=LAPSED)
    lapsed = sa.and_(Demand.state == DemandState.LAPSED, ~again)
    mine = sa.select(what).where(Demand.tenant_id == here(), Demand.return_id == return_.id)
    found = set(session.scalars(mine.where(sa.or_(Demand.state == DemandState.STUCK, by_hand, lapsed))))
    return next((what for what in WEIGHT if what in found), None)


def attend(return_: Return) -> None:
    """Bring the return's mark up to date; that of a refund which did not arrive stands before it."""
    if return_.attention in {None, *WEIGHT}:
        return_.attention = trouble_of(return_)
