"""Credit notes for reading: the list, and what those of a period come to."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from portal.db import here, session
from portal.ids import print_rma
from portal.ledger.reading import Period
from portal.refunds.credit_notes import CreditNote, NoteKind
from portal.refunds.credit_notes.models import print_note
from portal.refunds.models import Refund
from portal.returns.models import Return
from portal.views import paging

OTHER = aliased(CreditNote)  # the one that it cancels, or that cancels it


@dataclass(frozen=True)
class Listed:
    """A credit note with its return. `other`: the number of the one that cancels it, or that it cancels."""

    note: CreditNote
    return_id: uuid.UUID
    rma: str
    other: str

    @property
    def id(self) -> uuid.UUID:
        return self.note.id

    @property
    def cancels(self) -> bool:
        return self.note.kind is NoteKind.CANCELLATION


def credit_notes(period: Period, spot: paging.Spot) -> paging.Slice[Listed]:
    """Those issued in the period, the newest first."""
    pair = sa.and_(OTHER.refund_id == CreditNote.refund_id, OTHER.id != CreditNote.id)
    query = sa.select(CreditNote, Return.id, Return.number, OTHER.no)
    query = query.join(Refund, Refund.id == CreditNote.refund_id)
    query = query.join(Return, Return.id == Refund.return_id).outerjoin(OTHER, pair)
    query = query.where(CreditNote.tenant_id == here(), *period.holds(CreditNote.issued_at))
    order = paging.Order(CreditNote, (CreditNote.no, CreditNote.id))
    return paging.cut(query, order, spot, _listed)


def _listed(query: paging.Query) -> Sequence[Listed]:
    return [
        Listed(note, return_id, print_rma(number or ""), print_note(other) if other else "")
        for note, return_id, number, other in session.execute(query)
    ]


@dataclass(frozen=True)
class Sum:
    """How many there are, and what they come to in minor units; what was cancelled counts for nothing."""

    notes: int
    net: int
    tax: int
    total: int


def sums(period: Period) -> Mapping[str, Sum]:
    """Of the period, by currency, in one statement."""
    columns = (CreditNote.net, CreditNote.tax, CreditNote.total)
    each = (sa.cast(sa.func.sum(column), sa.BigInteger) for column in columns)
    query = sa.select(CreditNote.currency, sa.func.count(), *each)
    query = query.where(CreditNote.tenant_id == here(), *period.holds(CreditNote.issued_at))
    query = query.group_by(CreditNote.currency).order_by(CreditNote.currency)
    return {currency: Sum(*found) for currency, *found in session.execute(query)}
