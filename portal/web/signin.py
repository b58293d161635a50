"""The door of the staff: signing in and out."""

from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, make_response, request, session, url_for
from flask_login import current_user, login_user, logout_user
from wtforms import EmailField, HiddenField, PasswordField
from wtforms.validators import EqualTo, InputRequired

from portal import people
from portal.errors import Refusal
from portal.i18n import say
from portal.people import Permission, Person, Purpose
from portal.people.joining import join
from portal.people.links import works
from portal.people.passwords import LONGEST, SHORTEST
from portal.web.errors import redrawn
from portal.web.forms import Plain
from portal.web.headers import unreferred
from portal.web.limits import knocking
from portal.web.rendering import go, page, tell
from portal.web.staff import Member, me

door = Blueprint("door", __name__)
OVER = say("This link does not work, or no longer. Ask whoever invited you for a new one.")


class SignIn(Plain):
    email = EmailField(say("E-mail address"), [InputRequired(say("Type your e-mail address."))])
    password = PasswordField(say("Password"), [InputRequired(say("Type your password."))])
    next = HiddenField()


class ChoosePassword(Plain):
    password = PasswordField(
        say("Password"), [InputRequired(say("Choose a password."))], render_kw={"maxlength": LONGEST}
    )
    again = PasswordField(
        say("Password, once more"),
        [EqualTo("password", say("The two are not the same. Type it again."))],
        render_kw={"maxlength": LONGEST},
    )


@door.get("/sign-in")
def sign_in() -> Any:
    """The form; whoever is signed in goes on to their place."""
    person = me()
    if person is not None and request.method == "GET":
        return go(_after(request.args.get("next"), person))
    form = SignIn()
    if request.method == "GET":
        form.next.data = request.args.get("next", "")
    return page("door/sign_in.html", form=form)


@door.post("/sign-in")
@knocking
@redrawn(by=sign_in)
def do_sign_in() -> Any:
    form = SignIn()
    if not form.sent():
        return page("door/sign_in.html", form=form), 422
    token = people.sign_in(form.email.data, form.password.data, request.remote_addr or "")
    return go(_after(form.next.data, _let_in(token)))


def _let_in(token: str) -> Person:
    """From now on this browser is the person's; whatever it kept before is gone."""
    session.clear()
    person = people.person_of(token)
    if person is None:
        raise Refusal(say("Sign in once more."))
    login_user(Member(person, token))
    return person


@door.get("/sign-in/invitation/<invitation>")
def invitation(invitation: str) -> Any:
    """Asks for a password. Whoever looks may be a machine that follows every link in a mail."""
    if not works(invitation, Purpose.INVITATION):
        return _over()
    return unreferred(make_response(_choosing(ChoosePassword(), invitation)))


@door.post("/sign-in/invitation/<invitation>")
@knocking
@redrawn(by=invitation)
def accept(invitation: str) -> Any:
    form = ChoosePassword()
    if not form.sent():
        known = works(invitation, Purpose.INVITATION)
        return unreferred(make_response(_choosing(form, invitation), 422)) if known else _over()
    token = join(invitation, form.password.data)
    if token is None:
        return _over()
    person = _let_in(token)
    tell(say("Your password is set, and you are signed in."))
    return unreferred(go(_after(None, person)))


def _choosing(form: ChoosePassword, invitation: str) -> str:
    return page("door/invitation.html", form=form, invitation=invitation, least=SHORTEST)


def _over() -> Response:
    """One answer for spent, over, withdrawn, mistyped and another shop's."""
    tell(OVER, "warn")
    return unreferred(go(url_for("door.sign_in")))


@door.post("/sign-out")
def sign_out() -> Any:
    """End this session here and in the database."""
    if me() is not None:
        people.sign_out(current_user.token)
        logout_user()
        session.clear()
        tell(say("You are signed out."))
    return go(url_for("door.sign_in"))


def _after(wanted: str | None, person: Person) -> str:
    """Where they wanted to go, if that is a page of this shop; else their own place."""
    inside = (request.script_root or "") + "/"
    parts = urlsplit(wanted or "")
    if wanted and not parts.scheme and not parts.netloc and wanted.startswith(inside) and "\\" not in wanted:
        return wanted
    return url_for("dock.scan" if not person.may(Permission.READ_RETURNS) else "desk.board")
