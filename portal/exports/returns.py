"""Returns: a row for each unit, those of a return together. Drafts are not in it."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from portal.db import here
from portal.exports.streams import Query, Stream, Values, amount, each, moment, number
from portal.ids import print_rma
from portal.ledger.reading import Period
from portal.money import share
from portal.orders.models import Order, OrderLine
from portal.returns.models import Return, ReturnItem, ReturnLine
from portal.returns.reductions import Reduction

COLUMNS = (
    "rma", "order", "requested_at", "state", "stage", "wants", "decided_at", "closed_at", "unit", "line",
    "sku", "title", "variant", "reason", "unit_state", "grade", "disposition", "outcome", "refunding",
    "currency", "price", "less", "less_state",
)  # fmt: skip


def asking(period: Period) -> Query:
    """`price` is the line's, before discounts, over its units: what one of them cost is their share. `less`
    is taken off its refund because of what was found."""
    r, i, line = Return, ReturnItem, OrderLine
    return (
        sa.select(
            *(r.number, Order.number.label("order_number"), r.requested_at, r.state, r.stage, r.resolution),
            *(r.decided_at, r.closed_at, i.no, line.position, line.sku, line.title, line.variant),
            *(ReturnLine.reason, i.state.label("unit_state"), i.grade, i.disposition, i.outcome),
            *(i.refunding, r.currency, line.subtotal, line.quantity, i.unit_no),
            *(i.less, Reduction.state.label("less_state")),
        )
        .join(Order, Order.id == r.order_id)
        .join(i, i.return_id == r.id)
        .join(ReturnLine, ReturnLine.id == i.return_line_id)
        .join(line, line.id == i.order_line_id)
        .outerjoin(Reduction, Reduction.id == i.reduced_by_id)
        .where(r.tenant_id == here(), r.requested_at.is_not(None), *period.holds(r.requested_at))
        .order_by(r.requested_at, r.id, i.no)
    )


def rows(period: Period) -> Iterator[Values]:
    for row in each(asking(period)):
        yield (*_head(row, period), *_unit(row))


def _head(row: Any, period: Period) -> Values:
    wants = row.resolution.value if row.resolution else None
    ends = (moment(row.decided_at, period), moment(row.closed_at, period))
    asked = (print_rma(row.number), row.order_number, moment(row.requested_at, period))
    return (*asked, row.state.value, row.stage.value, wants, *ends)


def _unit(row: Any) -> Values:
    found = [word.value if word else None for word in (row.grade, row.disposition, row.outcome)]
    price = share(row.subtotal, row.quantity, row.unit_no - 1)
    named = (row.no, row.position, row.sku, row.title, row.variant, row.reason, row.unit_state.value)
    less = (amount(row.less, row.currency), row.less_state.value if row.less_state else None)
    return (*named, *found, row.refunding, row.currency, amount(price, row.currency), *less)


RETURNS = Stream(COLUMNS, rows, lambda period: number(asking(period)))
