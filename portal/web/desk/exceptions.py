"""Deciding against the rules for an order: an article that may go back all the same, a longer time."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import url_for
from wtforms.validators import InputRequired

from portal.db import find, locked
from portal.errors import NotFound
from portal.i18n import Message, say
from portal.orders.models import Order, OrderLine
from portal.people import Permission
from portal.policies import Override
from portal.returns.excepting import allow, extend, withdraw
from portal.web.actor import actor
from portal.web.desk.blueprint import desk
from portal.web.desk.board import READING
from portal.web.desk.books import Day
from portal.web.desk.forms import needed
from portal.web.errors import redrawn
from portal.web.forms import Form
from portal.web.operations import Answer, once, see
from portal.web.rendering import page
from portal.web.shopper.orders import WHOLE
from portal.web.shops import this_face
from portal.web.staff import permitted

EXCEPTING = (*READING, Permission.OVERRIDE)
WHY = needed(say("Reason"), say("Say why."))


class Why(Form):
    reason = WHY


class Longer(Form):
    until = Day(say("Last day"), [InputRequired(say("Choose a day."))])
    reason = WHY


@dataclass(frozen=True)
class Question:
    """A page that asks before the act."""

    title: Message
    text: Message
    button: Message


ALLOW = Question(
    say("May it go back all the same?"),
    say("The shopper and everybody here reads that it is an exception. Fees and conditions hold as ever."),
    say("Make the exception"),
)
EXTEND = Question(
    say("Until when may they send it back?"),
    say("It is about the whole order, and what was requested before stays as it is."),
    say("Extend the time"),
)
WITHDRAW = Question(
    say("Take the exception back?"),
    say("The rules hold again from now on. What was requested by the exception stays."),
    say("Take it back"),
)


def _asked(order: Order, question: Question, form: Form, action: str, line: OrderLine | None = None) -> str:
    return page("desk/exception.html", order=order, question=question, form=form, action=action, line=line)


def _done(form: Form, do: Callable[[], Message]) -> Any:
    order = form.thing.id
    return see(once(form, actor(), lambda: Answer(url_for("desk.order", id=order), do())))


def _line(order: Order, id: uuid.UUID) -> OrderLine:
    line = next((line for line in order.lines if line.id == id), None)
    if line is None:
        raise NotFound("OrderLine")
    return line


@desk.get("/orders/<uuid:id>/lines/<uuid:line>/exception")
@permitted(*EXCEPTING)
def excepting(id: uuid.UUID, line: uuid.UUID) -> str:
    return _excepting(find(Order, id, *WHOLE), line)


def _excepting(order: Order, line: uuid.UUID, posted: Form | None = None) -> str:
    form = posted or Why(thing=order, action=f"except/{line}")
    to = url_for("desk.make_exception", id=order.id, line=line)
    return _asked(order, ALLOW, form, to, _line(order, line))


@desk.post("/orders/<uuid:id>/lines/<uuid:line>/exception")
@permitted(*EXCEPTING)
@redrawn(by=excepting)
def make_exception(id: uuid.UUID, line: uuid.UUID) -> Any:
    order = locked(Order, id, *WHOLE)
    form = Why(thing=order, action=f"except/{line}")
    if not form.sent():
        return _excepting(order, line, form), 422
    return _done(form, lambda: _allow(order, _line(order, line), form))


def _allow(order: Order, line: OrderLine, form: Form) -> Message:
    allow(order, line, form["reason"].data, actor(), this_face().zone)
    return say("{title} may go back now. The shopper sees it when they open the order.", title=line.title)


@desk.get("/orders/<uuid:id>/extension")
@permitted(*EXCEPTING)
def extending(id: uuid.UUID) -> str:
    return _extending(find(Order, id, *WHOLE))


def _extending(order: Order, posted: Form | None = None) -> str:
    form = posted or Longer(thing=order, action="extend")
    return _asked(order, EXTEND, form, url_for("desk.extend_time", id=order.id))


@desk.post("/orders/<uuid:id>/extension")
@permitted(*EXCEPTING)
@redrawn(by=extending)
def extend_time(id: uuid.UUID) -> Any:
    order = locked(Order, id, *WHOLE)
    form = Longer(thing=order, action="extend")
    if not form.sent():
        return _extending(order, form), 422
    return _done(form, lambda: _extend(order, form))


def _extend(order: Order, form: Form) -> Message:
    last = form["until"].data
    extend(order, last, form["reason"].data, actor(), this_face().zone)
    return say("The order may be sent back until {day} now.", day=last)


@desk.get("/orders/<uuid:id>/exceptions/<uuid:made>/end")
@permitted(*EXCEPTING)
def ending(id: uuid.UUID, made: uuid.UUID) -> str:
    return _ending(find(Order, id, *WHOLE), made)


def _ending(order: Order, made: uuid.UUID, posted: Form | None = None) -> str:
    held = _of(order, made)
    form = posted or Why(thing=order, action=f"end/{made}")
    line = _line(order, held.order_line_id) if held.order_line_id else None
    return _asked(order, WITHDRAW, form, url_for("desk.end_exception", id=order.id, made=made), line)


def _of(order: Order, made: uuid.UUID) -> Override:
    held = find(Override, made)
    if held.order_id != order.id:
        raise NotFound("Override")
    return held


@desk.post("/orders/<uuid:id>/exceptions/<uuid:made>/end")
@permitted(*EXCEPTING)
@redrawn(by=ending)
def end_exception(id: uuid.UUID, made: uuid.UUID) -> Any:
    order = locked(Order, id, *WHOLE)
    form = Why(thing=order, action=f"end/{made}")
    if not form.sent():
        return _ending(order, made, form), 422
    return _done(form, lambda: _end(order, made, form))


def _end(order: Order, made: uuid.UUID, form: Form) -> Message:
    withdraw(order, _of(order, made), form["reason"].data, actor())
    return say("The exception is taken back.")
