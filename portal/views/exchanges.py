"""Exchanges for reading: which are to be sent, to be paid, waited for, and one of them whole."""

import uuid
from collections.abc import Sequence
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from portal.catalogue import reserving
from portal.db import find, here, locked, session
from portal.policies import Resolution
from portal.returns.exchanges.lifecycle import ExchangeState
from portal.returns.exchanges.models import Exchange, ExchangeLine
from portal.returns.models import Return, ReturnLine
from portal.views import paging

WHOLE: Sequence[Any] = (
    selectinload(Exchange.lines)
    .joinedload(ExchangeLine.return_line)
    .joinedload(ReturnLine.order_line, innerjoin=True),
    joinedload(Exchange.return_).joinedload(Return.order),
)


class View(StrEnum):
    """Which are asked for, by where they stand."""

    TO_SHIP = "to_ship"
    TO_PAY = "to_pay"
    WAITING = "waiting"
    WANTED = "wanted"
    SHIPPED = "shipped"
    ENDED = "ended"


BY_CHANGE = paging.Order(Exchange, (Exchange.changed_at, Exchange.id), descending=False)
NEWEST = paging.Order(Exchange, (Exchange.changed_at, Exchange.id))
OVER = frozenset({View.SHIPPED, View.ENDED})


def exchanges(view: View, spot: paging.Spot, most: int = paging.MOST) -> paging.Slice[Exchange]:
    """Those that stand there, the longest first; of what is over the latest."""
    query = sa.select(Exchange).where(Exchange.tenant_id == here(), Exchange.state == view.value)
    order = NEWEST if view in OVER else BY_CHANGE
    return paging.cut(query.options(*WHOLE), order, spot, paging.things, most)


def whole_exchange(id: uuid.UUID) -> Exchange:
    """Raises NotFound."""
    return find(Exchange, id, *WHOLE)


def held_exchange(id: uuid.UUID) -> Exchange:
    """The same with its return locked first, so that it is read as it now is."""
    locked(Return, find(Exchange, id).return_id)
    return whole_exchange(id)


def hold(exchange: Exchange) -> None:
    """Lock its return afterwards, for a form: `once` sees whether the exchange has changed in between."""
    locked(Return, exchange.return_id, joinedload(Return.order, innerjoin=True))


def how_many_to_send() -> int:
    query = sa.select(sa.func.count(Exchange.id)).where(Exchange.tenant_id == here())
    return session.scalar(query.where(Exchange.state == ExchangeState.TO_SHIP)) or 0


def numbered(number: str) -> uuid.UUID | None:
    """The id of the one with this number, as it is printed."""
    query = sa.select(Exchange.id).where(Exchange.tenant_id == here(), Exchange.number == number.upper())
    return session.scalars(query).one_or_none()


def latest_of(return_: Return) -> Exchange | None:
    """The one of a return, alive or not; asks nothing where there was none."""
    if return_.resolution is not Resolution.EXCHANGE and return_.instead is None:
        return None
    query = sa.select(Exchange).where(Exchange.tenant_id == here(), Exchange.return_id == return_.id)
    query = query.options(selectinload(Exchange.lines)).order_by(Exchange.made_at.desc())
    return session.scalars(query.limit(1)).first()


def is_kept(exchange: Exchange) -> bool:
    """Whether its articles are kept for the shopper."""
    open_ = exchange.state not in (ExchangeState.SHIPPED, ExchangeState.ENDED)
    return open_ and reserving.held(exchange.id)
