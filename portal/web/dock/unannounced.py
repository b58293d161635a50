"""A parcel without a return, of an order that is known: count it, and its return is made here."""

import uuid
from collections.abc import Sequence
from typing import Any

from flask import url_for
from sqlalchemy.orm import selectinload
from wtforms import StringField

from portal.db import find, locked
from portal.i18n import say
from portal.orders.models import Order, OrderLine
from portal.people import Permission
from portal.refunds.quoting import open_items, plan_for
from portal.returns import Return, ReturnState
from portal.returns.unannounced import Found, left_of, take_in
from portal.web.actor import actor
from portal.web.dock.blueprint import dock
from portal.web.dock.counting import next_place
from portal.web.dock.forms import count, earlier
from portal.web.errors import redrawn
from portal.web.forms import Form
from portal.web.operations import Answer, once, see
from portal.web.rendering import page
from portal.web.shops import this_face
from portal.web.staff import permitted


@dock.get("/orders/<uuid:id>")
@permitted(Permission.WORK_DOCK)
def unannounced(id: uuid.UUID) -> str:
    order = find(Order, id, selectinload(Order.lines))
    return _page(order, _form(order))


@dock.post("/orders/<uuid:id>")
@permitted(Permission.WORK_DOCK)
@redrawn(by=unannounced)
def take_unannounced(id: uuid.UUID) -> Any:
    order = locked(Order, id, selectinload(Order.lines))
    form = _form(order)
    if prior := earlier(form):
        return see(prior)
    if not form.sent():
        return _page(order, form), 422
    return see(once(form, actor(), lambda: _take_in(order, form)))


def _lines(order: Order) -> Sequence[OrderLine]:
    return [line for line in order.lines if left_of(line)]


def _name(line: OrderLine) -> str:
    return f"line-{line.id}"


def _form(order: Order) -> Form:
    fields: dict[str, Any] = {_name(line): _count(line) for line in _lines(order)}
    fields["tracking"] = StringField(say("Tracking number, if the label has one"))
    made: type[Form] = type("Unannounced", (Form,), fields)
    return made(thing=order, action="unannounced")


def _count(line: OrderLine) -> Any:
    missing = say("Choose how many of {title} came, 0 if none.", title=line.title)
    return count(line.title, left_of(line), missing)


def _page(order: Order, form: Form) -> str:
    lines = [(line, form[_name(line)], left_of(line)) for line in _lines(order)]
    return page("dock/unannounced.html", order=order, form=form, lines=lines)


def _take_in(order: Order, form: Form) -> Answer:
    counts = {line.id: form[_name(line)].data for line in _lines(order)}
    found = Found(counts, form["tracking"].data or "")
    return_ = take_in(order, found, this_face().zone, _worth, actor())
    rma, n = return_.rma, sum(counts.values())
    if return_.state is ReturnState.REQUESTED:
        said = say("Counted, and the desk decides. Write {rma} on the parcel and put it aside.", rma=rma)
        return Answer(url_for("dock.counted", id=return_.id), said, "warn")
    return Answer(next_place(return_), say("Taken in unannounced: {n}. It is {rma} now.", n=n, rma=rma))


def _worth(return_: Return) -> int:
    return plan_for(return_, open_items(return_)).amount
