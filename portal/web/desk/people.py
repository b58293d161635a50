"""The staff: who is on it, inviting somebody, what they may do, and letting them go."""

import uuid
from collections.abc import Callable
from typing import Any

from flask import request, url_for
from wtforms import EmailField, RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from portal.db import find
from portal.i18n import Message, say
from portal.notices import invite as invite_
from portal.notices import invite_again
from portal.people import Permission, Role, User, set_active, set_role
from portal.people.factors import is_on
from portal.people.roster import entry, roster
from portal.people.staffing import LONGEST_NAME
from portal.people.titles import TITLES
from portal.tenants import locked_shop, this_shop
from portal.web.actor import actor
from portal.web.desk.blueprint import desk
from portal.web.desk.forms import Ask
from portal.web.errors import redrawn
from portal.web.forms import Form, OneOff
from portal.web.operations import Answer, once, see
from portal.web.rendering import page
from portal.web.staff import me, permitted

ROLE = say("Role"), [InputRequired(say("Choose what this person may do."))]


class InviteForm(OneOff):
    name = StringField(
        say("Name"),
        [InputRequired(say("Type the person’s name."))],
        render_kw={"maxlength": LONGEST_NAME, "autocomplete": "off"},
    )
    email = EmailField(
        say("E-mail address"),
        [InputRequired(say("Type the person’s e-mail address."))],
        render_kw={"maxlength": 254, "autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"},
    )
    role = RadioField(*ROLE)


class RoleForm(Form):
    role = RadioField(*ROLE)


def offered() -> list[Role]:
    """The roles that whoever is here may give."""
    person = me()
    owners = person is not None and person.may(Permission.MANAGE_OWNERS)
    return [role for role in Role if owners or role is not Role.OWNER]


@desk.get("/people")
@permitted(Permission.MANAGE_PEOPLE)
def people() -> str:
    return page("desk/people.html", rows=roster(), titles=TITLES)


@desk.get("/people/invite")
@permitted(Permission.MANAGE_PEOPLE)
def invite() -> str:
    form = InviteForm(thing=this_shop(), action="invite")
    form.role.choices = _choices()
    return page("desk/invite.html", form=form, titles=TITLES, roles=offered())


@desk.post("/people/invite")
@permitted(Permission.MANAGE_PEOPLE)
@redrawn(by=invite)
def invite_person() -> Any:
    form = InviteForm(thing=locked_shop(), action="invite")
    form.role.choices = _choices()
    if not form.sent():
        return page("desk/invite.html", form=form, titles=TITLES, roles=offered()), 422
    return see(once(form, actor(), lambda: _invite(form)))


def _invite(form: InviteForm) -> Answer:
    user = invite_(form.email.data, form.name.data, Role(form.role.data), actor())
    return Answer(url_for("desk.people"), say("An invitation goes to {email}.", email=user.email))


def _choices() -> list[SelectChoice]:
    return [SelectChoice(role.value, TITLES[role][0]) for role in offered()]


@desk.get("/people/<uuid:id>")
@permitted(Permission.MANAGE_PEOPLE)
def person(id: uuid.UUID) -> str:
    """One of them, with what may be done about them."""
    user = find(User, id)
    return _page(user, _role_form(user))


def _page(user: User, form: RoleForm) -> str:
    return page(
        "desk/person.html",
        person=entry(user.id),
        form=form,
        titles=TITLES,
        roles=offered(),
        touchable=user.role in offered(),
        second=is_on(user.id),
        ask=lambda action: Ask(thing=user, action=action),
    )


def _role_form(user: User) -> RoleForm:
    """With what was typed, if it is what was sent, and not another button of the page."""
    sent: dict[str, Any] = {} if request.endpoint == "desk.change_role" else {"formdata": None}
    form = RoleForm(thing=user, action="role", data={"role": user.role}, **sent)
    form.role.choices = _choices()
    return form


@desk.post("/people/<uuid:id>/role")
@permitted(Permission.MANAGE_PEOPLE)
@redrawn(by=person)
def change_role(id: uuid.UUID) -> Any:
    locked_shop()
    user = find(User, id)
    form = _role_form(user)
    if not form.sent():
        return _page(user, form), 422
    role = Role(form.role.data)
    said = say("{name} is now: {role}.", name=user.name, role=TITLES[role][0])
    return see(once(form, actor(), lambda: _done(user, said, lambda: set_role(user, role, actor()))))


@desk.post("/people/<uuid:id>/out")
@permitted(Permission.MANAGE_PEOPLE)
@redrawn(by=person)
def let_go(id: uuid.UUID) -> Any:
    said = say("Signed out everywhere, and cannot sign in any more.")
    return judge(id, "out", said, lambda user: set_active(user, False, actor()))


@desk.post("/people/<uuid:id>/in")
@permitted(Permission.MANAGE_PEOPLE)
@redrawn(by=person)
def take_back(id: uuid.UUID) -> Any:
    said = say("On the staff again, with the same password and role.")
    return judge(id, "in", said, lambda user: set_active(user, True, actor()))


@desk.post("/people/<uuid:id>/invitation")
@permitted(Permission.MANAGE_PEOPLE)
@redrawn(by=person)
def send_invitation(id: uuid.UUID) -> Any:
    said = say("A new invitation is on its way. The one before does not work any more.")
    return judge(id, "invitation", said, lambda user: invite_again(user, actor()))


def judge(id: uuid.UUID, action: str, said: Message, verb: Callable[[User], None]) -> Any:
    """A button about a person."""
    locked_shop()
    user = find(User, id)
    form = Ask(thing=user, action=action)
    if not form.sent():
        return _page(user, _role_form(user)), 422
    return see(once(form, actor(), lambda: _done(user, said, lambda: verb(user))))


def _done(user: User, said: Message, verb: Callable[[], None]) -> Answer:
    verb()
    return Answer(url_for("desk.person", id=user.id), said)
