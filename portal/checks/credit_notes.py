"""N1: credit notes are numbered without gaps. N2: what was approved has its credit note, with its amounts."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from portal.checks.looking import Look, key
from portal.ledger import Book
from portal.money import TEST_CURRENCY
from portal.refunds.credit_notes import CreditNote, CreditNoteNames, NoteKind
from portal.refunds.models import Refund, RefundPart

AMOUNTS = ("net", "tax", "fees", "shipping", "goodwill", "total")


def numbered(look: Look) -> Iterator[str]:
    """A book whose credit notes are not 1 to the last before its next number, once each."""
    notes = sa.select(
        sa.func.count(CreditNote.id).label("n"),
        sa.func.count(CreditNote.no.distinct()).label("different"),
        sa.func.coalesce(sa.func.max(CreditNote.no), 0).label("last"),
        sa.func.coalesce(sa.func.min(CreditNote.no), 1).label("first"),
    ).where(CreditNote.tenant_id == look.tenant)
    (found,) = look.all(notes)
    whole = found.first == 1 and found.n == found.different == found.last
    yield from look.named(Book, sa.or_(Book.next_credit_note != found.last + 1, sa.literal(not whole)))


def demanded(look: Look) -> Iterator[str]:
    """A refund that gives something back without its credit note, or that was taken back without the note's
    cancellation; and one that has what it should not have."""
    given = sa.exists().where(RefundPart.refund_id == Refund.id, RefundPart.amount + RefundPart.fee > 0)
    due = sa.and_(Refund.currency != TEST_CURRENCY, sa.or_(Refund.amount > Refund.goodwill, given))
    cancelled = sa.and_(due, Refund.cancelled_at.is_not(None))
    for kind, wanted in ((NoteKind.CREDIT, due), (NoteKind.CANCELLATION, cancelled)):
        times = sa.select(sa.func.count(CreditNote.id))
        times = times.where(CreditNote.refund_id == Refund.id, CreditNote.kind == kind)
        yield from look.named(Refund, times.scalar_subquery() != sa.case((wanted, 1), else_=0))


def same(look: Look) -> Iterator[str]:
    """A credit note with other amounts than its refund has, or another currency."""
    sums = sa.select(
        RefundPart.refund_id,
        sa.func.sum(RefundPart.net).label("net"),
        sa.func.sum(RefundPart.fee).label("fees"),
    )
    parts = sums.where(RefundPart.tenant_id == look.tenant).group_by(RefundPart.refund_id).subquery()
    sign = sa.case((CreditNote.kind == NoteKind.CREDIT, 1), else_=-1)
    wanted = {
        CreditNote.net: sa.func.coalesce(parts.c.net, 0) + Refund.delivery,
        CreditNote.fees: sa.func.coalesce(parts.c.fees, 0),
        CreditNote.shipping: Refund.shipping,
        CreditNote.goodwill: Refund.goodwill,
        CreditNote.total: Refund.amount,
    }
    other = sa.or_(CreditNote.currency != Refund.currency, *(c != sign * w for c, w in wanted.items()))
    query = sa.select(CreditNote.id).join(Refund, Refund.id == CreditNote.refund_id)
    query = query.outerjoin(parts, parts.c.refund_id == Refund.id)
    for row in look.each(query.where(CreditNote.tenant_id == look.tenant, other)):
        yield key(CreditNote, row.id)


def adding_up(look: Look) -> Iterator[str]:
    """A credit note whose lines, taxes or ways do not come to its amounts."""
    said = [*(getattr(CreditNote, name) for name in AMOUNTS), CreditNote.taxes, CreditNote.lines]
    query = sa.select(CreditNote.id, CreditNote.kind, *said, CreditNote.delivery, CreditNoteNames.ways)
    query = query.outerjoin(CreditNoteNames, CreditNoteNames.note_id == CreditNote.id)
    for row in look.each(query.where(CreditNote.tenant_id == look.tenant)):
        listed = row.kind is NoteKind.CANCELLATION or _listed(row)
        if row.tax != sum(tax for _, tax in row.taxes.values()) or not listed:
            yield key(CreditNote, row.id)


def _listed(row: Any) -> bool:
    net, tax = row.delivery
    ways = row.ways is None or sum(way[-1] for way in row.ways) == row.total
    return ways and (row.net, row.tax, row.fees) == (
        net + _sum(row.lines, "net"),
        tax + _sum(row.lines, "tax"),
        _sum(row.lines, "fee"),
    )


def _sum(lines: Sequence[Mapping[str, Any]], name: str) -> int:
    return sum(line[name] for line in lines)
