"""What an approval leaves under numbers of the shop's own, drawn at once: its credit note, its entry in the
books, its place in the feed; and the line of the trail that names them."""

import uuid
from collections.abc import Sequence
from typing import Any

from portal.audit import Actor, Change, Event, record
from portal.db import session
from portal.feed import Kind
from portal.jobs import enqueue
from portal.ledger import Line, Role, Source, draw, entry_of, post, reverse
from portal.policies import Resolution
from portal.refunds.credit_notes import issuing as credit_notes
from portal.refunds.models import Refund
from portal.refunds.planning import Plan
from portal.refunds.summing import LineSum
from portal.refunds.telling import tell_refund
from portal.tenants import Tenant


def enter(refund: Refund, plan: Plan, sums: Sequence[LineSum], shop: Tenant, by: Actor) -> None:
    """Write all that of an approval. When the command holds all its other locks."""
    lines, noted = _lines(plan), credit_notes.due(refund, plan)
    with session.no_autoflush:  # the return is written once, with the head of its trail
        drawn = draw(entries=int(bool(lines)), changes=1, credit_notes=int(noted))
        note = credit_notes.issue(refund, plan, sums, shop, drawn.credit_note) if noted else None
    _tell(refund, by, note)
    if lines:
        post(source_of(refund, "refund.approved", refund.id), refund.currency, lines, drawn.entry)
    tell_refund(Kind.REFUND_APPROVED, refund, note, drawn.change, sums)


def _tell(refund: Refund, by: Actor, note: str | None) -> None:
    legs = [Change("refund_leg", leg.id, None, leg.state.value) for leg in refund.legs]
    changes = [Change("refund", refund.id), *legs]
    said: dict[str, Any] = {"alone": True} if refund.alone else {}
    said |= _named(note)
    causes = record(refund.return_, Event.REFUND_APPROVED, by, changes, amount=refund.amount, **said)
    for leg, cause in zip(refund.legs, causes[1:], strict=True):
        enqueue("refund.send", {"leg": leg.id}, f"send/{leg.id}/1", cause=cause)
    if refund.resolution is Resolution.EXCHANGE:
        enqueue("exchange.go", {"refund": refund.id}, f"exchange/{refund.id}", cause=causes[0])


def _named(note: str | None) -> dict[str, Any]:
    """What the trail says of a credit note."""
    return {"credit_note": note} if note else {}


def _lines(plan: Plan) -> list[Line]:
    """What is posted; nothing where nothing is given back."""
    lines = [
        Line(Role.SALES_RETURNS, debit=sum(p.net for p in plan.parts)),
        *(Line(Role.TAX_PAYABLE, debit=tax, detail=rate) for rate, tax in plan.taxes.items()),
        Line(Role.SHIPPING_REFUNDS, debit=plan.delivery.net),
        Line(Role.GOODWILL, debit=plan.goodwill),
        Line(Role.RESTOCKING_INCOME, credit=plan.fees),
        Line(Role.RETURN_SHIPPING_INCOME, credit=plan.shipping),
        Line(Role.REFUNDS_PAYABLE, credit=plan.amount),
    ]
    return lines if any(line.debit for line in lines) else []


def source_of(refund: Refund, event: str, id: uuid.UUID) -> Source:
    return Source(event, id, refund.return_id, refund.return_.rma)


def take_back(refund: Refund, changes: Sequence[Change], by: Actor) -> None:
    """Write its opposite, when the approval is taken back; `changes` are those of the legs."""
    entry, first = entry_of("refund.approved", refund.id), credit_notes.note_of(refund)
    drawn = draw(entries=int(entry is not None), changes=1, credit_notes=int(first is not None))
    note = credit_notes.cancel(first, drawn.credit_note) if first else None
    told: dict[str, Any] = {"refund": str(refund.id), **_named(note)}
    record(refund.return_, Event.REFUND_CANCELLED, by, changes, **told)
    if entry:
        reverse(entry, source_of(refund, "refund.cancelled", refund.id), drawn.entry)
    tell_refund(Kind.REFUND_CANCELLED, refund, note, drawn.change)
