"""The shop's own labels: how many are left, and putting more in."""

from pathlib import PurePath
from typing import Any

from flask import url_for
from werkzeug.datastructures import FileStorage
from wtforms import MultipleFileField, StringField
from wtforms.validators import InputRequired, Length

from portal.errors import Refusal
from portal.i18n import say
from portal.people import Permission
from portal.returns.carriers import pool
from portal.returns.carriers.pool import LARGEST, NewLabel
from portal.tenants import Tenant, locked_shop, this_shop
from portal.web.actor import actor
from portal.web.desk.blueprint import desk
from portal.web.errors import redrawn
from portal.web.forms import OneOff
from portal.web.operations import Answer, once, see
from portal.web.rendering import page
from portal.web.staff import permitted

MOST = 200  # files at once
SHORT = Length(max=60, message=say("At most {n} characters.", n=60))


class LabelsForm(OneOff):
    carrier = StringField(
        say("Carrier"),
        [InputRequired(say("Say whose labels these are.")), SHORT],
        render_kw={"maxlength": 60},
    )
    files = MultipleFileField(
        say("Labels"), [InputRequired(say("Choose one PDF file or more."))], render_kw={"accept": ".pdf"}
    )


@desk.get("/settings/labels")
@permitted(Permission.EDIT_SHOP)
def labels() -> str:
    return _page(this_shop())


def _page(shop: Tenant, form: LabelsForm | None = None) -> str:
    form = form or LabelsForm(thing=shop, action="labels")
    return page("desk/labels.html", form=form, left=pool.left(), used=shop.carrier == pool.NAME, most=MOST)


@desk.post("/settings/labels")
@permitted(Permission.EDIT_SHOP)
@redrawn(by=labels)
def add_labels() -> Any:
    """One PDF a label; the file is called by its tracking number."""
    shop = locked_shop()
    form = LabelsForm(thing=shop, action="labels")
    if not form.sent():
        return _page(shop, form), 422
    return see(once(form, actor(), lambda: _add(form)))


def _add(form: LabelsForm) -> Answer:
    given = [_label(file) for file in form.files.data]
    if len(given) > MOST:
        raise Refusal(say("At most {n} files at once.", n=MOST), "files")
    try:
        added = pool.add_labels(form.carrier.data, given, actor())
    except Refusal as refusal:
        raise Refusal(refusal.message, "carrier" if refusal.field == "carrier" else "files") from refusal
    known, left = len(given) - added, pool.left()
    if known:
        sentence = "{n} labels added, {known} were there already. {left} are left."
        text = say(sentence, n=added, known=known, left=left)
    else:
        text = say("{n} labels added. {left} are left.", n=added, left=left)
    return Answer(url_for("desk.labels"), text)


def _label(file: FileStorage) -> NewLabel:
    """What is larger than a label may be is not read to its end: the pool refuses it."""
    name = (file.filename or "").rpartition("\\")[2]
    return NewLabel(PurePath(name).stem, file.stream.read(LARGEST + 1))
