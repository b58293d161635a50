"""A shop's own settings."""

import uuid
from typing import Any

from flask import url_for
from wtforms import EmailField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from portal.audit.operations import operation_id
from portal.db import here
from portal.i18n import Message, say
from portal.people import Permission
from portal.tenants import Settings, Tenant, change_settings, locked_shop, public_address, this_shop
from portal.web.actor import actor
from portal.web.desk.blueprint import desk
from portal.web.desk.forms import Number
from portal.web.errors import redrawn
from portal.web.forms import Form
from portal.web.operations import Answer, once, see
from portal.web.rendering import page
from portal.web.shops import faces
from portal.web.staff import permitted

CARRIERS = (
    ("none", say("None: shoppers pay the postage, or get the address alone")),
    ("pool", say("Our own labels, bought in advance")),
    ("simulated", say("Simulated carrier, for trying out")),
)


class OfShop(Form):
    """A form about the shop's settings. A sign-in moves the shop's version, but not its settings."""

    @property
    def op_now(self) -> uuid.UUID:
        return operation_id(self.thing.id, self.action, self.thing.changes)  # type: ignore[attr-defined]


def _text(label: Message, most: int) -> StringField:
    long = Length(max=most, message=say("At most {n} characters.", n=most))
    return StringField(label, [InputRequired(say("This is needed.")), long])


class SettingsForm(OfShop):
    name = _text(say("Name"), 120)
    return_address = TextAreaField(
        say("Return address"), [InputRequired(say("Parcels need an address to come back to."))]
    )
    country = _text(say("Country"), 2)
    currency = _text(say("Currency"), 3)
    language = _text(say("Language"), 12)
    zone = _text(say("Time zone"), 64)
    sender = EmailField(say("Mails come from"), [InputRequired(say("Mails need a sender."))])
    contact = EmailField(say("Shoppers write to"), [InputRequired(say("Shoppers need an address."))])
    carrier = SelectField(say("Labels come from"), choices=CARRIERS)
    image_hosts = TextAreaField(say("Hosts of your pictures"))
    hue = Number(say("Hue"))
    chroma = Number(say("Strength"))
    roundness = Number(say("Roundness"))

    def wanted(self) -> Settings:
        typed = {name: self[name].data for name in Settings.__dataclass_fields__}
        lists = {name: tuple(_lines(typed[name])) for name in ("return_address", "image_hosts")}
        plain = {name: typed[name].strip() for name in ("name", "sender", "contact", "zone", "language")}
        codes = {name: typed[name].strip().upper() for name in ("country", "currency")}
        return Settings(**{**typed, **plain, **codes, **lists})


def _lines(text: str | None) -> list[str]:
    return [line.strip() for line in (text or "").splitlines() if line.strip()]


def _form(shop: Tenant) -> SettingsForm:
    now = {name: getattr(shop, name) for name in Settings.__dataclass_fields__}
    lists = {name: "\n".join(now[name]) for name in ("return_address", "image_hosts")}
    return SettingsForm(thing=shop, action="settings", data=now | lists)


@desk.get("/settings")
@permitted(Permission.EDIT_SHOP)
def settings() -> str:
    shop = this_shop()
    return _page(shop, _form(shop))


def _page(shop: Tenant, form: SettingsForm) -> str:
    return page("desk/settings.html", tenant=shop, form=form, address=public_address(shop))


@desk.post("/settings")
@permitted(Permission.EDIT_SHOP)
@redrawn(by=settings)
def keep_settings() -> Any:
    shop = locked_shop()
    form = _form(shop)
    if not form.sent():
        return _page(shop, form), 422
    answer = once(form, actor(), lambda: _keep(shop, form))
    faces().forget(here())
    return see(answer)


def _keep(shop: Tenant, form: SettingsForm) -> Answer:
    changed = change_settings(shop, form.wanted(), actor())
    text = say("Settings are changed.") if changed else say("Nothing was different.")
    return Answer(url_for("desk.settings"), text)
