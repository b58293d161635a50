"""What a demand pays for."""

import sqlalchemy as sa

from portal.db import here, session
from portal.refunds.demands.lifecycle import LIVE, DemandState
from portal.refunds.demands.models import Demand
from portal.returns.exchanges.holding import exchange_of
from portal.returns.exchanges.models import Exchange


def exchange_for(demand: Demand) -> Exchange | None:
    """The exchange that it pays for; None once that is given up, and what never was for one."""
    exchange = exchange_of(demand.return_) if demand.return_.instead else None
    return exchange if exchange and demand.about in {exchange.id, demand.return_id} else None


def late_but_owed(demand: Demand) -> bool:
    """Whether what was not paid in time is owed all the same: its exchange goes on, and nobody was asked once
    more. An approval by which another amount is owed has taken the demand back."""
    if demand.state is not DemandState.LAPSED or exchange_for(demand) is None:
        return False
    again = sa.select(Demand.id).where(Demand.tenant_id == here(), Demand.about == demand.about)
    return session.scalar(again.where(Demand.state.in_(LIVE)).limit(1)) is None
