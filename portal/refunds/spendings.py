"""What tills spent of this shop's stored value to pay an order, as its payments name it by their references,
and whether any of it can still go back: what was released, or refunded with another order, cannot."""

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from portal.db import here, locked, session
from portal.errors import Conflict
from portal.i18n import Message, say
from portal.orders.models import Order, Payment
from portal.refunds import values
from portal.refunds.lifecycle import Destination
from portal.refunds.models import GiftCard, StoreCredit
from portal.refunds.turns import refunds_paid_with

ISSUED_HERE: Mapping[str, tuple[values.Sort, Any, Destination]] = {
    "store_credit": (values.CREDIT, StoreCredit, Destination.STORE_CREDIT),
    "gift_card": (values.CARD, GiftCard, Destination.GIFT_CARD),
}
RELEASED = say("The till has given it back, so nothing goes back through it.")
ELSEWHERE = say("Another order names it too and was refunded first, so nothing goes back through it.")


@dataclass(frozen=True)
class Spending:
    """An amount in minor units that was spent of `holder`, or of a card whose place another has taken.

    `over`: why nothing of it can go back any more; None while it can.
    """

    to: Destination
    holder: uuid.UUID
    amount: int
    over: Message | None = None


def spendings(order: Order) -> dict[uuid.UUID, Spending]:
    """By the payments that name them. Asks nothing where none may have been paid with."""
    found: dict[uuid.UUID, Spending] = {}
    for kind in () if order.test else ISSUED_HERE:
        payments = [p for p in order.payments if p.kind == kind and p.reference]
        known = _spent(kind, order, {p.reference for p in payments}) if payments else {}
        found |= {p.id: known[p.reference] for p in payments if p.reference in known}
    return found


def _spent(kind: str, order: Order, references: Collection[str]) -> dict[str, Spending]:
    sort, holder, to = ISSUED_HERE[kind]
    entry, back = sort.entry, aliased(sort.entry)
    released = sa.exists().where(
        back.tenant_id == entry.tenant_id, back.kind == "release", back.source == entry.source
    )
    query = sa.select(entry.source, sort.of, entry.amount, released).join(holder, holder.id == sort.of)
    query = query.where(entry.tenant_id == here(), entry.kind == "spend", entry.source.in_(references))
    rows = session.execute(query.where(holder.currency == order.currency)).all()
    elsewhere = _elsewhere(kind, order, {row[0] for row in rows})
    return {
        source: Spending(to, of, -amount, RELEASED if gone else ELSEWHERE if source in elsewhere else None)
        for source, of, amount, gone in rows
    }


def _elsewhere(kind: str, order: Order, references: Collection[str]) -> set[str]:
    """References that name what paid another order: the first of which anything is refunded, and stands.

    One spending pays one order, wherever that order's refunds went.
    """
    if not references:
        return set()
    rows = session.execute(refunds_paid_with(kind, references, order.currency)).all()
    first = {reference: id for _, reference, id in sorted(rows, key=lambda row: row.no, reverse=True)}
    return {reference for reference, id in first.items() if id != order.id}


def hold(order: Order) -> None:
    """Lock the stored value of all that the order's payments name, so that nothing of it is released, nor
    refunded with another order, meanwhile. Lock the order and its payments first."""
    held = {(spending.holder, spending.to) for spending in spendings(order).values()}
    for id, to in sorted(held, key=str):
        locked(GiftCard if to is Destination.GIFT_CARD else StoreCredit, id)


def worthless(order: Order) -> dict[uuid.UUID, Message]:
    """The payments through which nothing can go back any more, and why."""
    return {id: spending.over for id, spending in spendings(order).items() if spending.over}


def gone(order: Order) -> int:
    """What of the order would be refundable, and is not, since it went back that way already."""
    lost = worthless(order)
    return min(order.refundable, sum(p.refundable for p in order.payments if p.id in lost))


def left(order: Order) -> int:
    """What may still be refunded of the order, in minor units."""
    return order.refundable - gone(order)


def must_have_room(order: Order, payment: uuid.UUID | None) -> None:
    """After more was taken of an order, and of its `payment`: raises Conflict where what paid it does not
    cover that any more. Hold what it was paid with."""
    lost = worthless(order)
    if not lost:
        return
    mine = sa.select(Order.captured - Order.reserved - Order.refunded_outside).where(Order.id == order.id)
    worth = Payment.captured - Payment.refunded_outside
    theirs = sa.select(sa.func.coalesce(sa.func.sum(worth), 0)).where(Payment.id.in_(lost), worth > 0)
    if payment in lost or session.scalars(mine).one() < session.scalars(theirs).one():
        raise Conflict(say("What this was paid with has gone back already."))
