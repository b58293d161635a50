"""The papers of a return, behind its unguessable link: label and packing slip as PDF."""

from collections.abc import Callable
from typing import Any

from flask import Response, g, request
from werkzeug.exceptions import NotFound

from portal.documents.codes import public_address as code_address
from portal.documents.labels import carrier_label, return_label
from portal.documents.slips import packing_slip
from portal.documents.values import Address, CarrierLabel, PackingSlip, Paper, ReturnLabel, SlipLine
from portal.returns import ItemState, Return
from portal.returns.lifecycle import ParcelState
from portal.returns.parcels import SENDABLE
from portal.tenants import Tenant
from portal.tenants.current import public_address, this_shop
from portal.web.headers import unreferred
from portal.web.shopper.blueprint import shopper
from portal.web.shopper.links import by_token

SENT = frozenset({ItemState.AUTHORIZED, ItemState.RECEIVED, ItemState.INSPECTED, ItemState.MISSING})


@shopper.get("/s/<token>/label.pdf")
def label(token: str) -> Response:
    """On the paper asked for: a4, letter, a6 or 100x150."""
    return _pdf(token, "label", _label)


@shopper.get("/s/<token>/slip.pdf")
def slip(token: str) -> Response:
    return _pdf(token, "slip", _slip)


def _pdf(token: str, name: str, draw: Callable[[Return, Tenant, Paper], bytes]) -> Response:
    return_ = by_token(token)
    if return_.state not in SENDABLE:
        raise NotFound
    word = request.args.get("paper", "a4")
    paper = Paper(word) if word in set(Paper) else Paper.A4
    response = Response(draw(return_, this_shop(), paper), mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{return_.rma}-{name}.pdf"'
    return unreferred(response)


def scan_address(return_: Return, shop: Tenant) -> str:
    """What the QR code says: the public address, never a secret."""
    return code_address(public_address(shop), return_.number or "")


def goes_to(shop: Tenant) -> Address:
    first, *rest = [str(line) for line in shop.return_address]
    return Address(first, tuple(rest))


def _label(return_: Return, shop: Tenant, paper: Paper) -> bytes:
    """The carrier's label where there is one, else one to be stamped. Of the sender it has the name."""
    number, url, sender = return_.number or "", scan_address(return_, shop), return_.order.name
    parcel = next((p for p in return_.parcels if p.state is ParcelState.LABEL_ISSUED), None)
    if parcel is None:
        plain = ReturnLabel(number, url, shop.name, sender, goes_to(shop))
        return return_label(plain, paper, g.voice)
    issued = CarrierLabel(number, url, parcel.carrier, parcel.tracking, Address(sender), goes_to(shop))
    return carrier_label(issued, paper, g.voice)


def _slip(return_: Return, shop: Tenant, paper: Paper) -> bytes:
    policy, day = return_.policy.policy, return_.hand_in_by
    rows: list[SlipLine] = []
    for line in sorted(return_.lines, key=lambda held: held.order_line.position):
        n = sum(item.return_line_id == line.id and item.state in SENT for item in return_.items)
        reason, sold = policy.reason(line.reason or ""), line.order_line
        if n:
            rows.append(SlipLine(n, sold.title, sold.variant, sold.sku, reason.label if reason else ""))
    paper = paper if paper in {Paper.A4, Paper.LETTER} else Paper.A4
    facts: dict[str, Any] = {"number": return_.number or "", "url": scan_address(return_, shop)}
    drawn = PackingSlip(
        shop=shop.name,
        order=return_.order.number,
        to=goes_to(shop),
        lines=tuple(rows),
        hand_in_by=g.voice.local(day).date() if day else None,
        **facts,
    )
    return packing_slip(drawn, g.voice, paper)
