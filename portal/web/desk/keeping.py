"""Refunding without the goods: which units the shopper keeps, and why."""

import uuid
from collections.abc import Callable
from typing import Any

from wtforms.validators import InputRequired, NumberRange

from portal.db import locked
from portal.i18n import Message, say
from portal.people import Permission
from portal.returns import Return
from portal.returns.keeping import keep, keepable
from portal.views.record import Act, acts_on, whole_of
from portal.web.actor import actor
from portal.web.desk.blueprint import desk
from portal.web.desk.board import READING
from portal.web.desk.deciding import done
from portal.web.desk.forms import DIGITS, Number, in_order, needed
from portal.web.desk.record import as_it_is
from portal.web.errors import redrawn
from portal.web.forms import Form
from portal.web.operations import repeated, see
from portal.web.rendering import page
from portal.web.staff import permitted

KEEPING = (*READING, Permission.OVERRIDE)


def keep_form(return_: Return) -> Form:
    """How many units of each line the shopper keeps, all that are awaited unless said otherwise."""
    fields: dict[str, Any] = {f"keep-{line}": _some(len(items)) for line, items in keepable(return_).items()}
    fields["reason"] = needed(say("Reason"), say("Say why it need not come back."))
    kind: Callable[..., Form] = type("Keep", (Form,), fields)
    return kind(thing=return_, action="keep")


def _some(most: int) -> Any:
    fits = NumberRange(0, most, say("Choose from 0 to {most}.", most=most))
    label = say("Keeps")
    return Number(label, [InputRequired(say("Type a number.")), fits], default=most, render_kw=DIGITS)


@desk.get("/returns/<uuid:id>/keep")
@permitted(*KEEPING)
def keeping(id: uuid.UUID) -> str:
    return _page(id)


def _page(id: uuid.UUID, posted: Form | None = None) -> str:
    whole = whole_of(id)
    return_ = whole.return_
    if Act.KEEP not in acts_on(return_):
        return as_it_is(whole)
    counts = {line: len(items) for line, items in keepable(return_).items()}
    lines = [(line, counts[line.id]) for line in in_order(return_) if line.id in counts]
    return page("desk/keep.html", return_=return_, form=posted or keep_form(return_), lines=lines)


@desk.post("/returns/<uuid:id>/keep")
@permitted(*KEEPING)
@redrawn(by=keeping)
def keep_units(id: uuid.UUID) -> Any:
    return_ = locked(Return, id)
    if prior := repeated(actor()):
        return see(prior)
    form = keep_form(return_)
    if not form.sent():
        return _page(id, form), 422
    return done(form, id, lambda: _keep(return_, form))


def _keep(return_: Return, form: Form) -> Message:
    counts = {line: form[f"keep-{line}"].data for line in keepable(return_)}
    keep(return_, counts, form["reason"].data, actor())
    return say("The shopper keeps it and is told so. Its refund can be approved.")
