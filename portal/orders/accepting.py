"""Figures that do not add up: a person takes them as they are, until an import changes one."""

import json
from collections.abc import Iterable
from hashlib import sha256
from typing import Any

import sqlalchemy as sa

from portal import clock
from portal.audit import Actor, Change, Event, record
from portal.db import here, session
from portal.errors import Refusal
from portal.i18n import say
from portal.ids import uuid7
from portal.orders.models import Order, OrderAcceptance, OrderLine, Payment
from portal.tenants import locked_shop

LONGEST = 2_000
OF_ORDER = (
    Order.currency, Order.prices_include_tax, Order.delivery_charged, Order.delivery_discount,
    Order.delivery_standard, Order.delivery_taxes, Order.captured, Order.refunded_outside, Order.flags,
)  # fmt: skip
OF_LINE = (
    OrderLine.position, OrderLine.sku, OrderLine.quantity, OrderLine.subtotal, OrderLine.discount,
    OrderLine.taxes, OrderLine.gone,
)  # fmt: skip
OF_PAYMENT = (Payment.position, Payment.kind, Payment.captured, Payment.refunded_outside)


def accept(order: Order, reason: str, by: Actor) -> None:
    """Take the order's figures as they are; its returns no longer wait for a person because of them.

    Lock the order. Raises Refusal where nobody is asked, and for a reason that is empty or endless.
    """
    text = reason.strip()
    if not text or len(text) > LONGEST:
        raise Refusal(say("Say why, in at most {n} characters.", n=LONGEST), "reason")
    if not order.flagged:
        raise Refusal(say("Nobody needs to look at the figures of this order any more."))
    figures = figures_of(_one(order, OF_ORDER), _some(order, OF_LINE), _some(order, OF_PAYMENT))
    acceptance = OrderAcceptance(
        id=uuid7(), order_id=order.id, figures=figures, reason=text, by=by.id, at=clock.now()
    )
    session.add(acceptance)
    order.accepted = True
    change = Change("orders", order.id, "flagged", "accepted")
    record(locked_shop(), Event.ORDER_ACCEPTED, by, [change], acceptance=str(acceptance.id))


def still_accepted(order: Order) -> bool:
    """Whether the figures, as they are in the database now, are ones that a person has accepted."""
    mine = sa.select(OrderAcceptance.figures).where(
        OrderAcceptance.tenant_id == here(), OrderAcceptance.order_id == order.id
    )
    known = set(session.scalars(mine)) if order.flags else set()
    if not known:
        return False
    return figures_of(_one(order, OF_ORDER), _some(order, OF_LINE), _some(order, OF_PAYMENT)) in known


def figures_of(order: Any, lines: Iterable[Any], payments: Iterable[Any]) -> str:
    """Stands for every figure, and for what was found wrong with them; rows of OF_ORDER and the like."""
    said = [list(order), sorted(map(list, lines)), sorted(map(list, payments))]
    return sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def _one(order: Order, columns: Iterable[Any]) -> Any:
    return session.execute(sa.select(*columns).where(Order.id == order.id, Order.tenant_id == here())).one()


def _some(order: Order, columns: tuple[Any, ...]) -> list[Any]:
    kind = columns[0].class_
    mine = sa.select(*columns).where(kind.order_id == order.id, kind.tenant_id == here())
    return list(session.execute(mine).all())
