"""A credit note as paper: drawn anew each time from what was written when it was issued."""

import uuid
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from portal.db import here, session
from portal.documents.credit_notes import credit_note
from portal.documents.values import Address, CreditLine, CreditPaper, Look, Paper, TaxOf, Way
from portal.i18n import Message, Voice, say
from portal.ids import print_rma
from portal.policies.branding import Branding
from portal.policies.versions import branding_at
from portal.refunds.credit_notes.models import CreditNote, CreditNoteNames, NoteKind
from portal.refunds.models import Refund
from portal.returns.models import Return
from portal.tenants.logos import picture_by

KINDS = {"card": say("Card"), "gift_card": say("Gift card"), "store_credit": say("Store credit")}
OTHER = say("Original payment")


def notes_of(return_: uuid.UUID) -> Sequence[CreditNote]:
    """All that were issued for a return, the first first."""
    query = sa.select(CreditNote).join(Refund, Refund.id == CreditNote.refund_id)
    query = query.where(CreditNote.tenant_id == here(), Refund.return_id == return_)
    return session.scalars(query.order_by(CreditNote.no)).all()


def credit_note_pdf(note: CreditNote, paper: Paper) -> bytes:
    """In the language that it was issued in, whoever reads it."""
    return credit_note(_paper(note), Voice(note.language, note.zone), paper)


def _paper(note: CreditNote) -> CreditPaper:
    first = _first(note)
    local = Voice(note.language, note.zone).local
    names = session.scalars(_of(CreditNoteNames, CreditNoteNames.note_id == first.id)).one_or_none()
    number = sa.select(Return.number).join(Refund, Refund.return_id == Return.id)
    sign = 1 if note is first else -1
    net, tax = first.delivery
    return CreditPaper(
        number=note.number,
        issued=local(note.issued_at).date(),
        shop=Address(names.shop, (*names.shop_lines, names.contact)) if names else Address(""),
        buyer=Address(names.buyer, tuple(names.buyer_lines)) if names else Address(""),
        order=note.order_number,
        ordered=local(note.ordered_at).date(),
        rma=print_rma(session.scalars(number.where(Refund.id == note.refund_id)).one() or ""),
        currency=note.currency,
        lines=tuple(_line(line, sign) for line in first.lines),
        delivery=(sign * net, sign * tax),
        net=note.net,
        taxes=tuple(TaxOf(rate, *sums) for rate, sums in note.taxes.items()),
        fees=note.fees,
        shipping=note.shipping,
        goodwill=note.goodwill,
        total=note.total,
        ways=_ways(names) if names and note is first else (),
        cancels=None if note is first else (first.number, local(first.issued_at).date()),
        look=look_of(branding_at(note.issued_at)),
        tax_number=names.tax_number if names else "",
    )


def look_of(branding: Branding | None) -> Look:
    """How papers show the shop."""
    if branding is None:
        return Look()
    return Look(picture_by(branding.logo), branding.main, branding.accent)


def _of(kind: Any, *where: Any) -> sa.Select[Any]:
    return sa.select(kind).where(kind.tenant_id == here(), *where)


def _first(note: CreditNote) -> CreditNote:
    """Itself, or the one that it cancels."""
    if note.kind is NoteKind.CREDIT:
        return note
    other = _of(CreditNote, CreditNote.refund_id == note.refund_id, CreditNote.kind == NoteKind.CREDIT)
    return session.scalars(other).one()  # type: ignore[no-any-return]


def _line(line: dict[str, Any], sign: int) -> CreditLine:
    article = (line["units"], line["title"], line["variant"], line["sku"])
    return CreditLine(*article, sign * line["net"], sign * line["tax"], line["reduction"], line["cut"])


def _ways(names: CreditNoteNames) -> tuple[Way, ...]:
    return tuple(Way(_name(label, kind), amount) for label, kind, amount in names.ways)


def _name(label: str, kind: str) -> Message | str:
    return label or KINDS.get(kind, OTHER)
