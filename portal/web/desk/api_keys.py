"""Keys of the shop's own systems: what is there, a new one with its secret, and revoking one."""

import uuid
from typing import Any

from flask import url_for
from wtforms import SelectMultipleField, StringField
from wtforms.validators import InputRequired

from portal.db import find
from portal.i18n import Message, say
from portal.people import ApiKey, KeyScope, Permission
from portal.people.keys import LONGEST_NAME, make_key, revoke_key, secret_of
from portal.people.keys import api_keys as all_keys
from portal.people.titles import SCOPES
from portal.tenants import public_address, this_shop
from portal.web.actor import actor
from portal.web.desk.blueprint import desk
from portal.web.desk.forms import Ask
from portal.web.errors import redrawn
from portal.web.forms import OneOff
from portal.web.operations import Answer, once, see
from portal.web.rendering import page
from portal.web.staff import permitted


class KeyForm(OneOff):
    name = StringField(
        say("Name"),
        [InputRequired(say("Type a name for the key."))],
        render_kw={"maxlength": LONGEST_NAME, "autocomplete": "off"},
    )
    scopes = SelectMultipleField(
        say("What may it do?"),
        [InputRequired(say("Choose what the key may do."))],
        choices=[scope.value for scope in KeyScope],
    )

    @property
    def seed(self) -> uuid.UUID:
        """What this drawing of the form makes its secret of."""
        return uuid.UUID(self.nonce.data)


@desk.get("/settings/keys")
@permitted(Permission.MANAGE_KEYS)
def api_keys() -> str:
    shop = this_shop()
    return page("desk/api_keys.html", rows=all_keys(), scopes=_words, address=f"{public_address(shop)}/api/")


def _words(key: ApiKey) -> list[Message | str]:
    """What it may do. A scope that a later version has is shown as it is written."""
    known = {scope.value: words[0] for scope, words in SCOPES.items()}
    return [known.get(scope, scope) for scope in key.scopes]


@desk.get("/settings/keys/new")
@permitted(Permission.MANAGE_KEYS)
def new_api_key() -> str:
    return page("desk/api_key_new.html", form=KeyForm(thing=this_shop(), action="key"), scopes=SCOPES)


@desk.post("/settings/keys")
@permitted(Permission.MANAGE_KEYS)
@redrawn(by=new_api_key)
def make_api_key() -> Any:
    """Shows the secret. The same form again makes no other key and shows the same one; nothing else does."""
    form = KeyForm(thing=this_shop(), action="key")
    if not form.sent():
        return page("desk/api_key_new.html", form=form, scopes=SCOPES), 422
    made = once(form, actor(), lambda: _make(form))
    key = find(ApiKey, uuid.UUID(made.to))
    if key.revoked_at:
        return see(Answer("", say("This key has been made, and revoked since.")), _page_of(key))
    return page("desk/api_key_made.html", key=key, secret=secret_of(key.id, form.seed), scopes=_words)


def _make(form: KeyForm) -> Answer:
    """Its answer is the key's id: the page that follows has no address of its own."""
    scopes = [KeyScope(scope) for scope in form.scopes.data]
    return Answer(str(make_key(form.name.data, scopes, form.seed, actor()).id))


def _page_of(key: ApiKey) -> str:
    return url_for("desk.api_key", id=key.id)


@desk.get("/settings/keys/<uuid:id>")
@permitted(Permission.MANAGE_KEYS)
def api_key(id: uuid.UUID) -> str:
    key = find(ApiKey, id)
    return page("desk/api_key.html", key=key, scopes=_words, form=Ask(thing=key, action="revoke"))


@desk.post("/settings/keys/<uuid:id>/revoke")
@permitted(Permission.MANAGE_KEYS)
@redrawn(by=api_key)
def revoke_api_key(id: uuid.UUID) -> Any:
    key = find(ApiKey, id)
    form = Ask(thing=key, action="revoke")
    if not form.sent():
        return api_key(id), 422
    return see(once(form, actor(), lambda: _revoke(key)))


def _revoke(key: ApiKey) -> Answer:
    revoke_key(key, actor())
    return Answer(_page_of(key), say("The key is revoked. It opens nothing any more."))
