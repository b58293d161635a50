"""What goes out for what came back: the list, and one exchange with what may be done to it."""

import uuid
from collections.abc import Callable
from typing import Any

from flask import request, url_for

from portal.i18n import Message, say
from portal.people import Permission
from portal.refunds.exchanges import giving_up
from portal.refunds.exchanges.applying import owed_for
from portal.returns.exchanges.lifecycle import ExchangeState
from portal.returns.exchanges.models import Exchange
from portal.views import exchanges as reading
from portal.views.exchanges import View, hold, whole_exchange
from portal.web.actor import actor
from portal.web.desk.blueprint import desk
from portal.web.desk.board import READING, beside, spot
from portal.web.desk.forms import Ask
from portal.web.errors import redrawn
from portal.web.forms import Form
from portal.web.operations import Answer, once, see
from portal.web.outgoing import INSTEAD, NOTED, STATES, Ship, must_be_open, stands
from portal.web.rendering import page
from portal.web.staff import permitted

SENDING = (*READING, Permission.SEND_EXCHANGES)
DECIDING = (*READING, Permission.DECIDE_RETURNS)


@desk.get("/exchanges")
@permitted(*READING)
def exchanges() -> str:
    view = _view(request.args.get("view", ""))
    found = reading.exchanges(view, spot())
    return page(
        "desk/exchanges.html",
        view=view,
        views={view: STATES[ExchangeState(view.value)] for view in View},
        rows=found.rows,
        pages=beside("desk.exchanges", found, view=view.value),
        states=STATES,
    )


def _view(text: str) -> View:
    return View(text) if text in set(View) else View.TO_SHIP


@desk.get("/exchanges/<uuid:id>")
@permitted(*READING)
def exchange(id: uuid.UUID) -> str:
    return _page(whole_exchange(id))


def _page(found: Exchange, posted: Form | None = None) -> str:
    return_ = found.return_
    settled = found.state is not ExchangeState.WANTED
    return page(
        "desk/exchange.html",
        exchange=found,
        return_=return_,
        posted=posted,
        kept=reading.is_kept(found),
        owed=owed_for(found) if settled and found.refund_id else 0,
        instead=INSTEAD.get(return_.instead or ""),
        stands=stands(found, return_),
        ship=posted if isinstance(posted, Ship) else Ship(thing=found, action="ship"),
        sold_out=Ask(thing=found, action="sold_out"),
        keep=Ask(thing=found, action="keep"),
        end=Ask(thing=found, action="end"),
    )


def _answering(id: uuid.UUID, kind: type[Form], action: str, do: Callable[[Exchange, Form], Message]) -> Any:
    """Do it with the return locked, and say so on its page; `once` compares what was read before."""
    found = whole_exchange(id)
    hold(found)
    form = kind(thing=found, action=action)
    if not form.sent():
        return _page(found, form), 422
    return see(once(form, actor(), lambda: _do(found, form, do)))


def _do(found: Exchange, form: Form, do: Callable[[Exchange, Form], Message]) -> Answer:
    must_be_open(found)
    return Answer(url_for("desk.exchange", id=found.id), do(found, form))


@desk.post("/exchanges/<uuid:id>/sent")
@permitted(*SENDING)
@redrawn(by=exchange)
def ship_exchange(id: uuid.UUID) -> Any:
    return _answering(id, Ship, "ship", _ship)


def _ship(found: Exchange, form: Form) -> Message:
    assert isinstance(form, Ship)
    return form.ship(found, actor())


@desk.post("/exchanges/<uuid:id>/sold-out")
@permitted(*SENDING)
@redrawn(by=exchange)
def sell_out_exchange(id: uuid.UUID) -> Any:
    return _answering(id, Ask, "sold_out", _sell_out)


def _sell_out(found: Exchange, form: Form) -> Message:
    giving_up.sold_out(found, actor())
    return NOTED


@desk.post("/exchanges/<uuid:id>/there")
@permitted(*DECIDING)
@redrawn(by=exchange)
def keep_exchange(id: uuid.UUID) -> Any:
    return _answering(id, Ask, "keep", _keep)


def _keep(found: Exchange, form: Form) -> Message:
    giving_up.keep_again(found, actor())
    return say("Kept for the shopper.")


@desk.post("/exchanges/<uuid:id>/end")
@permitted(*DECIDING)
@redrawn(by=exchange)
def end_exchange(id: uuid.UUID) -> Any:
    """Nothing is sent: they get what they chose for the case that it is sold out."""
    return _answering(id, Ask, "end", _end)


def _end(found: Exchange, form: Form) -> Message:
    giving_up.give_up(found, giving_up.chosen(found.return_), actor())
    return say("Given up. The shopper is told.")
