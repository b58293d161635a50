"""A shop that orders are imported into, and its rows as plain values."""

import io
import json
import uuid
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from portal.audit.actors import SYSTEM
from portal.i18n import Voice
from portal.orders.importing import Result, import_orders
from portal.orders.models import Order, OrderLine, Payment, Shipment
from portal.orders.storing import Outcome
from tests.harness.shops import Shop


def run(shop: Shop, content: str | bytes | dict[str, Any] | list[dict[str, Any]]) -> list[Result]:
    """Import a file; every result."""
    text = json.dumps(content) if isinstance(content, dict | list) else content
    told: list[Result] = []
    with shop.app.app_context():
        data = text.encode() if isinstance(text, str) else text
        tally = import_orders(io.BytesIO(data), None, shop.id, SYSTEM, tell=told.append)
    assert tally.counts == {outcome: sum(r.outcome is outcome for r in told) for outcome in Outcome}
    return told


def outcomes(results: list[Result]) -> list[str]:
    """Each result in a line: `2 imported`, or `2 refused: why`."""
    return [f"{r.line} {r.outcome.value}" + (f": {_said(r)}" if r.reason else "") for r in results]


def _said(result: Result) -> str:
    assert result.reason
    return Voice("en").text(result.reason)


def stored(shop: Shop, number: str = "#1001") -> Order:
    """The order with lines, payments and shipments, to be looked at."""
    with shop.transaction(reading=True) as session:
        query = sa.select(Order).where(Order.tenant_id == shop.id, Order.number == number)
        loaded = (selectinload(Order.lines), selectinload(Order.payments), selectinload(Order.shipments))
        order = session.scalars(query.options(*loaded)).one()
        session.expunge_all()
    return order


def count(shop: Shop, kind: type[Order | OrderLine | Payment | Shipment] = Order) -> int:
    with shop.transaction(reading=True) as session:
        query = sa.select(sa.func.count()).select_from(kind).where(kind.tenant_id == shop.id)
        return session.scalar(query) or 0


def change(shop: Shop, kind: type[Order | OrderLine | Payment], id: uuid.UUID, **values: int) -> None:
    """What returns and refunds write to an order's rows."""
    with shop.transaction() as session:
        session.execute(sa.update(kind).where(kind.id == id).values(**values))


def hold(shop: Shop, line: int = 1, units: int = 1, number: str = "#1001") -> None:
    """A live return holds units of the line at this position."""
    change(shop, OrderLine, stored(shop, number).lines[line - 1].id, claimed=units)


def reserve(shop: Shop, amount: int, payment: int | None = 1) -> None:
    """Refunds hold this much of the order, and of its payment."""
    order = stored(shop)
    change(shop, Order, order.id, reserved=amount)
    if payment:
        change(shop, Payment, order.payments[payment - 1].id, reserved=amount)
