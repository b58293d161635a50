"""Demo returns for other articles, each up to where it stops: wanted, checked, sent or waited for."""

import uuid
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta

import sqlalchemy as sa

from portal.audit import Actor
from portal.catalogue import Product, Variant
from portal.catalogue.reserving import stock_of
from portal.db import here, locked, session, transaction
from portal.errors import Refusal
from portal.orders.models import Order, OrderLine, Shipment
from portal.policies import Instead, Resolution
from portal.provisioning.demo import stories
from portal.provisioning.demo.stories import Cast, Story
from portal.refunds.exchanges import giving_up, shipping
from portal.refunds.gateways.bank import Bank
from portal.returns import drafting
from portal.returns.exchanges.holding import exchange_of
from portal.returns.exchanges.lifecycle import ExchangeState
from portal.returns.exchanges.picking import choose_instead, pick, variants_of
from portal.returns.models import Return

MOST = 12
WANTED, CHECKED, APPROVED, SENT, SOLD_OUT = range(5)


def returnable(since: datetime) -> list[uuid.UUID]:
    """Orders of articles of the catalogue that came since then, and of which nothing has come back."""
    came = sa.exists().where(Shipment.order_id == Order.id, Shipment.delivered_at > since)
    returned = sa.exists().where(Return.order_id == Order.id)
    listed = sa.exists().where(OrderLine.order_id == Order.id, OrderLine.sku == Variant.sku, Variant.offered)
    query = sa.select(Order.id).where(Order.tenant_id == here(), came, listed, ~returned)
    home = sa.select(Product.currency).where(Product.tenant_id == here()).limit(1).scalar_subquery()
    return list(session.scalars(query.where(Order.currency == home).order_by(Order.placed_at).limit(MOST)))


def swap(cast: Cast, order: uuid.UUID, n: int, bank: Bank) -> Story:
    """One order's exchange; how far it goes follows from its turn."""
    ends = n % 5
    draft = _draft(cast, order, n)
    if draft is None:
        return
    yield timedelta(minutes=4)
    stories.hand_in(cast, draft)
    if ends == WANTED:
        return
    yield from _comes(cast, draft)
    if ends == CHECKED:
        return
    with suppress(Refusal):
        stories.approve_ready(cast, draft, bank)
    yield timedelta(hours=9)
    _end(cast, draft, ends)


def _comes(cast: Cast, id: uuid.UUID) -> Iterator[timedelta]:
    """Sent, received and checked, if it was authorized at once."""
    if not stories.awaited(cast, id):
        return
    yield timedelta(hours=20)
    stories.send(cast, id)
    yield timedelta(hours=30)
    stories.receive(cast, id)
    yield timedelta(hours=3)
    stories.inspect(cast, id)


def _draft(cast: Cast, order: uuid.UUID, n: int) -> uuid.UUID | None:
    """Another size or colour where there is one, or else anything that is there; None where it is not."""
    shopper = Actor("shopper", order)
    with suppress(Refusal), transaction(tenant=cast.shop):
        held = locked(Order, order)
        line = held.lines[n % len(held.lines)]
        draft = drafting.choose_items(held, {line.id: 1}, drafting.verdicts_on(held, cast.zone), shopper)
        drafting.give_reasons(draft, {one.id: ("too_small", "") for one in draft.lines}, shopper)
        stories.choose_way(draft, shopper)
        drafting.choose_resolution(draft, Resolution.EXCHANGE, shopper)
        for one in draft.lines:
            pick(draft, one, variants_of([found := _another(line, n)])[found], shopper)
        choose_instead(draft, Instead.WAIT if n % 5 == SOLD_OUT else Instead.ORIGINAL, shopper)
        return draft.id
    return None


def _another(line: OrderLine, n: int) -> uuid.UUID:
    product = sa.select(Variant.product_id).where(Variant.tenant_id == here(), Variant.sku == line.sku)
    offered = sa.select(Variant.id).where(Variant.tenant_id == here(), Variant.offered)
    offered = offered.where(Variant.sku != line.sku)
    sisters = list(session.scalars(offered.where(Variant.product_id.in_(product)).order_by(Variant.sku)))
    others = list(session.scalars(offered.order_by(Variant.sku)))
    stocks = stock_of([*sisters, *others])
    there = [id for id in (sisters if n % 3 else ()) if stocks[id].has(1)]
    there = there or [id for id in others if stocks[id].has(1)]
    return there[n % len(there)]


def _end(cast: Cast, id: uuid.UUID, ends: int) -> None:
    with suppress(Refusal), transaction(tenant=cast.shop):
        exchange = exchange_of(locked(Return, id), lock=True)
        if exchange is None or exchange.state is not ExchangeState.TO_SHIP:
            return
        if ends == SENT:
            shipping.ship(exchange, "DHL", f"003404341611{exchange.id.int % 10**8:08}", cast.manager)
        elif ends == SOLD_OUT:
            giving_up.sold_out(exchange, cast.manager)
