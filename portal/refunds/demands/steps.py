"""What becomes of a demand: each step of its lifecycle with its trail, its posting and who is told."""

import uuid
from typing import Any

from portal import clock
from portal.audit import Actor, Change, Event, record
from portal.feed import Fact, Kind, publish
from portal.jobs import enqueue
from portal.ledger import Line, Role, Source, post
from portal.refunds.demands.attention import attend
from portal.refunds.demands.lifecycle import DEMAND, OVER
from portal.refunds.demands.models import Demand
from portal.refunds.demands.purpose import late_but_owed
from portal.refunds.routing import MANUAL
from portal.returns.lifecycle import step
from portal.returns.notifying import notify


def advance(demand: Demand, event: str, told: Event, by: Actor, **data: Any) -> uuid.UUID:
    """Take a step of the lifecycle; the id of the trail's row. Lock the return."""
    before, demand.state = demand.state, step(DEMAND, demand.state, event)
    demand.changed_at = clock.now()
    change = Change("demand", demand.id, before.value, demand.state.value)
    (row,) = record(demand.return_, told, by, [change], amount=demand.amount, **data)
    attend(demand.return_)
    return row


def source_of(demand: Demand, kind: str, id: uuid.UUID) -> Source:
    return Source(kind, id, demand.return_id, demand.return_.rma)


def pay(demand: Demand, payment: str, by: Actor) -> None:
    """The money has arrived: post it, and let what it is for go on. Lock the return.

    What arrives after all when nobody may pay any more is given back by itself, unless it is owed still.
    """
    late = demand.state in OVER and not late_but_owed(demand)
    demand.payment, demand.paid_at = payment, clock.now()
    told = Event.DEMAND_PAID_LATE if late else Event.DEMAND_PAID
    row = advance(demand, "pay_late" if late else "pay", told, by, payment=payment)
    lines = [
        Line(Role.PAYMENT_CLEARING, debit=demand.amount, detail=demand.gateway),
        Line(Role.EXCHANGE_CLEARING, credit=demand.amount),
    ]
    post(source_of(demand, "demand.paid", demand.id), demand.currency, lines)
    data = {"for": str(demand.about), "reference": payment}
    publish([Fact(Kind.DEMAND_PAID, demand.id, demand.return_id, demand.amount, demand.currency, data)])
    if late:
        begin_return(demand, row)
    else:
        go_on(demand, "paid")


def begin_return(demand: Demand, cause: uuid.UUID) -> None:
    """Have a demand that is to be given back sent; what came by hand goes back by a person's."""
    demand.rounds += 1
    if demand.gateway != MANUAL:
        key = f"demand/{demand.id}/return/{demand.rounds}"
        enqueue("demand.return", {"demand": demand.id}, key, cause=cause)


def lapse(demand: Demand, by: Actor) -> None:
    """The time to pay is over, and nobody has paid. Lock the return."""
    advance(demand, "lapse", Event.DEMAND_LAPSED, by)
    notify(demand.return_, "payment_lapsed", demand.id)
    go_on(demand, "lapsed")


def go_on(demand: Demand, what: str) -> None:
    """Tell whatever the demand is for, which is to the right of here."""
    enqueue("exchange.settled", {"return": demand.return_id}, f"exchange.settled/{demand.id}/{what}")
