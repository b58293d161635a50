"""Orders: a row for each line. What belongs to the whole order stands in its first row alone."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from portal.db import here
from portal.exports.streams import Query, Stream, Values, amount, each, moment, number
from portal.ledger.reading import Period
from portal.orders.models import Order, OrderLine

OF_ORDER = (
    "captured",
    "refunded_here",
    "refunded_elsewhere",
    "delivery",
    "delivery_discount",
    "delivery_tax",
)
COLUMNS = (
    "order", "source", "source_id", "placed_at", "cancelled_at", "name", "email", "country", "currency",
    "tax_inside", "line", "sku", "title", "variant", "category", "quantity", "price", "discount", "tax",
    "unit_cost", "in_returns", *OF_ORDER,
)  # fmt: skip
O, L = Order, OrderLine  # noqa: E741 - a table's letter


def asking(period: Period) -> Query:
    lines = sa.and_(L.order_id == O.id, L.tenant_id == O.tenant_id, L.gone.is_(False))
    return (
        sa.select(
            *(O.id, O.number, O.source, O.external_id, O.placed_at, O.cancelled_at, O.name, O.email),
            *(O.country, O.currency, O.prices_include_tax, O.captured, O.reserved, O.refunded_outside),
            *(O.delivery_charged, O.delivery_discount, O.delivery_taxes),
            *(L.position, L.sku, L.title, L.variant, L.category, L.quantity, L.subtotal, L.discount),
            *(L.taxes, L.unit_cost, L.claimed),
        )
        .outerjoin(L, lines)
        .where(O.tenant_id == here(), *period.holds(O.placed_at))
        .order_by(O.placed_at, O.id, L.position)
    )


def rows(period: Period) -> Iterator[Values]:
    last = None
    for row in each(asking(period)):
        yield (*_head(row, period), *_line(row), *(_whole(row) if row.id != last else [None] * len(OF_ORDER)))
        last = row.id


def _head(row: Any, period: Period) -> Values:
    at = (moment(row.placed_at, period), moment(row.cancelled_at, period))
    whose = (row.name, row.email, row.country, row.currency, row.prices_include_tax)
    return (row.number, row.source, row.external_id, *at, *whose)


def _line(row: Any) -> Values:
    if row.position is None:
        return [None] * 11
    sums = (row.subtotal, row.discount, sum(row.taxes.values()), row.unit_cost)
    named = (row.position, row.sku, row.title, row.variant, row.category, row.quantity)
    return (*named, *(amount(minor, row.currency) for minor in sums), row.claimed)


def _whole(row: Any) -> Values:
    delivery = (row.delivery_charged, row.delivery_discount, sum(row.delivery_taxes.values()))
    sums = (row.captured, row.reserved, row.refunded_outside, *delivery)
    return [amount(minor, row.currency) for minor in sums]


ORDERS = Stream(COLUMNS, rows, lambda period: number(asking(period)))
