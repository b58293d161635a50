"""The door's pages behind mailed links: a password is chosen there, the first one or another."""

from typing import Any

from flask import Response, make_response, request, url_for
from wtforms import EmailField, PasswordField
from wtforms.validators import EqualTo, InputRequired

from portal.i18n import Message, say
from portal.notices import ask_password
from portal.people import Purpose, half_of
from portal.people.joining import choose_password
from portal.people.links import works
from portal.people.passwords import LONGEST, SHORTEST
from portal.people.throttle import FORGOTTEN, knock
from portal.web.errors import redrawn
from portal.web.forms import Plain
from portal.web.headers import unreferred
from portal.web.limits import knocking
from portal.web.rendering import go, page, tell
from portal.web.signin import door, enter

__all__ = ["door"]
OVER: dict[Purpose, Message] = {
    Purpose.INVITATION: say("This link does not work, or no longer. Ask whoever invited you for a new one."),
    Purpose.NEW_PASSWORD: say("This link does not work, or no longer. Have a new one mailed to you."),
}
SAME = say("The two are not the same. Type it again.")


class Choose(Plain):
    password = PasswordField(
        say("Password"), [InputRequired(say("Choose a password."))], render_kw={"maxlength": LONGEST}
    )
    again = PasswordField(
        say("Password, once more"), [EqualTo("password", SAME)], render_kw={"maxlength": LONGEST}
    )


class Forgotten(Plain):
    email = EmailField(say("E-mail address"), [InputRequired(say("Type your e-mail address."))])


@door.get("/sign-in/forgotten")
def forgotten() -> str:
    return page("door/forgotten.html", form=Forgotten())


@door.post("/sign-in/forgotten")
@knocking
@redrawn(by=forgotten)
def ask_link() -> Any:
    """One answer to whoever asks. Every try counts: forgiving one would tell."""
    form = Forgotten()
    if not form.sent():
        return page("door/forgotten.html", form=form), 422
    knock("forgotten", FORGOTTEN, account=form.email.data, network=request.remote_addr or "")
    ask_password(form.email.data)
    return go(url_for("door.asked"))


@door.get("/sign-in/forgotten/sent")
def asked() -> str:
    return page("door/asked.html")


@door.get("/sign-in/invitation/<invitation>")
def invitation(invitation: str) -> Response:
    """Asks for a password. Whoever looks may be a machine that follows every link in a mail."""
    return _ask(Purpose.INVITATION, invitation)


@door.post("/sign-in/invitation/<invitation>")
@knocking
@redrawn(by=invitation)
def accept(invitation: str) -> Response:
    return _choose(Purpose.INVITATION, invitation)


@door.get("/sign-in/password/<reset>")
def reset(reset: str) -> Response:
    return _ask(Purpose.NEW_PASSWORD, reset)


@door.post("/sign-in/password/<reset>")
@knocking
@redrawn(by=reset)
def set_password(reset: str) -> Response:
    return _choose(Purpose.NEW_PASSWORD, reset)


def _ask(purpose: Purpose, secret: str, form: Choose | None = None) -> Response:
    if not works(secret, purpose):
        return _over(purpose)
    address = request.script_root + request.path
    drawn = page("door/choose.html", form=form or Choose(), address=address, least=SHORTEST)
    return unreferred(make_response(drawn, 422 if form else 200))


def _choose(purpose: Purpose, secret: str) -> Response:
    form = Choose()
    if not form.sent():
        return _ask(purpose, secret, form)
    token = choose_password(secret, purpose, form.password.data)
    if token is None:
        return _over(purpose)
    half = half_of(token) is not None
    entered = enter(token, None)
    done = say("Your password is set. The second factor is still due.")
    tell(done if half else say("Your password is set, and you are signed in."))
    return unreferred(entered)


def _over(purpose: Purpose) -> Response:
    """One answer for spent, over, withdrawn, mistyped and another shop's."""
    tell(OVER[purpose], "warn")
    return unreferred(go(url_for("door.sign_in")))
