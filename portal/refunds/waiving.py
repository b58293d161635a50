"""The shop lets go what a shopper owes for their exchange, as goodwill within a person's budget.

For good: also where a refund is approved for the return afterwards, which then pays the less for it.
"""

import uuid
from collections.abc import Sequence

import sqlalchemy as sa

from portal import clock
from portal.audit import Actor, Change, Event, record
from portal.db import here, session
from portal.errors import Conflict
from portal.i18n import say
from portal.ledger import Line, Role, Source, entry_of, post, reverse
from portal.orders.models import Order, Payment
from portal.refunds import demands
from portal.refunds.demands.lifecycle import PAYABLE, DemandState
from portal.refunds.demands.models import Demand
from portal.refunds.demands.purpose import exchange_for
from portal.refunds.demands.steps import go_on
from portal.refunds.giving import Gift, draw, noted
from portal.refunds.goodwill import Waiver
from portal.refunds.owing import stands_for
from portal.returns.exchanges.models import Exchange
from portal.returns.notifying import notify

OWED = frozenset({*PAYABLE, DemandState.LAPSED})


def waivable(demand: Demand) -> bool:
    """Whether it is still owed for an exchange that goes on."""
    return demand.state in OWED and exchange_for(demand) is not None


def let_go(owed: Sequence[Demand]) -> frozenset[uuid.UUID]:
    """Those of a return's demands that were let go. Asks nothing where none was taken back."""
    over = [demand.id for demand in owed if demand.state is DemandState.CANCELLED]
    if not over:
        return frozenset()
    mine = (Waiver.tenant_id == here(), Waiver.demand_id.in_(over), Waiver.withdrawn_at.is_(None))
    return frozenset(session.scalars(sa.select(Waiver.demand_id).where(*mine)))


def waive(demand: Demand, gift: Gift, by: Actor, budget: int, zone: str) -> Waiver:
    """Let the whole of it go, `gift.amount`, as it was shown; the shopper is told. Lock the return.

    `budget` is the most that a person may grant in a month, `zone` the shop's. Raises Conflict when it is
    paid or not asked for any more; Refusal at `amount` above what the budget has left, and at `note` where
    that is needed or is no plain text.
    """
    exchange = exchange_for(demand)
    if exchange is None or demand.state not in OWED or demand.amount != gift.amount:
        raise Conflict(say("This is not owed any more."))
    note = noted(gift)
    month = draw(gift.amount, demand.currency, by, budget, zone)
    demands.cancel(demand, by)
    assert by.id
    waiver = Waiver(
        return_id=demand.return_id,
        exchange_id=exchange.id,
        demand_id=demand.id,
        amount=demand.amount,
        currency=demand.currency,
        reason=gift.reason,
        note=note,
        granted_by=by.id,
        granted_at=clock.now(),
        month=month,
    )
    session.add(waiver)
    session.flush()
    _lower(exchange, demand.amount)
    _post(waiver, demand, by)
    return waiver


def _lower(exchange: Exchange, amount: int) -> None:
    """What was let go after it was sent does not come back with the order that stands for it.

    Raises Conflict where that was refunded before.
    """
    if exchange.order_id is None:
        return
    put = sa.select(Payment.id).where(Payment.order_id == exchange.order_id, Payment.kind == "exchange")
    for kind, id in ((Order, exchange.order_id), (Payment, put.scalar_subquery())):
        room = kind.captured - amount >= kind.reserved + kind.refunded_outside
        lower = sa.update(kind).where(kind.id == id, room).values(captured=kind.captured - amount)
        if session.execute(lower).rowcount != 1:  # type: ignore[attr-defined]
            raise Conflict(say("What was sent came back, and was refunded. Nothing can be let go."))


def _post(waiver: Waiver, demand: Demand, by: Actor) -> None:
    change = Change("waiver", waiver.id)
    (row,) = record(
        demand.return_, Event.DEMAND_WAIVED, by, [change], amount=waiver.amount, reason=waiver.reason.value
    )
    lines = [
        Line(Role.GOODWILL, debit=waiver.amount),
        Line(Role.EXCHANGE_CLEARING, credit=waiver.amount),
    ]
    post(_source(waiver, demand, "demand.waived"), waiver.currency, lines)
    notify(demand.return_, "payment_waived", demand.id, row)
    go_on(demand, "waived")


def _source(waiver: Waiver, demand: Demand, kind: str) -> Source:
    return Source(kind, waiver.id, waiver.return_id, demand.return_.rma)


def withdraw(exchange: Exchange, by: Actor) -> None:
    """Nothing is sent for it, so nothing was let go. Lock the return. Repeating it is no error."""
    query = sa.select(Waiver).where(Waiver.tenant_id == here(), *stands_for(exchange))
    for waiver in session.scalars(query).all():
        waiver.withdrawn_at = clock.now()
        change = Change("waiver", waiver.id)
        record(exchange.return_, Event.WAIVER_WITHDRAWN, by, [change], amount=waiver.amount)
        posted = entry_of("demand.waived", waiver.id)
        assert posted
        reverse(posted, Source("waiver.withdrawn", waiver.id, exchange.return_id, exchange.return_.rma))
