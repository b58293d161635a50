"""What goes out for what came back: which parcels are to be packed, and saying that one was sent."""

import uuid
from typing import Any

from flask import url_for

from portal.catalogue import reserving
from portal.i18n import Message
from portal.people import Permission
from portal.refunds.exchanges import giving_up
from portal.returns.exchanges.lifecycle import ExchangeState
from portal.returns.exchanges.models import Exchange
from portal.views.exchanges import View, exchanges, hold, how_many_to_send, whole_exchange
from portal.views.paging import Spot
from portal.web.actor import actor
from portal.web.dock.blueprint import dock
from portal.web.errors import redrawn
from portal.web.forms import Button, Form
from portal.web.operations import Answer, once, see
from portal.web.outgoing import INSTEAD, NOTED, STATES, Ship, must_be_open
from portal.web.rendering import page
from portal.web.staff import permitted

SENDING = (Permission.WORK_DOCK, Permission.SEND_EXCHANGES)


@dock.get("/sending")
@permitted(*SENDING)
def sending() -> str:
    """The longest waiting first."""
    found = exchanges(View.TO_SHIP, Spot())
    n = how_many_to_send() if found.after else len(found.rows)
    return page("dock/sending.html", rows=found.rows, n=n)


@dock.get("/sending/<uuid:id>")
@permitted(*SENDING)
def outgoing(id: uuid.UUID) -> str:
    return _page(whole_exchange(id))


def _page(found: Exchange, form: Ship | None = None) -> str:
    return page(
        "dock/outgoing.html",
        exchange=found,
        form=form or Ship(thing=found, action="ship"),
        missing=Button(found, "sold_out"),
        ready=found.state is ExchangeState.TO_SHIP,
        kept=reserving.held(found.id),
        state=STATES[found.state],
        instead=INSTEAD.get(found.return_.instead or ""),
    )


@dock.post("/sending/<uuid:id>")
@permitted(*SENDING)
@redrawn(by=outgoing)
def send_out(id: uuid.UUID) -> Any:
    """It was sent, with what was typed or scanned of its label."""
    found = whole_exchange(id)
    hold(found)
    form = Ship(thing=found, action="ship")
    if not form.sent():
        return _page(found, form), 422
    return see(once(form, actor(), lambda: _done(form.ship(found, actor()))))


@dock.post("/sending/<uuid:id>/missing")
@permitted(*SENDING)
@redrawn(by=outgoing)
def miss(id: uuid.UUID) -> Any:
    """It is not on the shelf: the shopper gets what they chose for that."""
    found = whole_exchange(id)
    hold(found)
    form = Form(thing=found, action="sold_out")
    if not form.sent():
        return _page(found), 422
    return see(once(form, actor(), lambda: _sell_out(found)))


def _sell_out(found: Exchange) -> Answer:
    must_be_open(found)
    giving_up.sold_out(found, actor())
    return _done(NOTED)


def _done(said: Message) -> Answer:
    return Answer(url_for("dock.sending"), said)
