"""The papers of a return, behind its unguessable link: label and packing slip as PDF."""

import uuid
from collections.abc import Callable
from typing import Any

from flask import Response, g, url_for
from werkzeug.exceptions import NotFound

from portal.db import find
from portal.documents.codes import public_address as code_address
from portal.documents.slips import packing_slip
from portal.documents.values import Look, PackingSlip, Paper, SlipLine
from portal.refunds.credit_notes import CreditNote
from portal.refunds.credit_notes.papers import notes_of
from portal.returns import ItemState, Return
from portal.returns.carriers.addresses import shop_address
from portal.returns.carriers.labels import label_pdf
from portal.returns.links import status_token
from portal.returns.parcels import SENDABLE, awaited_parcel
from portal.tenants import Tenant
from portal.tenants.current import public_address, this_shop
from portal.tenants.logos import picture_by
from portal.web.headers import unreferred
from portal.web.papers import credit_note_of, paper_asked
from portal.web.shopper.blueprint import shopper
from portal.web.shopper.links import by_token
from portal.web.shopper.wizard import stands_in

SENT = frozenset({ItemState.AUTHORIZED, ItemState.RECEIVED, ItemState.INSPECTED, ItemState.MISSING})


@shopper.get("/s/<token>/label.pdf")
def label(token: str) -> Response:
    """On the paper asked for, else the usual one of its country. A label of the shop's own comes as it is."""
    return label_of(by_token(token))


@shopper.get("/s/<token>/slip.pdf")
def slip(token: str) -> Response:
    return slip_of(by_token(token))


@shopper.get("/s/<token>/credit-notes/<uuid:note>.pdf")
def credit_note(token: str, note: uuid.UUID) -> Response:
    """Of this return. A gift's recipient has none: it names its buyer, and amounts."""
    return_, found = by_token(token), find(CreditNote, note)
    if return_.gift or found.refund.return_id != return_.id:
        raise NotFound
    return unreferred(credit_note_of(found))


def notes_at(return_: Return, token: str) -> list[tuple[CreditNote, str]]:
    """A return's credit notes that its shopper may have, each with its address; staff have another."""
    notes = [] if return_.gift else notes_of(return_.id)
    if token:
        return [(one, url_for("shopper.credit_note", token=token, note=one.id)) for one in notes]
    return [(one, url_for("desk.credit_note", id=one.id)) for one in notes]


def paper_at(return_: Return) -> Callable[..., str]:
    """The addresses of a return's papers: its shopper has them by the link, staff by their session."""
    if stands_in():
        return lambda name, **kw: url_for(f"desk.return_{name}", id=return_.id, **kw)
    token = status_token(return_.id)
    return lambda name, **kw: url_for(f"shopper.{name}", token=token, **kw)


def label_of(return_: Return) -> Response:
    return _pdf(return_, "label", _label)


def slip_of(return_: Return) -> Response:
    return _pdf(return_, "slip", _slip)


def _pdf(return_: Return, name: str, draw: Callable[[Return, Tenant, Paper], bytes]) -> Response:
    if return_.state not in SENDABLE:
        raise NotFound
    response = Response(draw(return_, this_shop(), paper_asked()), mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{return_.rma}-{name}.pdf"'
    return unreferred(response)


def scan_address(return_: Return, shop: Tenant) -> str:
    """What the QR code says: the public address, never a secret."""
    return code_address(public_address(shop), return_.number or "")


def _label(return_: Return, shop: Tenant, paper: Paper) -> bytes:
    """Of the parcel that is still to come; NotFound when none is."""
    parcel = awaited_parcel(return_)
    if parcel is None:
        raise NotFound
    return label_pdf(parcel, shop, public_address(shop), paper, g.voice)


def _slip(return_: Return, shop: Tenant, paper: Paper) -> bytes:
    policy, day = return_.policy.policy, return_.hand_in_by
    rows: list[SlipLine] = []
    for line in sorted(return_.lines, key=lambda held: held.order_line.position):
        n = sum(item.return_line_id == line.id and item.state in SENT for item in return_.items)
        reason, sold = policy.reason(line.reason or ""), line.order_line
        if n:
            why = g.voice.gettext(reason.label) if reason else ""
            rows.append(SlipLine(n, sold.title, sold.variant, sold.sku, why))
    paper = Paper.ROLL if paper is Paper.A6 else paper
    facts: dict[str, Any] = {"number": return_.number or "", "url": scan_address(return_, shop)}
    drawn = PackingSlip(
        shop=shop.name,
        order=return_.order.number,
        to=shop_address(return_.order, shop),
        lines=tuple(rows),
        hand_in_by=g.voice.local(day).date() if day else None,
        look=Look(picture_by(shop.logo), shop.main, shop.accent),
        **facts,
    )
    return packing_slip(drawn, g.voice, paper)
