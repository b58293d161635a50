"""The job of a demand: its link is made, looked after until somebody has paid or may not any more, and
closed. What became of it is asked of the gateway, and never believed of anybody else."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal
from uuid import UUID

import sqlalchemy as sa

from portal import clock
from portal.db import find, here, locked, session
from portal.jobs import GiveUp, Job, Lease, Rules, enqueue, handler
from portal.refunds.demands.asking import cancel, opened
from portal.refunds.demands.lifecycle import OVER, PAYABLE, DemandState
from portal.refunds.demands.models import Demand
from portal.refunds.demands.steps import lapse, pay
from portal.refunds.gateways import connect
from portal.refunds.gateways.port import (
    Declined,
    Gateway,
    KeyReused,
    LinkRequest,
    LinkState,
    LostAnswer,
    SeenLink,
)
from portal.refunds.routing import MANUAL
from portal.returns.exchanges.holding import was_sent
from portal.returns.lifecycle import ReturnState
from portal.returns.links import status_token
from portal.returns.models import Return
from portal.tenants import public_address, this_shop

ENDED = frozenset({ReturnState.DENIED, ReturnState.CANCELLED, ReturnState.EXPIRED})
SOONEST, LATEST = timedelta(seconds=30), timedelta(hours=6)


What = Literal["open", "read", "close"]


@dataclass(frozen=True)
class Errand:
    """What to do at the gateway with a demand's link."""

    what: What
    request: LinkRequest
    reference: str


@handler("demand.tend", Rules(discardable=False, evidence=True), stepwise=True)
def tend(lease: Lease) -> None:
    """Look after a demand until nobody can pay it any more, as many runs as that takes."""
    with lease.transaction():
        errand, gateway = _prepare(lease)
    if errand is None or gateway is None:
        return
    seen = _ask(errand, gateway)
    with lease.transaction(last=True):
        _settle(lease, demand_here(lease.ref("demand")), seen)


def demand_here(id: UUID) -> Demand:
    """The demand, read afresh with its return locked. Raises NotFound."""
    demand = find(Demand, id)
    locked(Return, demand.return_id)
    session.refresh(demand)
    return demand


def _prepare(lease: Lease) -> tuple[Errand | None, Gateway | None]:
    """What is to be asked; None when there is nothing to ask now."""
    demand = demand_here(lease.ref("demand"))
    if demand.state in PAYABLE and is_over(demand.return_):  # nothing is left to pay for
        cancel(demand, lease.by)
    if demand.gateway == MANUAL or (demand.state in OVER and not demand.reference):
        _by_hand(lease, demand)
        return None, None
    if demand.state not in PAYABLE | OVER or demand.closed_at:
        lease.finish()
        return None, None
    return _errand(demand, _what(demand)), connect(demand.gateway, here())


def is_over(return_: Return) -> bool:
    """Whether its shopper owes nothing any more: it ended, and no other article was sent for it at once."""
    return return_.state in ENDED and not was_sent(return_)


def _by_hand(lease: Lease, demand: Demand) -> None:
    """A demand without a link: only its time can end."""
    if demand.state in PAYABLE and clock.now() < demand.due_at:
        return lease.later(demand.due_at - clock.now())
    if demand.state in PAYABLE:
        lapse(demand, lease.by)
    if demand.state in OVER:
        demand.closed_at = demand.closed_at or clock.now()
    return lease.finish()


def _what(demand: Demand) -> What:
    if demand.state is DemandState.ASKED:
        return "open"
    in_time = demand.state is DemandState.OPEN and clock.now() < demand.due_at
    return "read" if in_time else "close"


def _errand(demand: Demand, what: What) -> Errand:
    home = public_address(this_shop())
    request = LinkRequest(
        key=f"demand/{demand.id}",
        amount=demand.amount,
        currency=demand.currency,
        until=demand.due_at,
        home=home,
        back=f"{home}/s/{status_token(demand.return_id)}",
        metadata={"demand": str(demand.id), "shop": str(demand.tenant_id)},
    )
    return Errand(what, request, demand.reference)


