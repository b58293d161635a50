"""What the shopper of a return owes: take it back, ask again, confirm transfers, give it back."""

import uuid
from collections.abc import Callable
from typing import Any

from wtforms import StringField
from wtforms.validators import InputRequired

from portal.audit import Actor
from portal.db import find, locked
from portal.errors import Conflict, NotFound
from portal.i18n import Message, say
from portal.refunds import demands as verbs
from portal.refunds.demands import Demand, DemandState, confirming
from portal.refunds.demands.tending import askable, heard
from portal.returns import Return
from portal.web.actor import actor
from portal.web.desk import wording
from portal.web.desk.blueprint import desk
from portal.web.desk.board import READING
from portal.web.desk.deciding import DECIDING, done
from portal.web.desk.forms import Ask, Look
from portal.web.desk.record import drawn, record
from portal.web.desk.transfers import REPAIRING
from portal.web.errors import redrawn
from portal.web.forms import Form
from portal.web.rendering import page
from portal.web.staff import permitted


class Reference(Form):
    reference = StringField(
        say("Reference of the transfer"),
        [InputRequired(say("Type the reference that the bank shows for it."))],
        render_kw={"maxlength": 60, "autocomplete": "off", "spellcheck": "false"},
    )


def _at_record(id: uuid.UUID, demand: uuid.UUID) -> Any:
    return record(id)


def of_return(id: uuid.UUID, demand: uuid.UUID) -> Demand:
    found = find(Demand, demand)
    if found.return_id != id:
        raise NotFound("Demand")
    return found


@desk.get("/returns/<uuid:id>/owed/<uuid:demand>")
@permitted(*READING)
def owed(id: uuid.UUID, demand: uuid.UUID) -> str:
    """Where a transfer that came or went by hand is confirmed."""
    return _page(of_return(id, demand))


def _page(found: Demand, posted: Reference | None = None) -> str:
    action = "owed-paid" if confirming.payable_by_hand(found) else "owed-sent"
    return page(
        "desk/owed.html",
        demand=found,
        return_=found.return_,
        form=posted or Reference(thing=found.return_, action=f"{action}/{found.id}"),
        came=confirming.payable_by_hand(found),
        goes=confirming.returnable_by_hand(found),
        w=wording,
    )


def _asking(id: uuid.UUID, demand: uuid.UUID, action: str, do: Callable[[Demand], Message]) -> Any:
    """Do it with the return locked, and say so on its record."""
    return_, found = locked(Return, id), of_return(id, demand)
    form = Ask(thing=return_, action=f"{action}/{demand}")
    if not form.sent():
        return drawn(id, form), 422
    return done(form, id, lambda: do(found))


def _confirming(
    id: uuid.UUID, demand: uuid.UUID, action: str, do: Callable[[Demand, str, Actor], None]
) -> Any:
    return_, found = locked(Return, id), of_return(id, demand)
    form = Reference(thing=return_, action=f"{action}/{demand}")
    if not form.sent():
        return _page(found, form), 422

    def confirm() -> Message:
        do(found, form.reference.data, actor())
        return say("Confirmed, and posted to the books.")

    return done(form, id, confirm)


@desk.post("/returns/<uuid:id>/owed/<uuid:demand>/cancel")
@permitted(*DECIDING)
@redrawn(by=_at_record)
def cancel_demand(id: uuid.UUID, demand: uuid.UUID) -> Any:
    """Nobody shall pay it any more."""
    return _asking(id, demand, "owed-cancel", _cancel)


def _cancel(demand: Demand) -> Message:
    verbs.stop_asking(demand, actor())
    return say("It is no longer asked for. Should it be paid all the same, it goes back by itself.")


@desk.post("/returns/<uuid:id>/owed/<uuid:demand>/again")
@permitted(*DECIDING)
@redrawn(by=_at_record)
def ask_again(id: uuid.UUID, demand: uuid.UUID) -> Any:
    """The same sum, for as many days once more."""
    return _asking(id, demand, "owed-again", _again)


def _again(demand: Demand) -> Message:
    if demand.state is not DemandState.LAPSED or verbs.demand_of(demand.about) is not demand:
        raise Conflict(say("Somebody has seen to this already."))
    days = max(1, (demand.due_at - demand.asked_at).days)
    verbs.ask(demand.return_, demand.about, demand.amount, days, actor())
    return say("The shopper is asked by mail once more.")


@desk.post("/returns/<uuid:id>/owed/<uuid:demand>/look")
@permitted(*DECIDING)
@redrawn(by=_at_record)
def look_again(id: uuid.UUID, demand: uuid.UUID) -> Any:
    """Ask the gateway now whether it was paid, whenever it would be asked otherwise."""
    return_, found = locked(Return, id), of_return(id, demand)
    form = Look(thing=return_, action=f"owed-look/{demand}")
    if not form.sent():
        return drawn(id, form), 422
    return done(form, id, lambda: _look(found, form.op_sent))


def _look(demand: Demand, operation: uuid.UUID) -> Message:
    if not askable(demand):
        raise Conflict(say("Somebody has seen to this already."))
    heard(demand.id, f"desk/{operation}")
    return say("The gateway is asked now. Load the page again in a moment.")


@desk.post("/returns/<uuid:id>/owed/<uuid:demand>/paid")
@permitted(*REPAIRING)
@redrawn(by=owed)
def confirm_paid(id: uuid.UUID, demand: uuid.UUID) -> Any:
    """A transfer came in."""
    return _confirming(id, demand, "owed-paid", confirming.confirm_paid)


@desk.post("/returns/<uuid:id>/owed/<uuid:demand>/back")
@permitted(*REPAIRING)
@redrawn(by=_at_record)
def give_back(id: uuid.UUID, demand: uuid.UUID) -> Any:
    """The whole of what was paid, or that once more."""
    return _asking(id, demand, "owed-back", _back)


def _back(demand: Demand) -> Message:
    verbs.send_back(demand, actor())
    return say("The whole payment goes back.")


@desk.post("/returns/<uuid:id>/owed/<uuid:demand>/sent")
@permitted(*REPAIRING)
@redrawn(by=owed)
def confirm_sent(id: uuid.UUID, demand: uuid.UUID) -> Any:
    """It was transferred back by hand."""
    return _confirming(id, demand, "owed-sent", confirming.confirm_returned)
