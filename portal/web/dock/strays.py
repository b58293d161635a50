"""A parcel that belongs to nothing known: a number, a label to print, quarantine until it is solved."""

import uuid
from typing import Any

from flask import Response, g, request, url_for
from wtforms import StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from portal.db import find, locked
from portal.documents.strays import stray_label
from portal.documents.values import StrayLabel
from portal.i18n import say
from portal.orders.models import Order
from portal.people import Permission
from portal.returns.parcels import TRACKING
from portal.returns.strays import Stray
from portal.returns.strays.keeping import LONGEST, match, quarantine
from portal.tenants import this_shop
from portal.views.oddities import order_of
from portal.web.actor import actor
from portal.web.dock.blueprint import dock
from portal.web.errors import redrawn
from portal.web.forms import Form, OneOff
from portal.web.operations import Answer, once, see
from portal.web.papers import paper_asked, papers
from portal.web.rendering import page
from portal.web.staff import permitted

SHORT = Length(max=LONGEST, message=say("At most {n} characters.", n=LONGEST))


class StrayForm(OneOff):
    looks = TextAreaField(
        say("What it looks like"),
        [InputRequired(say("Say what the parcel and its contents look like.")), SHORT],
    )
    sender = TextAreaField(say("Sender, as it stands on the parcel"), [SHORT])
    tracking = StringField(say("Tracking number, if the label has one"))


class MatchForm(Form):
    code = StringField(
        say("Order or RMA number"), [InputRequired(say("Type the number of an order or a return."))]
    )


@dock.get("/unknown")
@permitted(Permission.WORK_DOCK)
def unknown() -> str:
    form = StrayForm(thing=this_shop(), action="stray")
    if request.method == "GET":
        code = request.args.get("code", "")[:60].strip()
        form.tracking.data = code if TRACKING.match(code) else ""  # what is none would be refused
    return page("dock/unknown.html", form=form)


@dock.post("/unknown")
@permitted(Permission.WORK_DOCK)
@redrawn(by=unknown)
def keep_unknown() -> Any:
    form = StrayForm(thing=this_shop(), action="stray")
    if not form.sent():
        return page("dock/unknown.html", form=form), 422
    return see(once(form, actor(), lambda: _keep(form)))


def _keep(form: StrayForm) -> Answer:
    texts = (form.looks.data or "", form.sender.data or "", form.tracking.data or "")
    stray = quarantine(*texts, by=actor())
    said = say("In quarantine as {number}. Print its label and stick it on.", number=stray.printed)
    return Answer(url_for("dock.stray", id=stray.id), said)


@dock.get("/unknown/<uuid:id>")
@permitted(Permission.WORK_DOCK)
def stray(id: uuid.UUID) -> str:
    return _page(find(Stray, id))


def _page(held: Stray, form: MatchForm | None = None) -> str:
    return page(
        "dock/stray.html",
        stray=held,
        form=form or MatchForm(thing=held, action="match"),
        papers=papers(),
    )


@dock.post("/unknown/<uuid:id>/match")
@permitted(Permission.WORK_DOCK)
@redrawn(by=stray)
def match_stray(id: uuid.UUID) -> Any:
    held = locked(Stray, id)
    form = MatchForm(thing=held, action="match")
    if not form.sent():
        return _page(held, form), 422
    return see(once(form, actor(), lambda: _match(held, form)))


def _match(held: Stray, form: MatchForm) -> Answer:
    order = find(Order, order_of(form.code.data))
    match(held, order, actor())
    said = say("It belongs to order {number}. Take it in now.", number=order.number)
    return Answer(url_for("dock.stray", id=held.id), said)


@dock.get("/unknown/<uuid:id>/label.pdf")
@permitted(Permission.WORK_DOCK)
def stray_label_pdf(id: uuid.UUID) -> Response:
    held, shop = find(Stray, id), this_shop()
    label = StrayLabel(
        number=held.printed,
        shop=shop.name,
        looks=held.looks,
        found=g.voice.local(held.found_at).date(),
    )
    response = Response(stray_label(label, paper_asked(), g.voice), mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{held.printed}.pdf"'
    return response
