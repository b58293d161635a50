"""What of an exchange is paid: by the refunds of its return, by its shopper, or let go by the shop.

Amounts in minor units.
"""

import sqlalchemy as sa

from portal.audit import Actor
from portal.db import here, session
from portal.refunds import demands
from portal.refunds.demands import Demand, DemandState
from portal.refunds.demands.lifecycle import PAYABLE
from portal.refunds.goodwill import Waiver
from portal.refunds.lifecycle import HELD, Destination
from portal.refunds.models import Refund, RefundLeg
from portal.returns.exchanges.models import Exchange


def given(exchange: Exchange) -> int:
    """What refunds have put to it, sent or not, and what the shop has let go of it."""
    query = sa.select(sa.func.coalesce(sa.func.sum(RefundLeg.amount), 0))
    query = query.join(Refund, Refund.id == RefundLeg.refund_id)
    mine = (Refund.tenant_id == here(), Refund.return_id == exchange.return_id)
    to_it = query.where(*mine, RefundLeg.destination == Destination.EXCHANGE, RefundLeg.state.in_(HELD))
    return int(session.scalar(sa.select(to_it.scalar_subquery() + _waived(exchange))) or 0)


def waived(exchange: Exchange) -> int:
    """What the shop has let go of it."""
    return int(session.scalar(sa.select(_waived(exchange))) or 0)


def _waived(exchange: Exchange) -> sa.ScalarSelect[int]:
    query = sa.select(sa.func.coalesce(sa.func.sum(Waiver.amount), 0))
    return query.where(Waiver.tenant_id == here(), *stands_for(exchange)).scalar_subquery()


def stands_for(exchange: Exchange) -> tuple[sa.ColumnElement[bool], ...]:
    """Of waivers: those of this exchange that were not taken back."""
    return (Waiver.exchange_id == exchange.id, Waiver.withdrawn_at.is_(None))


def demands_for(exchange: Exchange) -> list[Demand]:
    """What was asked for it, whatever became of that."""
    about = (exchange.id, exchange.return_id)
    return [demand for demand in demands.demands_of(exchange.return_) if demand.about in about]


def settled(exchange: Exchange) -> int:
    """What is paid for it and not being given back."""
    return sum(demand.amount for demand in demands_for(exchange) if demand.state is DemandState.PAID)


def paid(exchange: Exchange) -> int:
    return given(exchange) + settled(exchange)


def call_off(exchange: Exchange, owed: int, by: Actor) -> None:
    """Nobody shall pay another amount than is owed now, nor be asked again for what was not paid in time.

    Lock the return. The approval itself calls it, so that no link takes what the refund pays.
    """
    for demand in demands_for(exchange):
        if demand.state in {*PAYABLE, DemandState.LAPSED} and demand.amount != owed:
            demands.cancel(demand, by)
