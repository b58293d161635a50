"""Credit notes: a row for each, and for each that takes one back, by the day of issue.

A cancellation's amounts are below zero, so columns add up to what was credited in the end.
"""

from collections.abc import Iterator, Mapping

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from portal.db import here
from portal.exports.streams import Query, Stream, Values, amount, each, moment, number
from portal.ids import print_rma
from portal.ledger.reading import Period
from portal.money import plain
from portal.refunds.credit_notes import CreditNote, NoteKind
from portal.refunds.credit_notes.models import print_note
from portal.refunds.models import Refund
from portal.returns.models import Return

COLUMNS = (
    "number", "issued_at", "state", "other", "order", "rma", "refund", "currency",
    "net", "tax", "taxes", "fees", "return_shipping", "goodwill", "total",
)  # fmt: skip
OTHER = aliased(CreditNote)  # the one that it cancels, or that cancels it


def asking(period: Period) -> Query:
    """In the order of their numbers."""
    pair = sa.and_(OTHER.refund_id == CreditNote.refund_id, OTHER.id != CreditNote.id)
    return (
        sa.select(*CreditNote.__table__.columns, OTHER.no.label("other"), Return.number.label("rma"))
        .add_columns(Refund.no.label("refund"))
        .join(Refund, Refund.id == CreditNote.refund_id)
        .join(Return, Return.id == Refund.return_id)
        .outerjoin(OTHER, pair)
        .where(CreditNote.tenant_id == here(), *period.holds(CreditNote.issued_at))
        .order_by(CreditNote.no)
    )


def rows(period: Period) -> Iterator[Values]:
    for row in each(asking(period)):
        state = "cancels" if row.kind is NoteKind.CANCELLATION else "cancelled" if row.other else "issued"
        other = print_note(row.other) if row.other else None
        named = (print_note(row.no), moment(row.issued_at, period), state, other)
        about = (row.order_number, print_rma(row.rma), row.refund, row.currency)
        taxes = _taxes(row.taxes, row.currency)
        sums = (row.fees, row.shipping, row.goodwill, row.total)
        net, tax, *others = (amount(minor, row.currency) for minor in (row.net, row.tax, *sums))
        yield (*named, *about, net, tax, taxes, *others)


def _taxes(taxes: Mapping[str, list[int]], currency: str) -> dict[str, str]:
    """The tax by rate."""
    return {rate: plain(tax, currency) for rate, (_, tax) in taxes.items()}


CREDIT_NOTES = Stream(COLUMNS, rows, lambda period: number(asking(period)))
