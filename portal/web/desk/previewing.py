"""A draft's branding on real pages and papers, before anybody but the staff sees it."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from flask import Response, g, url_for

from portal import clock
from portal.documents.credit_notes import credit_note
from portal.documents.slips import packing_slip
from portal.documents.values import Address, CreditLine, CreditPaper, PackingSlip, SlipLine, TaxOf
from portal.errors import NotFound
from portal.i18n import say
from portal.people import Permission
from portal.policies.branding import Branding, branding_of
from portal.policies.models import PolicyDraft, PolicyVersion, Standing
from portal.policies.versions import active_or_none
from portal.refunds.credit_notes.papers import look_of
from portal.tenants import Tenant, public_address, this_shop
from portal.tenants.dress import FIELDS, dress_of
from portal.tenants.logos import logo_by
from portal.views import policies as reading
from portal.web.bands import Band
from portal.web.desk.blueprint import desk
from portal.web.painting import painted
from portal.web.papers import usual_paper
from portal.web.shopper import finding, policy
from portal.web.shops import Mark, this_face
from portal.web.staff import permitted

NEEDED = (Permission.READ_POLICIES, Permission.EDIT_SHOP)
NUMBER = "7K2MQ9XDK"  # of nobody's return
DAYS, PRICE, TAX = timedelta(days=14), 7_555, 1_435


def shown_by(draft: PolicyDraft, shop: Tenant) -> Branding:
    """What the draft says; where it says nothing, what holds."""
    return draft.configuration.branding or branding_of(dress_of(shop))


def dressed(draft: PolicyDraft, shop: Tenant) -> Tenant:
    """The shop as the draft would have it: a copy that is no row."""
    shown = shown_by(draft, shop).dress
    now = {column.key: getattr(shop, column.key) for column in sa.inspect(Tenant).column_attrs}
    return Tenant(**{**now, **{name: getattr(shown, name) for name in FIELDS}})


@desk.get("/policy/drafts/<uuid:id>/preview/<what>")
@permitted(*NEEDED)
def preview(id: uuid.UUID, what: str) -> Any:
    """A page or a paper. Changes nothing."""
    if what not in KINDS:
        raise NotFound("Preview")
    return KINDS[what](reading.draft_of(id), this_shop())


@desk.get("/policy/drafts/<uuid:id>/brand.css")
@permitted(*NEEDED)
def draft_brand(id: uuid.UUID) -> Response:
    shown = shown_by(reading.draft_of(id), this_shop())
    return Response(painted(shown.main, shown.accent, shown.ground, shown.roundness), mimetype="text/css")


def _page(draw: Callable[[PolicyDraft], Any]) -> Callable[[PolicyDraft, Tenant], Any]:
    """A page of the shoppers', drawn as the draft says."""

    def drawn(draft: PolicyDraft, shop: Tenant) -> Any:
        shown, logo = shown_by(draft, shop), logo_by(shown_by(draft, shop).logo)
        mark = Mark(logo.id, logo.width, logo.height) if logo else None
        plain = {name: getattr(shown, name) for name in FIELDS if name not in ("logo", "return_address")}
        g.shop = replace(this_face(), **plain, logo=mark)
        g.dress = url_for("desk.draft_brand", id=draft.id, v=draft.version)
        g.band = Band(
            say("As draft {n} would show it. It does not hold yet.", n=draft.no),
            say("Back to the draft"),
            url_for("desk.draft", id=draft.id),
        )
        return draw(draft)

    return drawn


def _policy(draft: PolicyDraft) -> str:
    """Its own policy, as if it held: a version that is no row."""
    held = active_or_none()
    facts = {"id": draft.id, "no": held.no + 1 if held else 1, "active_from": clock.now()}
    version = PolicyVersion(document=draft.document, others=draft.others, standing=Standing.ACTIVE, **facts)
    return policy.written_out(version, version)


def _slip(draft: PolicyDraft, shop: Tenant) -> Response:
    shown = shown_by(draft, shop)
    paper = PackingSlip(
        number=NUMBER,
        url=f"{public_address(shop)}/r/example",
        shop=shown.name,
        order="1001",
        to=Address(shown.return_address[0], shown.return_address[1:]),
        lines=(SlipLine(1, g.voice.gettext("Raincoat"), "M", reason=g.voice.gettext("Too small")),),
        hand_in_by=_today() + DAYS,
        look=look_of(shown),
    )
    return _pdf(packing_slip(paper, g.voice, usual_paper()))


def _credit_note(draft: PolicyDraft, shop: Tenant) -> Response:
    shown = shown_by(draft, shop)
    paper = CreditPaper(
        number="CN-0000",
        issued=_today(),
        shop=Address(shown.name, (*shown.return_address, shown.contact)),
        buyer=Address("Mira Sandström"),
        order="1001",
        ordered=_today() - DAYS,
        rma="RMA-7K2M-Q9XD-K",
        currency=shop.currency,
        lines=(CreditLine(1, g.voice.gettext("Raincoat"), "M", "", PRICE, TAX),),
        delivery=(0, 0),
        net=PRICE,
        taxes=(TaxOf("19", PRICE, TAX),),
        fees=0,
        shipping=0,
        total=PRICE + TAX,
        look=look_of(shown),
    )
    return _pdf(credit_note(paper, g.voice, usual_paper()))


def _today() -> date:
    return g.voice.local(clock.now()).date()  # type: ignore[no-any-return]


def _pdf(data: bytes) -> Response:
    return Response(data, mimetype="application/pdf")


KINDS: Mapping[str, Callable[[PolicyDraft, Tenant], Any]] = {
    "start": _page(lambda _: finding.find()),
    "policy": _page(_policy),
    "slip": _slip,
    "credit-note": _credit_note,
}
