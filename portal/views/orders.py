"""The shop's orders, page by page, and one of them with everything that belongs to it."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from portal.db import find, here, session
from portal.orders.keys import email_key, number_key
from portal.orders.models import FLAGGED, Order, OrderAcceptance
from portal.people import User
from portal.returns import Return, ReturnState
from portal.views import paging
from portal.views.naming import named


@dataclass(frozen=True)
class Wish:
    """What is asked for: orders whose figures wait for a person, or what was typed.

    That is a number or an address, whole, or else any words of a name.
    """

    flagged: bool = False
    typed: str = ""


class Row(NamedTuple):
    """An order of the list, in the order of `ROWS`. Money in minor units; `returns` without drafts."""

    id: uuid.UUID
    number: str
    placed_at: datetime
    name: str
    email: str
    currency: str
    captured: int
    gone: int
    flags: list[Any]
    accepted: bool
    cancelled_at: datetime | None
    returns: int

    @property
    def flagged(self) -> bool:
        return bool(self.flags) and not self.accepted


_returns = sa.select(sa.func.count()).where(Return.order_id == Order.id, Return.state != ReturnState.DRAFT)
ROWS = sa.select(
    Order.id, Order.number, Order.placed_at, Order.name, Order.email, Order.currency, Order.captured,
    (Order.reserved + Order.refunded_outside).label("gone"), Order.flags, Order.accepted,
    Order.cancelled_at, _returns.correlate(Order).scalar_subquery().label("returns"),
)  # fmt: skip
NEWEST = paging.Order(Order, (Order.placed_at, Order.id))


def orders(wish: Wish, spot: paging.Spot) -> paging.Slice[Row]:
    """The newest first: one statement, and one for the spot; two where what was typed may be a name."""
    found = paging.cut(ROWS.where(*_matching(wish)), NEWEST, spot, paging.rows)
    if wish.typed and not found.rows:
        by_name = ROWS.where(*_of(wish), named(Order.name, wish.typed))
        found = paging.cut(by_name, NEWEST, spot, paging.rows)
    return paging.Slice([Row._make(row) for row in found.rows], found.before, found.after)


def _matching(wish: Wish) -> list[sa.ColumnElement[bool]]:
    found = _of(wish)
    if wish.typed:
        mine = sa.select(Order.id).where(Order.tenant_id == here())
        keyed = sa.union(
            mine.where(Order.number_key == number_key(wish.typed)),
            mine.where(Order.email_key == email_key(wish.typed), Order.email_key != ""),
        )
        found.append(Order.id.in_(keyed))
    return found


def _of(wish: Wish) -> list[sa.ColumnElement[bool]]:
    return [Order.tenant_id == here(), *([sa.and_(FLAGGED)] if wish.flagged else [])]


def flagged() -> int:
    """How many orders have figures that wait for a person; reads one index alone."""
    counting = sa.select(sa.func.count()).select_from(Order).where(Order.tenant_id == here(), FLAGGED)
    return session.scalar(counting) or 0


@dataclass(frozen=True)
class Whole:
    """An order with what was asked for of it. `acceptances`: each with who it was, the newest first."""

    order: Order
    returns: Sequence[Return]
    acceptances: Sequence[tuple[OrderAcceptance, str]]


WITH_PARTS = (selectinload(Order.lines), selectinload(Order.payments), selectinload(Order.shipments))


def whole(id: uuid.UUID) -> Whole:
    """Six statements. Raises NotFound. Drafts are their shopper's alone."""
    order = find(Order, id, *WITH_PARTS)
    mine = sa.and_(Return.tenant_id == here(), Return.order_id == id, Return.state != ReturnState.DRAFT)
    asked = sa.select(Return).where(mine).order_by(Return.requested_at.desc(), Return.id.desc())
    accepted = (
        sa.select(OrderAcceptance, User.name)
        .outerjoin(User, User.id == OrderAcceptance.by)
        .where(OrderAcceptance.tenant_id == here(), OrderAcceptance.order_id == id)
        .order_by(OrderAcceptance.at.desc(), OrderAcceptance.id.desc())
    )
    people = [(acceptance, name or "") for acceptance, name in session.execute(accepted)]
    return Whole(order, session.scalars(asked).all(), people)
