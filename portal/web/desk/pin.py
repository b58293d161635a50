"""One's own PIN for the dock's shared tablet."""

from typing import Any

from flask import request, url_for
from wtforms import PasswordField
from wtforms.validators import EqualTo, InputRequired, Length

from portal.errors import Forbidden
from portal.i18n import say
from portal.people import Permission, confirm
from portal.people.passwords import LONGEST, hashed_pin
from portal.people.tablets import set_pin
from portal.web.desk.blueprint import desk
from portal.web.desk.record import me_here
from portal.web.errors import redrawn
from portal.web.forms import Plain
from portal.web.limits import knocking
from portal.web.rendering import go, page, tell
from portal.web.staff import permitted

DIGITS = {"inputmode": "numeric", "autocomplete": "off", "maxlength": 6}


class PinForm(Plain):
    password = PasswordField(
        say("Password"), [InputRequired(say("Type your password."))], render_kw={"maxlength": LONGEST}
    )
    pin = PasswordField(
        say("PIN"),
        [InputRequired(say("Choose a PIN.")), Length(4, 6, say("A PIN has 4 to 6 digits."))],
        render_kw=DIGITS,
    )
    again = PasswordField(
        say("PIN, once more"),
        [EqualTo("pin", say("The two are not the same. Type it again."))],
        render_kw=DIGITS,
    )


@desk.get("/account/pin")
@permitted(Permission.WORK_DOCK)
def pin() -> str:
    return _page(PinForm())


def _page(form: PinForm) -> str:
    if me_here().shared:
        raise Forbidden
    return page("desk/pin.html", form=form)


@desk.post("/account/pin")
@permitted(Permission.WORK_DOCK)
@knocking
@redrawn(by=pin)
def keep_pin() -> Any:
    """The password is asked for, and both are worked at before anything is locked."""
    form, person = PinForm(), me_here()
    if person.shared:
        raise Forbidden
    if not form.sent():
        return _page(form), 422
    confirm(person, form.password.data, request.remote_addr or "")
    set_pin(person, hashed_pin(form.pin.data))
    tell(say("Your PIN is set. It counts at shared tablets of the dock."))
    return go(url_for("desk.pin"))
