"""Who is at the dock's shared tablet: sharing it, saying who one is by a PIN, stepping back."""

import uuid
from typing import Any

from flask import request, url_for
from wtforms import HiddenField, PasswordField, RadioField
from wtforms.fields.choices import SelectChoice as Key
from wtforms.validators import InputRequired, Length

from portal import people
from portal.i18n import say
from portal.people import Permission
from portal.people.tablets import OVER, hands, share, step_back, tablet_of, take_over
from portal.web.dock.blueprint import dock
from portal.web.errors import redrawn
from portal.web.forms import Plain
from portal.web.limits import knocking
from portal.web.rendering import go, page, tell
from portal.web.signin import after, door
from portal.web.staff import me, permitted, token_here

LENGTH = Length(4, 6, say("A PIN has 4 to 6 digits."))


class Who(Plain):
    person = RadioField(say("Who are you?"), [InputRequired(say("Choose your name."))])
    pin = PasswordField(
        say("PIN"),
        [InputRequired(say("Type your PIN.")), LENGTH],
        render_kw={"inputmode": "numeric", "autocomplete": "off", "maxlength": 6},
    )
    next = HiddenField()


class Button(Plain):
    """Nothing to fill in."""


def _form() -> Who:
    form = Who()
    form.person.choices = [Key(str(id), name) for id, name in hands()]
    if request.method == "GET":
        form.next.data = request.args.get("next", "")
    return form


@door.get("/sign-in/who")
def who() -> Any:
    """What was under way waits meanwhile."""
    if tablet_of(token_here()) is None:
        tell(OVER, "warn")
        return go(url_for("door.sign_in"))
    return page("door/who.html", form=_form())


@door.post("/sign-in/who")
@knocking
@redrawn(by=who)
def say_who() -> Any:
    typed = Who()
    id, pin = request.form.get("person", ""), typed.pin.data or ""
    if not (_is_id(id) and pin.isascii() and pin.isdigit() and 4 <= len(pin) <= 6):
        form = _form()
        form.sent()
        return page("door/who.html", form=form), 422
    take_over(token_here(), uuid.UUID(id), pin, request.remote_addr or "")
    person = people.person_of(token_here())
    return go(after(typed.next.data, person)) if person else go(url_for("door.who"))


def _is_id(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True


@dock.get("/tablet")
@permitted(Permission.WORK_DOCK)
def tablet() -> Any:
    """Asks before the browser becomes a shared one."""
    person = me()
    if person is None or person.shared:
        return go(url_for("dock.scan"))
    return page("dock/tablet.html", form=Button(formdata=None), hands=hands())


@dock.post("/tablet")
@permitted(Permission.WORK_DOCK)
@redrawn(by=tablet)
def share_tablet() -> Any:
    form, person = Button(), me()
    if not form.sent() or person is None:
        return page("dock/tablet.html", form=form, hands=hands()), 422
    if not person.shared:
        share(person)
        tell(say("This tablet is shared now. Whoever works at it says so by a PIN."))
    return go(url_for("dock.scan"))


@dock.post("/tablet/next")
@permitted(Permission.WORK_DOCK)
def step_aside() -> Any:
    form, person = Button(), me()
    if not form.sent() or person is None:
        return page("dock/tablet.html", form=form, hands=hands()), 422
    if person.shared:
        step_back(person)
        return go(url_for("door.who"))
    return go(url_for("dock.scan"))
