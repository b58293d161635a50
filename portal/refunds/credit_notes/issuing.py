"""Issuing a credit note in the transaction that approves its refund, or takes the approval back.

What is reversed in the books has one, whatever is paid in the end; a test order's refund has none, since its
number would stand among those of real ones.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from portal import clock
from portal.db import here, session
from portal.i18n import voice_in
from portal.ids import uuid7
from portal.orders.models import Order
from portal.refunds.credit_notes.models import CreditNote, CreditNoteNames, NoteKind, print_note
from portal.refunds.models import Refund, RefundLeg
from portal.refunds.planning import Plan
from portal.refunds.summing import LineSum
from portal.returns.carriers.addresses import buyer_address
from portal.slices import insert_all
from portal.tenants import Tenant


def due(refund: Refund, plan: Plan) -> bool:
    """Whether the refund has a credit note: it gives something back, be all of it kept as a fee."""
    something = plan.delivery.gross or any(part.value for part in plan.parts)
    return bool(something) and not refund.return_.order.test


def issue(refund: Refund, plan: Plan, sums: Sequence[LineSum], shop: Tenant, no: int) -> str:
    """Write the credit note under a number that was drawn for it; that number, as it is printed."""
    order, delivery, id = refund.return_.order, plan.delivery, uuid7()
    row = {
        "id": id,
        "refund_id": refund.id,
        "kind": NoteKind.CREDIT,
        "no": no,
        "issued_at": clock.now(),
        "language": voice_in(order.language, shop.language).language,
        "zone": shop.zone,
        "order_number": order.number,
        "ordered_at": order.placed_at,
        "currency": refund.currency,
        "net": sum(one.net for one in sums) + delivery.net,
        "tax": sum(one.tax for one in sums) + delivery.tax,
        "taxes": _taxes(sums, plan),
        "fees": plan.fees,
        "shipping": plan.shipping,
        "goodwill": plan.goodwill,
        "total": plan.amount,
        "lines": [_line(one) for one in sums],
        "delivery": [delivery.net, delivery.tax],
    }
    insert_all(CreditNote, [row])
    insert_all(CreditNoteNames, [{"note_id": id, **_names(refund, order, shop)}])
    return print_note(no)


def _taxes(sums: Sequence[LineSum], plan: Plan) -> dict[str, list[int]]:
    """By rate: the net that it was on, and the tax."""
    nets, taxes = Counter[str](), Counter[str]()
    for one in sums:
        nets.update(one.nets)
        taxes.update(one.taxes)
    for rate, tax in plan.delivery.taxes.items():
        nets[rate] += plan.delivery.net
        taxes[rate] += tax
    return {rate: [nets[rate], tax] for rate, tax in taxes.items()}


def _line(one: LineSum) -> dict[str, Any]:
    line = one.line
    article = {"id": line.external_id, "sku": line.sku, "title": line.title, "variant": line.variant}
    sums = {"net": one.net, "tax": one.tax, "reduction": one.reduction, "cut": one.cut, "fee": one.fee}
    return article | {"units": one.units} | sums


def _names(refund: Refund, order: Order, shop: Tenant) -> dict[str, Any]:
    buyer = buyer_address(order, shop)
    return {
        "shop": shop.name,
        "shop_lines": [line for line in shop.return_address if line != shop.name],
        "contact": shop.contact,
        "tax_number": shop.tax_number,
        "buyer": buyer.name,
        "buyer_lines": list(buyer.lines),
        "ways": [_way(order, leg) for leg in refund.legs],
    }


def _way(order: Order, leg: RefundLeg) -> list[Any]:
    paid = next((payment for payment in order.payments if payment.id == leg.payment_id), None)
    label, kind = (paid.label, paid.kind) if paid else ("", leg.destination.value)
    return [label, kind, leg.amount]


def note_of(refund: Refund) -> CreditNote | None:
    """The refund's credit note, if it has one."""
    query = sa.select(CreditNote).where(CreditNote.refund_id == refund.id)
    query = query.where(CreditNote.tenant_id == here(), CreditNote.kind == NoteKind.CREDIT)
    return session.scalars(query).one_or_none()


def cancel(note: CreditNote, no: int) -> str:
    """Take a credit note back by a document of its own, under a number drawn for it; that number, printed."""
    same = ("refund_id", "language", "zone", "order_number", "ordered_at", "currency")
    row = {name: getattr(note, name) for name in same}
    row |= {name: -getattr(note, name) for name in ("net", "tax", "fees", "shipping", "goodwill", "total")}
    taxes = {rate: [-net, -tax] for rate, (net, tax) in note.taxes.items()}
    row |= {"kind": NoteKind.CANCELLATION, "no": no, "issued_at": clock.now()}
    insert_all(CreditNote, [row | {"taxes": taxes, "lines": [], "delivery": []}])
    return print_note(no)
