"""Exchanges: a row for each line. What belongs to the whole exchange stands in its first row alone."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from portal.catalogue import Reservation, ReservationState
from portal.db import here
from portal.exports.streams import Query, Stream, Values, amount, each, moment, number
from portal.ids import print_rma
from portal.ledger.reading import Period
from portal.orders.models import Order, OrderLine
from portal.refunds.demands import Demand, DemandState
from portal.refunds.goodwill import Waiver
from portal.refunds.lifecycle import HELD, Destination
from portal.refunds.models import Refund, RefundLeg
from portal.returns.exchanges.models import Exchange, ExchangeLine
from portal.returns.models import Return, ReturnLine

OF_EXCHANGE = ("reserved", "value", "given", "owed", "settled", "waived")
COLUMNS = (
    "exchange", "rma", "order", "requested_at", "state", "instead", "sent_at", "carrier", "tracking",
    "for_sku", "line", "sku", "title", "variant", "asked", "pieces", "currency", "line_value", "line_tax",
    *OF_EXCHANGE,
)  # fmt: skip
X, L = Exchange, ExchangeLine
TO_PAY = (DemandState.ASKED, DemandState.OPEN)


def asking(period: Period) -> Query:
    return (
        sa.select(
            *(X.id, X.number, Return.number.label("rma"), Order.number.label("first"), X.made_at, X.state),
            *(Return.instead, X.shipped_at, X.carrier, X.tracking, OrderLine.sku.label("for_sku")),
            *(L.no, L.sku, L.title, L.variant, L.asked, L.quantity, X.currency, L.value, L.taxes),
            *(_reserved().label("reserved"), X.value.label("whole"), _given().label("given")),
            *(_demanded(*TO_PAY).label("owed"), _demanded(DemandState.PAID).label("settled")),
            _waived().label("waived"),
        )
        .join(L, L.exchange_id == X.id)
        .join(Return, Return.id == X.return_id)
        .join(Order, Order.id == Return.order_id)
        .join(ReturnLine, ReturnLine.id == L.return_line_id)
        .join(OrderLine, OrderLine.id == ReturnLine.order_line_id)
        .where(X.tenant_id == here(), *period.holds(X.made_at))
        .order_by(X.made_at, X.id, L.no)
    )


def _sum(of: Any, *where: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
    return sa.select(sa.func.coalesce(sa.func.sum(of), 0)).where(*where).correlate(X).scalar_subquery()


def _reserved() -> sa.ScalarSelect[int]:
    """Pieces that are kept for the shopper now."""
    r = Reservation
    return _sum(r.quantity, r.tenant_id == here(), r.about == X.id, r.state == ReservationState.HELD)


def _given() -> sa.ScalarSelect[int]:
    """What refunds have put to it."""
    leg, to = RefundLeg, Destination.EXCHANGE
    mine = (leg.refund_id == Refund.id, Refund.return_id == X.return_id, leg.tenant_id == here())
    return _sum(leg.amount, *mine, leg.destination == to, leg.state.in_(HELD))


def _waived() -> sa.ScalarSelect[int]:
    """What the shop has let go of it."""
    return _sum(Waiver.amount, Waiver.exchange_id == X.id, Waiver.withdrawn_at.is_(None))


def _demanded(*states: DemandState) -> sa.ScalarSelect[int]:
    """For it, or for what its return fell short of it."""
    about = sa.or_(Demand.about == X.id, Demand.about == X.return_id)
    return _sum(Demand.amount, Demand.tenant_id == here(), about, Demand.state.in_(states))


def rows(period: Period) -> Iterator[Values]:
    last = None
    for row in each(asking(period)):
        whole = _whole(row) if row.id != last else [None] * len(OF_EXCHANGE)
        yield (*_head(row, period), *_line(row), *whole)
        last = row.id


def _head(row: Any, period: Period) -> Values:
    asked = (row.number, print_rma(row.rma), row.first, moment(row.made_at, period), row.state.value)
    instead = row.instead.value if row.instead else None
    return (*asked, instead, moment(row.shipped_at, period), row.carrier, row.tracking)


def _line(row: Any) -> Values:
    sums = [amount(minor, row.currency) for minor in (row.value, sum(row.taxes.values()))]
    named = (row.for_sku, row.no, row.sku, row.title, row.variant, row.asked, row.quantity)
    return (*named, row.currency, *sums)


def _whole(row: Any) -> Values:
    """PostgreSQL's sums are Decimal."""
    sums = (row.whole, row.given, row.owed, row.settled, row.waived)
    return (
        int(row.reserved),
        *(amount(int(minor), row.currency) for minor in sums),
    )


EXCHANGES = Stream(COLUMNS, rows, lambda period: number(asking(period)))
