"""Stock: a row for each movement. What lies at a place is what came there less what left."""

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from portal.db import here
from portal.exports.streams import Query, Stream, Values, amount, each, moment, number
from portal.ids import print_rma
from portal.inventory import StockMovement
from portal.inventory.models import Location
from portal.ledger.reading import Period
from portal.returns.models import Return

COLUMNS = (
    "movement", "at", "sku", "title", "from", "to", "quantity", "currency", "unit_cost", "value", "rma",
    "corrects",
)  # fmt: skip


def asking(period: Period) -> Query:
    m, origin, to = StockMovement, aliased(Location), aliased(Location)
    return (
        sa.select(
            *(m.id, m.at, m.sku, m.title, origin.place.label("origin"), to.place.label("to"), m.quantity),
            *(m.currency, m.unit_cost, Return.number, m.corrects),
        )
        .join(origin, origin.id == m.origin_id)
        .join(to, to.id == m.destination_id)
        .outerjoin(Return, sa.and_(Return.id == m.about, Return.tenant_id == m.tenant_id))
        .where(m.tenant_id == here(), *period.holds(m.at))
        .order_by(m.at, m.id)
    )


def rows(period: Period) -> Iterator[Values]:
    for row in each(asking(period)):
        cost = row.unit_cost
        sums = [amount(minor, row.currency) for minor in (cost, cost and cost * row.quantity)]
        moved = (row.sku, row.title, row.origin.value, row.to.value, row.quantity, row.currency)
        about = (print_rma(row.number) if row.number else None, row.corrects and str(row.corrects))
        yield (str(row.id), moment(row.at, period), *moved, *sums, *about)


STOCK = Stream(COLUMNS, rows, lambda period: number(asking(period)))
