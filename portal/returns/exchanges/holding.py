"""From the request to the parcel: what is picked is kept for the shopper, or let go again."""

import uuid
from collections import Counter
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from portal import clock
from portal.audit import Actor, Change, Event, record
from portal.catalogue import reserving
from portal.db import here, locked, session
from portal.errors import Refusal
from portal.feed import Kind
from portal.i18n import say
from portal.ids import print_exchange, uuid7
from portal.jobs import Lease, Rules, enqueue, handler
from portal.policies import Resolution
from portal.returns.exchanges.lifecycle import AT_HOME, EXCHANGE, ExchangeState
from portal.returns.exchanges.models import Exchange, ExchangeLine
from portal.returns.exchanges.picking import Pick, picked
from portal.returns.exchanges.telling import tell
from portal.returns.lifecycle import ItemState, step
from portal.returns.models import Return
from portal.returns.pieces import sorts

AWAITED = frozenset({ItemState.AUTHORIZED, ItemState.MISSING, ItemState.RECEIVED, ItemState.WRONG_ITEM})


def exchange_of(return_: Return, *, lock: bool = False) -> Exchange | None:
    """The return's exchange that is alive, with its lines."""
    query = sa.select(Exchange).where(Exchange.tenant_id == here(), Exchange.return_id == return_.id)
    query = query.where(Exchange.state != ExchangeState.ENDED).options(selectinload(Exchange.lines))
    return session.scalars(
        query.with_for_update(of=Exchange, key_share=True) if lock else query
    ).one_or_none()


def ask(draft: Return, by: Actor) -> None:
    """Make the exchange that was picked, and keep its articles. The draft has its number and its units.

    Locks the variants. Raises SoldOut where too few of one are left.
    """
    if draft.resolution is not Resolution.EXCHANGE:
        return
    assert draft.number
    now, until = clock.now(), clock.now() + timedelta(days=draft.policy.policy.exchange.held_days)
    exchange = Exchange(id=uuid7(), return_id=draft.id, number=print_exchange(draft.number))
    exchange.currency, exchange.made_at, exchange.changed_at, exchange.held_until = (
        draft.currency,
        now,
        now,
        until,
    )
    exchange.lines = [_line(no, pick) for no, pick in enumerate(picked(draft), start=1)]
    session.add(exchange)
    keep(exchange)
    change = Change("exchange", exchange.id, None, ExchangeState.WANTED.value)
    (cause,) = record(draft, Event.EXCHANGE_REQUESTED, by, [change], number=exchange.number)
    enqueue("exchange.lapse", {"return": draft.id}, f"lapse/{exchange.id}", until, cause)


def _line(no: int, pick: Pick) -> ExchangeLine:
    variant, product = pick.variant, pick.variant.product
    return ExchangeLine(
        no=no,
        return_line_id=pick.line.id,
        variant_id=variant.id,
        sku=variant.sku,
        title=product.title,
        variant=words_of(variant.attributes)[:200],
        image=variant.image or product.image,
        category=product.category,
        tags=list(product.tags),
        unit_cost=variant.unit_cost,
        asked=pick.line.quantity,
        at_price_paid=pick.price.at_price_paid,
        amount=pick.price.amount,
        rates=list(pick.price.rates),
    )


def words_of(attributes: list[list[str]]) -> str:
    """What tells a variant from its sisters."""
    return ", ".join(value for _, value in attributes)


def keep(exchange: Exchange) -> None:
    """Reserve its pieces. Raises SoldOut."""
    reserving.reserve(wanted(exchange), exchange.id)


def wanted(exchange: Exchange) -> Counter[uuid.UUID]:
    """How many of each variant: what is asked for, or, once its pieces are known, those."""
    found, known = Counter[uuid.UUID](), any(line.quantity for line in exchange.lines)
    for line in exchange.lines:
        if pieces := line.quantity if known else line.asked:
            found[line.variant_id] += pieces
    return found


def keep_on(exchange: Exchange, by: Actor) -> None:
    """Keep what was let go; what is only wanted for as long as at first. Lock the return. Raises SoldOut."""
    keep(exchange)
    change = Change("exchange", exchange.id, exchange.state.value, exchange.state.value)
    (cause,) = record(exchange.return_, Event.EXCHANGE_KEPT_AGAIN, by, [change], number=exchange.number)
    if exchange.state is ExchangeState.WANTED:
        days = exchange.return_.policy.policy.exchange.held_days
        exchange.held_until = until = clock.now() + timedelta(days=days)
        key = f"lapse/{exchange.id}/{until.isoformat()}"
        enqueue("exchange.lapse", {"return": exchange.return_id}, key, until, cause)


