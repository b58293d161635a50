"""Unknown parcels and cases of announced ones, at the desk: what waits, and the ways out."""

import uuid
from collections.abc import Callable
from typing import Any

from flask import url_for
from sqlalchemy.orm import joinedload
from wtforms import RadioField, StringField
from wtforms.fields.choices import SelectChoice as Key
from wtforms.validators import InputRequired

from portal.db import find, locked
from portal.i18n import Message, say
from portal.orders.models import Order
from portal.returns import Return
from portal.returns.cases import Case, CaseKind, CaseState
from portal.returns.cases.handling import Way, solve
from portal.returns.joining import left
from portal.returns.receiving import RECEIVABLE
from portal.returns.strays import Stray
from portal.returns.strays.keeping import end, match
from portal.views import oddities as reading
from portal.views.record import whole_return
from portal.views.story import story_of
from portal.web.actor import actor
from portal.web.desk.blueprint import desk
from portal.web.desk.board import READING
from portal.web.desk.deciding import DECIDING, done
from portal.web.desk.forms import needed
from portal.web.desk.states import STRAYS
from portal.web.desk.telling import TITLES, acted
from portal.web.desk.wording import CASES
from portal.web.errors import redrawn
from portal.web.forms import Form
from portal.web.operations import Answer, once, see
from portal.web.rendering import page
from portal.web.shops import this_face
from portal.web.staff import permitted

WHY = say("Say why.")
KINDS = {CaseKind.WRONG: say("Came instead of"), CaseKind.UNEXPECTED: say("Came in addition")}


class StrayMatch(Form):
    code = StringField(
        say("Order or RMA number"), [InputRequired(say("Type the number of an order or a return."))]
    )


class StrayEnd(Form):
    way = RadioField(
        say("What becomes of it?"),
        [InputRequired(say("Choose what becomes of it."))],
        choices=[Key("send_back", say("Send it back")), Key("dispose", say("Dispose of it"))],
    )
    reason = needed(say("Reason"), WHY)


@desk.get("/parcels")
@permitted(*READING)
def parcels() -> str:
    return page(
        "desk/parcels.html",
        strays=reading.strays(),
        solved=reading.strays(solved=True)[:20],
        cases=reading.unsolved(),
        states=STRAYS,
        standing=CASES,
        kinds=KINDS,
    )


@desk.get("/parcels/<uuid:id>")
@permitted(*READING)
def stray(id: uuid.UUID) -> str:
    return _stray(find(Stray, id, joinedload(Stray.order)))


def _stray(held: Stray, **posted: Form) -> str:
    return page(
        "desk/stray.html",
        stray=held,
        matching=posted.get("matching") or StrayMatch(thing=held, action="match"),
        ending=posted.get("ending") or StrayEnd(thing=held, action="end"),
        state=STRAYS[held.state],
        story=[(TITLES[row.event][0], row.at, acted(row.kind, row.who)) for row in story_of(held.id).entries],
    )


@desk.post("/parcels/<uuid:id>/match")
@permitted(*DECIDING)
@redrawn(by=stray)
def match_parcel(id: uuid.UUID) -> Any:
    held = locked(Stray, id)
    form = StrayMatch(thing=held, action="match")
    if not form.sent():
        return _stray(held, matching=form), 422
    return see(once(form, actor(), lambda: _match(held, form)))


def _match(held: Stray, form: StrayMatch) -> Answer:
    order = find(Order, reading.order_of(form.code.data))
    match(held, order, actor())
    said = say("It belongs to order {number}. The dock takes it in.", number=order.number)
    return Answer(url_for("desk.stray", id=held.id), said)


@desk.post("/parcels/<uuid:id>/end")
@permitted(*DECIDING)
@redrawn(by=stray)
def end_parcel(id: uuid.UUID) -> Any:
    held = locked(Stray, id)
    form = StrayEnd(thing=held, action="end")
    if not form.sent():
        return _stray(held, ending=form), 422
    return see(once(form, actor(), lambda: _end(held, form)))


def _end(held: Stray, form: StrayEnd) -> Answer:
    end(held, form.way.data, form.reason.data, actor())
    return Answer(url_for("desk.stray", id=held.id), say("Decided. The dock sees it on the parcel's page."))


@desk.get("/returns/<uuid:id>/cases/<uuid:case>")
@permitted(*READING)
def case(id: uuid.UUID, case: uuid.UUID) -> Any:
    return _case(whole_return(id), case)


def _case(return_: Return, id: uuid.UUID, posted: Form | None = None) -> Any:
    held = reading.case_of(return_, id)
    form = posted or _ways(return_, held)
    _offer(form, return_, held)
    return page(
        "desk/case.html",
        return_=return_,
        case=held,
        form=form,
        state=CASES[held.state],
        kind=KINDS[held.kind],
    )


DECISIONS = {
    "send_back": say("Send it back to the shopper"),
    "ask": say("Keep it and ask for the right one"),
    "accept": say("Accept it as a unit of the order"),
    "dispose": say("Dispose of it"),
}


def _ways(return_: Return, held: Case) -> Form:
    """It takes every way and article that there may be: one that is gone meanwhile is a conflict and no
    mistake, and a double click gets the answer of the first."""
    keys = [Key(str(line.id), f"{line.title} {line.variant}".strip()) for line in return_.order.lines]
    now = next((key.value for key in keys if key.value == str(held.line_id)), keys[0].value)
    missing = InputRequired(say("Choose what becomes of it."))
    fields: dict[str, Any] = {
        "article": RadioField(say("As which article?"), choices=keys, default=now),
        "way": RadioField(
            say("What becomes of it?"), [missing], choices=[Key(*one) for one in DECISIONS.items()]
        ),
        "reason": needed(say("Reason"), say("Say why. The shopper reads it, too.")),
    }
    made: Callable[..., Form] = type("Ways", (Form,), fields)
    return made(thing=return_, action=f"case/{held.id}")


def _offer(form: Form, return_: Return, held: Case) -> None:
    """Leave what can be chosen now."""
    open_ = return_.state in RECEIVABLE
    sold = {str(line.id) for line in return_.order.lines if open_ and left(line)}
    gone = set() if held.kind is CaseKind.WRONG and held.state is CaseState.OPEN else {"ask"}
    if sold:
        form["article"].choices = [key for key in form["article"].choices if key.value in sold]
        if form["article"].data not in sold:
            form["article"].data = form["article"].choices[0].value
    else:
        del form["article"]
        gone.add("accept")
    form["way"].choices = [key for key in form["way"].choices if key.value not in gone]


@desk.post("/returns/<uuid:id>/cases/<uuid:case>")
@permitted(*DECIDING)
@redrawn(by=case)
def solve_case(id: uuid.UUID, case: uuid.UUID) -> Any:
    return_ = locked(Return, id)
    held = reading.case_of(return_, case)
    form = _ways(return_, held)
    if not form.sent():
        return _case(return_, case, form), 422
    return done(form, id, lambda: _solve(return_, held, form))


def _solve(return_: Return, held: Case, form: Form) -> Message:
    article = form["article"].data if form["way"].data == "accept" else None
    way = Way(form["way"].data, form["reason"].data, uuid.UUID(article) if article else None)
    solve(return_, held, way, this_face().zone, actor())
    return say("Decided. The shopper is told by mail.")