Answer = SeenLink | LostAnswer


def _ask(errand: Errand, gateway: Gateway) -> Answer:
    """The network."""
    try:
        if errand.what == "open":
            return gateway.open_link(errand.request)
        if errand.what == "read":
            return gateway.read_link(errand.reference)
        return gateway.close_link(errand.reference)
    except LostAnswer as error:
        return error
    except (Declined, KeyReused) as error:  # our own fault: a person must look before anything else is asked
        raise GiveUp("the gateway makes no link") from error


def _settle(lease: Lease, demand: Demand, seen: Answer) -> None:
    if isinstance(seen, LostAnswer):
        return lease.later(SOONEST)
    if not demand.reference:
        demand.reference, demand.link = seen.reference, seen.url
        if demand.state in OVER:  # it ended while the link was made
            return lease.later(timedelta())
    if demand.state is DemandState.ASKED:
        opened(demand, seen.reference, seen.url, lease.by)
    return _look(lease, demand, seen)


def _look(lease: Lease, demand: Demand, seen: SeenLink) -> None:
    """What the gateway says of the link, and when to look again."""
    take(demand, seen, lease)
    if demand.state is DemandState.OPEN:
        return lease.later(_next_look(demand))
    if demand.state in OVER and not demand.closed_at:  # it ended while the link was read
        return lease.later(timedelta())
    return lease.finish()


def take(demand: Demand, seen: SeenLink, lease: Lease) -> None:
    """Follow what the gateway shows. What it showed before counts once."""
    if demand.state not in PAYABLE | OVER:
        return
    if seen.state is LinkState.PAID:
        pay(demand, seen.payment, lease.by)
    elif seen.state is LinkState.CLOSED:
        demand.closed_at = clock.now()
        if demand.state in PAYABLE:
            lapse(demand, lease.by)


def _next_look(demand: Demand) -> timedelta:
    """Often at first, then as rarely as it is taking long; and when its time is over."""
    now = clock.now()
    often = min(max((now - demand.changed_at) // 4, SOONEST), LATEST)
    return min(often, max(demand.due_at - now, timedelta()))


def askable(demand: Demand) -> bool:
    """Whether its gateway may know of a payment of which nothing is known here; also when nobody may pay."""
    return bool(demand.reference) and demand.gateway != MANUAL and demand.state in PAYABLE | OVER


PAID = "paid"


def heard(demand: UUID, news: str) -> None:
    """The gateway says that something became of a link. What that is, is asked of it, never believed.

    `news` is its word for what happened: the same word counts once.
    """
    enqueue("demand.hear", {"demand": demand}, _news(demand, news))


def _news(demand: UUID, news: str) -> str:
    return f"demand/{demand}/heard/{news}"


def awaited(demands: Iterable[Demand]) -> set[UUID]:
    """Those of which the gateway says that they are paid, while it was not asked yet whether they are."""
    keys = {_news(one.id, PAID): one.id for one in demands if one.state is DemandState.OPEN}
    if not keys:
        return set()
    unread = sa.select(Job.key).where(Job.tenant_id == here(), Job.key.in_(keys))
    open_ = unread.where(Job.done_at.is_(None), Job.dead_at.is_(None))
    return {keys[key] for key in session.scalars(open_)}


@handler("demand.hear", stepwise=True)
def hear(lease: Lease) -> None:
    """Read the link now, whatever its own job waits for."""
    with lease.transaction():
        demand = find(Demand, lease.ref("demand"))
        if not askable(demand):
            lease.finish()
            return
        errand, gateway = _errand(demand, "read"), connect(demand.gateway, here())
    seen = _ask(errand, gateway)
    with lease.transaction():
        if isinstance(seen, LostAnswer):
            lease.later(SOONEST)
        else:
            take(demand_here(lease.ref("demand")), seen, lease)
