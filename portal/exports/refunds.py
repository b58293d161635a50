"""Refunds: a row for each that was approved, taken back, paid, or came back from the bank.

What happened is read from the refunds, when it happened from the entry that posted it. So the sums of a
period are those of the books: approved less taken back is what the days call approved, paid less came back
what they call paid.
"""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from portal.db import here
from portal.exports.streams import Query, Stream, Values, amount, each, moment, number
from portal.ids import print_rma
from portal.ledger.models import JournalEntry
from portal.ledger.reading import Period
from portal.orders.models import Order
from portal.refunds.lifecycle import LegState
from portal.refunds.models import Refund, RefundLeg, RefundPart
from portal.returns.models import Return

COLUMNS = (
    "event", "at", "entry", "rma", "order", "refund", "leg", "destination", "gateway", "reference",
    "currency", "amount", "goods", "tax", "fees", "delivery", "return_shipping", "goodwill",
)  # fmt: skip
PAID = (LegState.SUCCEEDED, LegState.REVERSED)
NONE: Any = sa.null()


def asking(period: Period) -> Query:
    """Everything that happened, in the order of its moments."""
    happened = sa.union_all(
        _refunds("approved", "refund.approved", Refund.approved_at),
        _refunds("taken back", "refund.cancelled", Refund.cancelled_at),
        _legs("paid", "leg.succeeded", PAID),
        _legs("came back", "leg.reversed", (LegState.REVERSED,)),
    ).subquery()
    of = happened.c
    return (
        sa.select(*of, Return.number, Order.number.label("order_number"))
        .join(Return, Return.id == of.return_id)
        .join(Order, Order.id == Return.order_id)
        .where(*period.holds(of.at))
        .order_by(of.at, of.id, of.event)
    )


def _refunds(event: str, source: str, moment: Any) -> sa.Select[Any]:
    """An approval of nothing has no entry, and its own moment."""
    parts = (
        sa.select(sa.func.sum(RefundPart.net).label("net"), sa.func.sum(RefundPart.fee).label("fees"))
        .add_columns(sa.func.sum(RefundPart.amount).label("amount"), RefundPart.refund_id)
        .where(RefundPart.tenant_id == here())
        .group_by(RefundPart.refund_id)
        .subquery()
    )
    net, fees, units = (sa.func.coalesce(parts.c[name], 0) for name in ("net", "fees", "amount"))
    delivery = Refund.amount + Refund.shipping - units - Refund.goodwill
    return (
        sa.select(
            *(sa.literal(event).label("event"), _at(moment), JournalEntry.no.label("entry"), Refund.id),
            *(Refund.return_id, Refund.no.label("refund"), _none(sa.BigInteger, "leg")),
            *(_none(sa.String, name) for name in ("destination", "gateway", "reference")),
            *(Refund.currency, Refund.amount, _whole(net, "goods"), _whole(units + fees - net, "tax")),
            *(
                _whole(fees, "fees"),
                _whole(delivery, "delivery"),
                Refund.shipping.label("shipping"),
                Refund.goodwill,
            ),
        )
        .outerjoin(JournalEntry, _posted(source, Refund.id))
        .outerjoin(parts, parts.c.refund_id == Refund.id)
        .where(Refund.tenant_id == here(), moment.is_not(None))
    )


def _legs(event: str, source: str, states: tuple[LegState, ...]) -> sa.Select[Any]:
    leg = RefundLeg
    return (
        sa.select(
            *(sa.literal(event).label("event"), _at(leg.changed_at), JournalEntry.no.label("entry"), leg.id),
            *(Refund.return_id, Refund.no.label("refund"), leg.no.label("leg")),
            *(sa.cast(leg.destination, sa.String).label("destination"), leg.gateway, leg.reference),
            *(leg.currency, leg.amount),
            *(
                _none(sa.BigInteger, name)
                for name in ("goods", "tax", "fees", "delivery", "shipping", "goodwill")
            ),
        )
        .join(Refund, Refund.id == leg.refund_id)
        .outerjoin(JournalEntry, _posted(source, leg.id))
        .where(leg.tenant_id == here(), leg.state.in_(states))
    )


def _posted(source: str, id: Any) -> sa.ColumnElement[bool]:
    mine = JournalEntry.tenant_id == here()
    return sa.and_(mine, JournalEntry.source_kind == source, JournalEntry.source_id == id)


def _at(own: Any) -> Any:
    return sa.func.coalesce(JournalEntry.at, own, type_=JournalEntry.at.type).label("at")


def _whole(sum: Any, name: str) -> Any:
    return sa.cast(sum, sa.BigInteger).label(name)


def _none(kind: Any, name: str) -> Any:
    return sa.cast(NONE, kind).label(name)


def rows(period: Period) -> Iterator[Values]:
    for row in each(asking(period)):
        named = (print_rma(row.number), row.order_number, row.refund, row.leg)
        went = (row.destination, row.gateway or None, row.reference or None, row.currency)
        sums = (row.amount, row.goods, row.tax, row.fees, row.delivery, row.shipping, row.goodwill)
        amounts = [amount(minor, row.currency) for minor in sums]
        yield (row.event, moment(row.at, period), row.entry, *named, *went, *amounts)


REFUNDS = Stream(COLUMNS, rows, lambda period: number(asking(period)))
