"""A mis-tap: taking a check back, before the refund is approved."""

import uuid
from typing import Any

from flask import g, url_for
from wtforms import RadioField, StringField
from wtforms.fields.choices import SelectChoice as Key
from wtforms.validators import InputRequired, Length

from portal.errors import Refusal
from portal.i18n import say
from portal.people import Permission
from portal.returns.inspecting import correct_many
from portal.returns.lifecycle import ItemState
from portal.returns.models import ReturnItem
from portal.returns.receiving import RECEIVABLE
from portal.views.dock import alike, unit
from portal.web.actor import actor
from portal.web.dock.blueprint import dock
from portal.web.dock.forms import earlier, so_many
from portal.web.errors import redrawn
from portal.web.forms import Form
from portal.web.operations import Answer, once, see
from portal.web.rendering import go, page, tell
from portal.web.staff import permitted

WHY = {
    "key": say("Pressed the wrong key"),
    "unit": say("Looked at another unit"),
    "again": say("Looked again, and it is otherwise"),
    "other": say("Another reason"),
}


class Correction(Form):
    """Beside these it has `same` where several units were checked alike."""

    why = RadioField(
        say("What was wrong?"),
        [InputRequired(say("Choose what was wrong."))],
        choices=[Key(code, words) for code, words in WHY.items()],
    )
    words = StringField(
        say("In a few words"), [Length(max=300, message=say("At most {n} characters.", n=300))]
    )


@dock.get("/items/<uuid:id>/correction")
@permitted(Permission.WORK_DOCK, Permission.CORRECT_INSPECTIONS)
def correct(id: uuid.UUID) -> Any:
    item = unit(id)
    if item.state is ItemState.RECEIVED:
        return go(url_for("dock.check", id=id))
    if item.state is not ItemState.INSPECTED:
        return go(url_for("dock.counted", id=item.return_id))
    if item.refunding or item.return_.state not in RECEIVABLE:
        tell(say("The refund of this unit is approved, so its check stands. Tell the desk."), "warn")
        return go(url_for("dock.done", id=item.return_id))
    return _page(item, _form(item))


@dock.post("/items/<uuid:id>/correction")
@permitted(Permission.WORK_DOCK, Permission.CORRECT_INSPECTIONS)
@redrawn(by=correct)
def correct_unit(id: uuid.UUID) -> Any:
    item = unit(id, lock=True)
    form = _form(item)
    if prior := earlier(form):
        return see(prior)
    if not form.sent():
        return _page(item, form), 422
    return see(once(form, actor(), lambda: _correct(item, form)))


def _form(item: ReturnItem) -> Correction:
    many = len(alike(item)) if item.state is ItemState.INSPECTED else 1
    fields = {"same": so_many(say("How many of these?"), many)} if many > 1 else {}
    made: type[Correction] = type("CorrectUnit", (Correction,), fields)
    return made(thing=item, action="correct")


def _page(item: ReturnItem, form: Correction) -> str:
    return page("dock/correct.html", item=item, form=form, held=item.return_, many=len(alike(item)))


def _correct(item: ReturnItem, form: Correction) -> Answer:
    same = form["same"].data if "same" in form else 1
    units = alike(item)[:same]
    if len(units) < same:
        raise Refusal(say("Only {n} of these are left.", n=len(units)), "same")
    correct_many(units, _reason(form), actor())
    return Answer(url_for("dock.check", id=item.id), say("Taken back: {n}. Check again.", n=len(units)))


def _reason(form: Correction) -> str:
    words = (form.words.data or "").strip()
    if form.why.data == "other":
        if not words:
            raise Refusal(say("Say in a few words what was wrong."), "words")
        return words
    said: str = g.voice.text(WHY[form.why.data])
    return f"{said}. {words}" if words else said
