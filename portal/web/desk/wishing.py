"""What the shopper of an unannounced parcel wants, where the desk knows it."""

import uuid
from typing import Any

from portal.db import locked
from portal.i18n import Message, say
from portal.returns import Return
from portal.views.record import Act, acts_on, whole_of
from portal.web.actor import actor
from portal.web.desk.blueprint import desk
from portal.web.desk.deciding import DECIDING, done
from portal.web.desk.record import as_it_is
from portal.web.desk.wording import RESOLUTIONS
from portal.web.errors import redrawn
from portal.web.forms import Form
from portal.web.rendering import page
from portal.web.staff import permitted
from portal.web.wishing import reason_fields, take, wish_form

SPOKEN = say("What the shopper wants"), say("Choose what the shopper wants.")


@desk.get("/returns/<uuid:id>/wish")
@permitted(*DECIDING)
def wish(id: uuid.UUID) -> str:
    return _asking(id)


def _asking(id: uuid.UUID, posted: Form | None = None) -> str:
    whole = whole_of(id)
    return_ = whole.return_
    if Act.WISH not in acts_on(return_):
        return as_it_is(whole)
    form = posted or wish_form(return_, RESOLUTIONS, *SPOKEN)
    return page("desk/wish.html", return_=return_, form=form, reasons=reason_fields(return_, form))


@desk.post("/returns/<uuid:id>/wish")
@permitted(*DECIDING)
@redrawn(by=wish)
def set_wish(id: uuid.UUID) -> Any:
    return_ = locked(Return, id)
    form = wish_form(return_, RESOLUTIONS, *SPOKEN)
    if not form.sent():
        return _asking(id, form), 422
    return done(form, id, lambda: _set(return_, form))


def _set(return_: Return, form: Form) -> Message:
    take(return_, form, actor())
    return say("Kept what the shopper wants.")
