"""The door of the staff: signing in and out."""

from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, request, session, url_for
from flask_login import current_user, login_user, logout_user
from wtforms import EmailField, HiddenField, PasswordField
from wtforms.validators import InputRequired

from portal import people
from portal.errors import Refusal
from portal.i18n import say
from portal.people import Permission, Person
from portal.people.browsers import note_browser
from portal.web.errors import redrawn
from portal.web.forms import Plain
from portal.web.limits import knocking
from portal.web.rendering import go, page, tell
from portal.web.staff import Member, me

door = Blueprint("door", __name__)
HALF = "half"  # where the cookie keeps the token of a sign-in that waits for its code


class SignIn(Plain):
    email = EmailField(say("E-mail address"), [InputRequired(say("Type your e-mail address."))])
    password = PasswordField(say("Password"), [InputRequired(say("Type your password."))])
    next = HiddenField()


@door.get("/sign-in")
def sign_in() -> Any:
    """The form; whoever is signed in goes on to their place."""
    person = me()
    if person is not None and request.method == "GET":
        return go(after(request.args.get("next"), person))
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
    return enter(token, form.next.data)


def enter(token: str, wanted: str | None) -> Response:
    """In, or to the second factor where that is still due; what the browser kept is gone either way."""
    if people.half_of(token) is None:
        return go(after(wanted, let_in(token)))
    session.clear()
    session[HALF] = token
    return go(url_for("door.second", next=wanted or None))


def let_in(token: str) -> Person:
    """From now on this browser is the person's; whatever it kept before is gone."""
    session.clear()
    person = people.person_of(token)
    if person is None:
        raise Refusal(say("Sign in once more."))
    note_browser(person, request.user_agent.string)
    login_user(Member(person, token))
    return person


@door.post("/sign-out")
def sign_out() -> Any:
    """End this session here and in the database."""
    if me() is not None:
        people.sign_out(current_user.token)
        logout_user()
        session.clear()
        tell(say("You are signed out."))
    return go(url_for("door.sign_in"))


def after(wanted: str | None, person: Person) -> str:
    """Where they wanted to go, if that is a page of this shop; else their own place."""
    inside = (request.script_root or "") + "/"
    parts = urlsplit(wanted or "")
    if wanted and not parts.scheme and not parts.netloc and wanted.startswith(inside) and "\\" not in wanted:
        return wanted
    return url_for("dock.scan" if not person.may(Permission.READ_RETURNS) else "desk.board")
