"""Something else is in an announced parcel: instead of what was announced, or in addition."""

import uuid
from typing import Any

from flask import url_for
from wtforms import RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice as Key
from wtforms.validators import InputRequired, Length

from portal.i18n import say
from portal.orders.models import OrderLine
from portal.people import Permission
from portal.returns import Return
from portal.returns.cases.handling import LONGEST, Find, report
from portal.returns.joining import left
from portal.returns.receiving import RECEIVABLE, awaited
from portal.views.dock import bench
from portal.web.actor import actor
from portal.web.dock.blueprint import dock
from portal.web.dock.forms import earlier
from portal.web.errors import redrawn
from portal.web.forms import Form
from portal.web.operations import Answer, once, see
from portal.web.rendering import go, page
from portal.web.shops import this_face
from portal.web.staff import permitted

MORE, OTHER = "more", "other"


@dock.get("/returns/<uuid:id>/else")
@permitted(Permission.WORK_DOCK)
def extra(id: uuid.UUID) -> Any:
    held = bench(id)
    if held.state not in RECEIVABLE:
        return go(url_for("dock.counted", id=id))
    return _page(held, _form(held))


@dock.post("/returns/<uuid:id>/else")
@permitted(Permission.WORK_DOCK)
@redrawn(by=extra)
def report_extra(id: uuid.UUID) -> Any:
    held = bench(id, lock=True)
    form = _form(held)
    if prior := earlier(form):
        return see(prior)
    if not form.sent():
        return _page(held, form), 422
    return see(once(form, actor(), lambda: _report(held, form)))


def _form(held: Return) -> Form:
    titles = {line.id: line.order_line.title for line in held.lines}
    instead = [Key(str(id), say("Instead of {title}", title=titles[id])) for id in awaited(held)]
    sold = [Key(str(line.id), _named(line)) for line in held.order.lines if left(line)]
    fields: dict[str, Any] = {
        "what": RadioField(
            say("How did it come?"),
            [InputRequired(say("Choose how it came."))],
            choices=[Key(MORE, say("In addition to what was announced")), *instead],
        ),
        "article": RadioField(
            say("What is it?"),
            [InputRequired(say("Choose what it is."))],
            choices=[*sold, Key(OTHER, say("Something else"))],
        ),
        "looks": TextAreaField(
            say("What it looks like"),
            [Length(max=LONGEST, message=say("At most {n} characters.", n=LONGEST))],
        ),
    }
    made: type[Form] = type("Extra", (Form,), fields)
    return made(thing=held, action="extra")


def _named(line: OrderLine) -> str:
    return f"{line.title}, {line.variant}" if line.variant else line.title


def _page(held: Return, form: Form) -> str:
    return page("dock/extra.html", held=held, form=form)


def _report(held: Return, form: Form) -> Answer:
    what, article = form["what"].data, form["article"].data
    found = Find(
        looks=form["looks"].data or "",
        instead=None if what == MORE else uuid.UUID(what),
        article=None if article == OTHER else uuid.UUID(article),
    )
    case = report(held, found, this_face().zone, actor())
    back, rma = url_for("dock.counted", id=held.id), held.rma
    if case is None:
        return Answer(back, say("It joined the return, and is checked like the others."))
    return Answer(back, say("Put it aside, marked {rma}. The desk decides what becomes of it.", rma=rma))
