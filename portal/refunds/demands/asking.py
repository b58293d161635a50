"""Asking a shopper to pay, and taking that back."""

import uuid
from collections.abc import Sequence
from datetime import timedelta

import sqlalchemy as sa

from portal import clock
from portal.audit import Actor, Change, Event, record
from portal.db import here, session
from portal.errors import Conflict, Refusal
from portal.i18n import say
from portal.jobs import enqueue, hasten
from portal.refunds.demands.attention import attend
from portal.refunds.demands.lifecycle import LIVE, OVER, PAYABLE, DemandState
from portal.refunds.demands.models import Demand
from portal.refunds.demands.steps import advance
from portal.refunds.demands.ways import way_of
from portal.refunds.routing import MANUAL
from portal.returns.models import Return
from portal.returns.notifying import notify

LONGEST = 90  # days
OF_RETURN = (
    sa.select(Demand)
    .where(Demand.tenant_id == sa.bindparam("tenant"), Demand.return_id == sa.bindparam("return"))
    .order_by(Demand.id)
)


def ask(return_: Return, about: uuid.UUID, amount: int, due_days: int, by: Actor) -> Demand:
    """Have the shopper asked to pay so much, in minor units of the order's currency, within so many days.

    `about` is what it pays for. Lock the return. A demand that stands for it, of the same amount, is given
    as it is; one of another amount ends where it is not paid, and a new one takes its place. Raises
    Conflict when another amount is paid already; Refusal where the shop's gateway takes no payment.
    """
    if not 1 <= due_days <= LONGEST:
        raise Refusal(say("Choose from {least} to {most}.", least=1, most=LONGEST), "due_days")
    live = _live(about)
    if live and live.amount == amount:
        return live
    if live:
        cancel(live, by)
        session.flush()  # before the new one takes its place
    return _new(return_, about, amount, due_days, by)


def _live(about: uuid.UUID) -> Demand | None:
    mine = sa.select(Demand).where(Demand.tenant_id == here(), Demand.about == about)
    return session.scalars(mine.where(Demand.state.in_(LIVE)).with_for_update(key_share=True)).one_or_none()


def _new(return_: Return, about: uuid.UUID, amount: int, due_days: int, by: Actor) -> Demand:
    now = clock.now()
    demand = Demand(
        return_=return_,
        return_id=return_.id,
        about=about,
        amount=amount,
        currency=return_.currency,
        gateway=way_of(return_),
        state=DemandState.ASKED,
        asked_at=now,
        changed_at=now,
        due_at=now + timedelta(days=due_days),
    )
    session.add(demand)
    session.flush()
    change = Change("demand", demand.id, None, DemandState.ASKED.value)
    return_.owes = True
    (row,) = record(return_, Event.DEMAND_ASKED, by, [change], amount=amount)
    attend(return_)
    if demand.gateway == MANUAL:
        opened(demand, "", "", by)
    enqueue("demand.tend", {"demand": demand.id}, f"demand/{demand.id}", cause=row)
    return demand


def opened(demand: Demand, reference: str, link: str, by: Actor) -> None:
    """It can be paid from now on, and the shopper is told. Lock the return."""
    demand.reference, demand.link = reference, link
    row = advance(demand, "open", Event.DEMAND_OPENED, by)
    notify(demand.return_, "payment_asked", demand.id, row)


def cancel(demand: Demand, by: Actor) -> None:
    """Nobody shall pay it any more; a job closes the gateway's link. Lock the return.

    A payment that arrives after all is given back by itself. Repeating it is no error. Raises Conflict
    when it is paid.
    """
    if demand.state is DemandState.CANCELLED:
        return
    if demand.state not in PAYABLE | OVER:
        raise Conflict(say("This was paid already."))
    advance(demand, "cancel", Event.DEMAND_CANCELLED, by)
    hasten(f"demand/{demand.id}")


def demand_of(about: uuid.UUID) -> Demand | None:
    """The last demand for a thing; None when nothing was ever asked for it."""
    mine = sa.select(Demand).where(Demand.tenant_id == here(), Demand.about == about)
    return session.scalars(mine.order_by(Demand.id.desc()).limit(1)).one_or_none()


def demands_of(return_: Return) -> Sequence[Demand]:
    """All of a return's, the first first. Asks nothing where its shopper never owed anything."""
    if not return_.owes:
        return ()
    return session.scalars(OF_RETURN, {"return": return_.id, "tenant": here()}).all()


def settled(about: uuid.UUID) -> int:
    """What is paid for a thing and is not being given back, in minor units."""
    mine = sa.select(sa.func.coalesce(sa.func.sum(Demand.amount), 0)).where(Demand.tenant_id == here())
    query = mine.where(Demand.about == about, Demand.state == DemandState.PAID)
    return int(session.scalar(query) or 0)
