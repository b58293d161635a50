"""The other half of a sign-in: a code from the app, or setting the app up where the shop demands it."""

from typing import Any

from flask import g, request, session, url_for
from wtforms import HiddenField, StringField
from wtforms.validators import InputRequired, Length

from portal.db import find
from portal.documents.codes import qr_svg
from portal.i18n import say
from portal.people import User
from portal.people.factors import address_of, half_of, prove, secret_of
from portal.tenants import this_shop
from portal.web.errors import redrawn
from portal.web.forms import Plain
from portal.web.limits import knocking
from portal.web.rendering import go, page, tell
from portal.web.signin import HALF, after, door, let_in
from portal.web.staff import Member  # noqa: F401 - what let_in keeps

OVER = say("That took a while. Sign in once more.")


class Code(Plain):
    code = StringField(
        say("Code"), [InputRequired(say("Type the code.")), Length(max=60, message=say("That is no code."))]
    )
    next = HiddenField()


def grouped(secret: str) -> str:
    """So that a person can type it."""
    return " ".join(secret[n : n + 4] for n in range(0, len(secret), 4))


def app_facts(user: User) -> dict[str, Any]:
    """The QR code and its text, while the app is being set up; nothing of it afterwards."""
    secret = secret_of(user.id)
    if secret is None:
        return {"qr": None, "secret": None}
    label = g.voice.text(say("QR code for your app"))
    return {"qr": qr_svg(address_of(user, this_shop(), secret), label), "secret": grouped(secret)}


@door.get("/sign-in/code")
def second() -> Any:
    form = Code()
    if request.method == "GET":
        form.next.data = request.args.get("next", "")
    return _page(form)


def _page(form: Code) -> Any:
    half = half_of(session.get(HALF, ""))
    if half is None:
        tell(OVER, "warn")
        return go(url_for("door.sign_in"))
    return page("door/code.html", form=form, **app_facts(find(User, half)))


@door.post("/sign-in/code")
@knocking
@redrawn(by=second)
def prove_second() -> Any:
    form = Code()
    if not form.sent():
        drawn = _page(form)
        return (drawn, 422) if isinstance(drawn, str) else drawn
    token, codes = prove(session.get(HALF, ""), form.code.data, request.remote_addr or "")
    person = let_in(token)
    onward = after(form.next.data, person)
    return page("door/codes.html", codes=codes, onward=onward) if codes else go(onward)
