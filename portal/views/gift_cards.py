"""Gift cards for reading: which there are, and what there is to each."""

from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager

from portal.db import here, session
from portal.orders.keys import email_key, number_key
from portal.orders.models import Order
from portal.refunds.models import GiftCard
from portal.views import paging
from portal.views.credit import Holding


def gift_cards(typed: str, currency: str, spot: paging.Spot) -> paging.Slice[GiftCard]:
    """The newest first; those that what was typed may mean, and of one currency, if not empty."""
    query = sa.select(GiftCard).join(Order, Order.id == GiftCard.order_id)
    query = query.options(contains_eager(GiftCard.order)).where(GiftCard.tenant_id == here())
    if typed:
        query = query.where(_meant(typed))
    if currency:
        query = query.where(GiftCard.currency == currency)
    order = paging.Order(GiftCard, (GiftCard.issued_at, GiftCard.id))
    return paging.cut(query, order, spot, paging.things)


def _meant(typed: str) -> sa.ColumnElement[bool]:
    """How a code ends, an order's number, or how an address begins."""
    return sa.or_(
        GiftCard.ending == typed.upper(),
        Order.number_key == number_key(typed),
        Order.email_key.startswith(email_key(typed), autoescape=True),
    )


def holdings() -> Mapping[str, Holding]:
    """How many cards there is something on, and how much, by currency; in one statement."""
    together = sa.cast(sa.func.sum(GiftCard.balance), sa.BigInteger)
    full = sa.func.count().filter(GiftCard.balance > 0)
    query = sa.select(GiftCard.currency, full, together).where(GiftCard.tenant_id == here())
    rows = session.execute(query.group_by(GiftCard.currency).order_by(GiftCard.currency))
    return {currency: Holding(n, balance) for currency, n, balance in rows}


def successors(card: GiftCard) -> Sequence[GiftCard]:
    """The card that stands in its place, and the one in whose place it stands, if any."""
    beside = sa.or_(GiftCard.replaces_id == card.id, GiftCard.id == card.replaces_id)
    query = sa.select(GiftCard).where(GiftCard.tenant_id == here(), beside)
    return session.scalars(query.order_by(GiftCard.issued_at)).all()
