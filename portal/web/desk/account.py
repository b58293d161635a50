"""A person's own page: their language, another password, and where they are signed in."""

import uuid
from typing import Any

from flask import g, request, url_for
from flask_login import logout_user
from wtforms import HiddenField, PasswordField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import UUID as IsUUID  # noqa: N811 - the library's name
from wtforms.validators import EqualTo, InputRequired, Length

from portal.i18n import LANGUAGES, Voice, say
from portal.people import confirm
from portal.people.browsers import browsers, leave, leave_all
from portal.people.browsers import change_password as change
from portal.people.passwords import LONGEST, SHORTEST, hashed
from portal.people.speaking import choose_language
from portal.web.desk.blueprint import desk
from portal.web.errors import redrawn
from portal.web.forms import STALE, Plain
from portal.web.languages import onward, voice
from portal.web.limits import knocking
from portal.web.rendering import go, page, tell
from portal.web.staff import me, permitted

LONG = {"maxlength": LONGEST}
SHORT = say("A password has at least {least} characters.", least=SHORTEST)


class PasswordForm(Plain):
    password = PasswordField(
        say("Password until now"), [InputRequired(say("Type your password."))], render_kw=LONG
    )
    fresh = PasswordField(
        say("New password"),
        [InputRequired(say("Choose a password.")), Length(SHORTEST, LONGEST, SHORT)],
        render_kw=LONG,
    )
    again = PasswordField(
        say("New password, once more"),
        [EqualTo("fresh", say("The two are not the same. Type it again."))],
        render_kw=LONG,
    )


class EndForm(Plain):
    """Which session it is about; it means the same however often it is sent."""

    browser = HiddenField(validators=[InputRequired(STALE), IsUUID(STALE)])


class LanguageForm(Plain):
    """It means the same however often it is sent."""

    language = SelectField(say("Language"), validate_choice=False)

    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        names = [SelectChoice(code, Voice(code).locale.display_name) for code in LANGUAGES]
        self.language.choices = [SelectChoice("", say("As the browser asks")), *names]


class Button(Plain):
    """Nothing to fill in."""


class EndAllForm(Plain):
    everywhere = HiddenField(validators=[InputRequired(STALE)])


@desk.get("/account")
@permitted()
def account() -> str:
    sent = {} if request.endpoint == "desk.change_password" else {"formdata": None}
    return _page(PasswordForm(**sent))


def _page(form: PasswordForm) -> str:
    person = me()
    assert person is not None
    mine = browsers(person)
    return page(
        "desk/account.html",
        form=form,
        tongue=LanguageForm(formdata=None, language=person.language),
        browsers=mine,
        end=Button(formdata=None),
        least=SHORTEST,
    )


@desk.post("/account/language")
@permitted()
@redrawn(by=account)
def speak() -> Any:
    form, person, before = LanguageForm(), me(), g.voice
    assert person is not None
    if not form.sent():
        return _page(PasswordForm(formdata=None)), 422
    choose_language(person, form.language.data or "")
    g.voice = voice(form.language.data or "")
    tell(say("Your language is chosen."))
    return onward(before, go(url_for("desk.account")))


@desk.post("/account/password")
@permitted()
@knocking
@redrawn(by=account)
def change_password() -> Any:
    """The old one is asked for, and worked at before anything is locked."""
    form, person = PasswordForm(), me()
    assert person is not None
    if not form.sent():
        return _page(form), 422
    confirm(person, form.password.data, request.remote_addr or "")
    change(person, hashed(form.fresh.data))
    tell(say("Your password is changed. Every other browser is signed out."))
    return go(url_for("desk.account"))


@desk.post("/account/session")
@permitted()
@redrawn(by=account)
def end_session() -> Any:
    form, person = EndForm(), me()
    assert person is not None
    if not form.sent():
        return _page(PasswordForm(formdata=None)), 422
    leave(person, uuid.UUID(form.browser.data))
    tell(say("That browser is signed out."))
    return go(url_for("desk.account"))


@desk.post("/account/sessions")
@permitted()
@redrawn(by=account)
def end_sessions() -> Any:
    person = me()
    assert person is not None
    if not EndAllForm().sent():
        return _page(PasswordForm(formdata=None)), 422
    leave_all(person)
    logout_user()
    tell(say("You are signed out everywhere."))
    return go(url_for("door.sign_in"))