def advance(exchange: Exchange, event: str, told: Event, by: Actor, **data: Any) -> uuid.UUID:
    """Take a step of the lifecycle and tell the trail; its row. Lock the return."""
    before, exchange.state = exchange.state, step(EXCHANGE, exchange.state, event)
    exchange.changed_at = clock.now()
    change = Change("exchange", exchange.id, before.value, exchange.state.value)
    return record(exchange.return_, told, by, [change], number=exchange.number, **data)[0]


def must_be_there(return_: Return, by: Actor) -> None:
    """Raises Refusal while units are awaited, or a lower refund is not decided, since one refund pays for
    what is given for them; SoldOut where it was let go meanwhile, and is gone. Else it is kept again."""
    exchange = exchange_of(return_, lock=True)
    if exchange is None or exchange.refund_id:
        return
    units = sorts(return_)
    if any(unit.reducing for unit in units):
        raise Refusal(say("Wait until the lower refund is decided: one refund pays for the other article."))
    if any(unit.state in AWAITED for unit in units):
        raise Refusal(
            say("Wait until all has come, or give up what has not: one refund pays for the other article.")
        )
    if exchange.state is ExchangeState.WANTED and not reserving.held(exchange.id):
        keep_on(exchange, by)


def goes_ahead(return_: Return) -> bool:
    """Whether its policy has the other article sent before the first has come, so that it may be owed."""
    return return_.resolution is Resolution.EXCHANGE and return_.policy.policy.exchange.ship == "at_once"


def go_ahead(return_: Return, by: Actor, cause: uuid.UUID) -> None:
    """The return is authorized: where its policy says so, the other article need not wait for the first."""
    if goes_ahead(return_):
        enqueue("exchange.at_once", {"return": return_.id}, f"at_once/{return_.id}", cause=cause)


def is_over(return_: Return, by: Actor) -> bool:
    """Whether nothing is to be sent any more; what nothing was accepted for ends, or is owed where it was
    sent. Lock the return."""
    exchange = exchange_of(return_, lock=True)
    ending = exchange and exchange.state in {*AT_HOME, ExchangeState.SHIPPED}
    if ending and not is_paid_for(return_):
        end(return_, by)
        return True
    return exchange is None or exchange.state is ExchangeState.SHIPPED


def sold_out(return_: Return) -> bool:
    """Whether its exchange ended since the shop had it no more, so that it costs no more than that would."""
    if return_.instead is None or return_.resolution is Resolution.EXCHANGE:
        return False
    mine = sa.select(Exchange.id).where(Exchange.tenant_id == here(), Exchange.return_id == return_.id)
    over = mine.where(Exchange.state == ExchangeState.ENDED, Exchange.sold_out_at.is_not(None))
    return session.scalar(over.limit(1)) is not None


def is_paid_for(return_: Return) -> bool:
    """Whether a refund was approved that pays for it, though of nothing, perhaps; a job goes on then."""
    return any(unit.refunding for unit in sorts(return_))


def was_sent(return_: Return) -> bool:
    exchange = exchange_of(return_) if return_.resolution is Resolution.EXCHANGE else None
    return exchange is not None and exchange.state is ExchangeState.SHIPPED


def end(return_: Return, by: Actor) -> None:
    """The return ends, or the shopper wants something else: let go of what is kept. Lock the return.

    What was sent before anything came stays sent, and is owed.
    """
    exchange = exchange_of(return_, lock=True) if return_.resolution is Resolution.EXCHANGE else None
    if exchange is None:
        return
    if exchange.state is ExchangeState.SHIPPED:
        enqueue("exchange.unreturned", {"return": return_.id}, f"unreturned/{exchange.id}")
        return
    reserving.release(exchange.id)
    advance(exchange, "end", Event.EXCHANGE_ENDED, by)
    if exchange.released_at:
        tell(Kind.EXCHANGE_ENDED, exchange)
    if return_.owes:
        enqueue("exchange.over", {"exchange": exchange.id}, f"exchange.over/{exchange.id}")


@handler("exchange.lapse", Rules(evidence=True))
def lapse(lease: Lease) -> None:
    """What is kept has been kept for long: let go of it, unless it is about to be sent. It stays wanted."""
    return_ = locked(Return, lease.ref("return"))
    exchange = exchange_of(return_, lock=True)
    if exchange is None or exchange.state is not ExchangeState.WANTED:
        return
    if (left := exchange.held_until - clock.now()) > timedelta():  # it was kept again meanwhile
        lease.later(left + timedelta(seconds=1))
    elif reserving.release(exchange.id):
        change = Change("exchange", exchange.id, exchange.state.value, exchange.state.value)
        record(return_, Event.EXCHANGE_LET_GO, lease.by, [change], number=exchange.number)
