"""The second factor: on one's own page, for a colleague, and for the whole shop."""

import uuid
from typing import Any

from flask import request, url_for
from wtforms import PasswordField, RadioField, StringField
from wtforms.fields.choices import SelectChoice as Key
from wtforms.validators import InputRequired, Length

from portal.db import find
from portal.errors import Refusal
from portal.i18n import say
from portal.people import Permission, User, confirm
from portal.people import factors as verbs
from portal.people.passwords import LONGEST
from portal.people.staffing import reset_second
from portal.tenants import locked_shop, this_shop
from portal.web.actor import actor
from portal.web.desk.blueprint import desk
from portal.web.desk.people import judge, person
from portal.web.desk.record import me_here
from portal.web.errors import redrawn
from portal.web.forms import Form, Plain
from portal.web.limits import knocking
from portal.web.operations import Answer, once, see
from portal.web.rendering import go, page, tell
from portal.web.second import app_facts
from portal.web.staff import permitted

LONG = {"maxlength": LONGEST}


class Proof(Plain):
    """An act on one's own second factor, proven by the password."""

    password = PasswordField(say("Password"), [InputRequired(say("Type your password."))], render_kw=LONG)


class Code(Plain):
    code = StringField(
        say("Code of the app"),
        [InputRequired(say("Type the code.")), Length(max=20, message=say("That is no code."))],
    )


class DemandForm(Form):
    of = RadioField(
        say("Who must sign in with a second factor?"),
        [InputRequired(say("Choose of whom it is demanded."))],
        choices=[
            Key("nobody", say("Nobody: everyone may switch it on")),
            Key("money", say("Those who may approve refunds")),
            Key("everybody", say("Everybody of the staff")),
        ],
    )


@desk.get("/account/second")
@permitted()
def second() -> str:
    return _page()


def _page(**forms: Plain) -> str:
    me, shop = me_here(), this_shop()
    on = verbs.is_on(me.id)
    return page(
        "desk/second.html",
        on=on,
        proof=forms.get("proof") or Proof(formdata=None),
        code=forms.get("code") or Code(formdata=None),
        left=verbs.left_codes(me.id) if on else 0,
        demanded=verbs.demanded(shop, me.role),
        **app_facts(find(User, me.id)),
    )


def _proven() -> Proof | None:
    """The form, once its password was right; None where something is missing. Raises Refusal."""
    form, me = Proof(), me_here()
    if not form.sent():
        return None
    confirm(me, form.password.data, request.remote_addr or "")
    return form


@desk.post("/account/second/begin")
@permitted()
@knocking
@redrawn(by=second)
def begin_second() -> Any:
    if _proven() is None:
        return _page(proof=Proof()), 422
    verbs.begin(me_here().id)
    return go(url_for("desk.second"))


@desk.post("/account/second/on")
@permitted()
@knocking
@redrawn(by=second)
def switch_on_second() -> Any:
    """Shows the recovery codes in its answer: there is no other time."""
    form, me = Code(), me_here()
    if not form.sent():
        return _page(code=form), 422
    return page("desk/codes.html", codes=verbs.switch_on(me.id, form.code.data, actor()))


@desk.post("/account/second/codes")
@permitted()
@knocking
@redrawn(by=second)
def renew_codes() -> Any:
    if _proven() is None:
        return _page(proof=Proof()), 422
    return page("desk/codes.html", codes=verbs.renew_codes(me_here().id, actor()))


@desk.post("/account/second/off")
@permitted()
@knocking
@redrawn(by=second)
def switch_off_second() -> Any:
    if _proven() is None:
        return _page(proof=Proof()), 422
    me = me_here()
    if verbs.demanded(this_shop(), me.role):
        raise Refusal(say("This shop demands it of you."))
    verbs.switch_off(me.id, actor())
    tell(say("The second factor is off."))
    return go(url_for("desk.second"))


@desk.post("/people/<uuid:id>/second")
@permitted(Permission.MANAGE_PEOPLE, Permission.MANAGE_OWNERS)
@redrawn(by=person)
def reset_factor(id: uuid.UUID) -> Any:
    said = say("The second factor is off, and they are signed out everywhere.")
    return judge(id, "second", said, lambda user: reset_second(user, actor()))


@desk.get("/people/second")
@permitted(Permission.MANAGE_OWNERS)
def demand() -> str:
    return _demanding(_demand_form())


def _demand_form() -> DemandForm:
    shop = this_shop()
    return DemandForm(thing=shop, action="second", data={"of": shop.second_factor})


def _demanding(form: DemandForm) -> str:
    return page("desk/demand.html", form=form)


@desk.post("/people/second")
@permitted(Permission.MANAGE_OWNERS)
@redrawn(by=demand)
def set_demand() -> Any:
    locked_shop()
    form = _demand_form()
    if not form.sent():
        return _demanding(form), 422
    return see(once(form, actor(), lambda: _demand(form)))


def _demand(form: DemandForm) -> Answer:
    verbs.demand(locked_shop(), form.of.data, actor())
    said = say("Kept. It counts from the next time that somebody signs in.")
    return Answer(url_for("desk.people"), said)
