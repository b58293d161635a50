"""A shop's own settings, on one page with one button."""

from typing import Any

from flask import g, url_for
from wtforms import BooleanField, EmailField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from portal.db import here
from portal.i18n import Message, say
from portal.people import Permission
from portal.returns.carriers import pool
from portal.tenants import (
    Settings,
    Tenant,
    change_settings,
    locked_shop,
    public_address,
    settings_of,
    this_shop,
)
from portal.tenants.mornings import HOURS
from portal.web.actor import actor
from portal.web.desk.blueprint import desk
from portal.web.desk.choices import countries, currencies, languages, with_now, zones
from portal.web.errors import redrawn
from portal.web.forms import Form
from portal.web.operations import Answer, once, see
from portal.web.rendering import page
from portal.web.shops import faces
from portal.web.staff import permitted

CARRIERS: dict[str, tuple[Message, Message]] = {
    "none": (say("No labels"), say("Shoppers pay the postage; the paper has your address.")),
    "pool": (say("Our own labels"), say("Bought in advance, and each handed out once.")),
    "test": (say("Test carrier"), say("TEST MODE: its labels are not valid for shipping.")),
}
LISTS = ("image_hosts", "bank_details")  # a line each


def _choice(label: Message) -> SelectField:
    """Its choices come with the form; the shop's own rules say what is wrong."""
    return SelectField(label, [InputRequired(say("Choose one."))], validate_choice=False)


class SettingsForm(Form):
    domain = StringField(say("Domain of its own"), [Length(max=253)], render_kw={"maxlength": 253})
    country = _choice(say("Country"))
    currency = _choice(say("Currency"))
    language = _choice(say("Language"))
    zone = _choice(say("Time zone"))
    sender = EmailField(say("Mails come from"), [InputRequired(say("Mails need a sender."))])
    links_only = BooleanField(say("Open orders by a mailed link alone"))
    gifts = BooleanField(say("Whoever got a gift may return it"))
    carrier = RadioField(
        say("Return labels"),
        [InputRequired(say("Choose where labels come from."))],
        choices=[SelectChoice(code, words[0]) for code, words in CARRIERS.items()],
        validate_choice=False,
    )
    image_hosts = TextAreaField(say("Where pictures come from"))
    bank_details = TextAreaField(say("Bank account for what shoppers owe"))
    tax_number = StringField(
        say("Tax number"), render_kw={"maxlength": 60, "autocomplete": "off", "spellcheck": "false"}
    )
    daily_mail = BooleanField(say("Mail the owners every day how the shop stands"))
    daily_hour = SelectField(
        say("At"), coerce=int, choices=[SelectChoice(n, f"{n}:00") for n in HOURS], validate_choice=False
    )

    def wanted(self) -> Settings:
        typed = {name: self[name].data for name in Settings.__dataclass_fields__}
        lists = {name: lines_of(typed[name]) for name in LISTS}
        plain = {"sender": typed["sender"].strip(), "domain": _domain(typed["domain"] or "")}
        plain["tax_number"] = " ".join((typed["tax_number"] or "").split())
        return Settings(**{**typed, **lists, **plain})


def lines_of(text: str | None) -> tuple[str, ...]:
    return tuple(line.strip() for line in (text or "").splitlines() if line.strip())


def _domain(text: str) -> str:
    """As browsers send it: in small letters, and in ASCII."""
    plain = text.strip().lower().rstrip(".")
    try:
        return plain.encode("idna").decode()
    except UnicodeError:
        return plain


def _form(shop: Tenant) -> SettingsForm:
    now = {name: getattr(settings_of(shop), name) for name in Settings.__dataclass_fields__}
    lists = {name: "\n".join(now[name]) for name in LISTS}
    form = SettingsForm(thing=shop, action="settings", data=now | lists)
    locale = g.voice.locale
    form.country.choices = with_now(countries(locale), shop.country)
    form.currency.choices = with_now(currencies(locale), shop.currency)
    form.language.choices = with_now(languages(locale), shop.language)
    form.zone.choices = with_now(zones(), shop.zone)
    return form


@desk.get("/settings")
@permitted(Permission.EDIT_SHOP)
def settings() -> str:
    shop = this_shop()
    return _page(shop, _form(shop))


def _page(shop: Tenant, form: SettingsForm) -> str:
    return page(
        "desk/settings.html",
        tenant=shop,
        form=form,
        address=public_address(shop),
        carriers=CARRIERS,
        labels_left=pool.left(),
    )


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
    before, changed = shop.domain, change_settings(shop, form.wanted(), actor())
    if shop.domain != before:
        text = say("Settings are saved. The shop moves to {address}.", address=public_address(shop))
    else:
        text = say("Settings are saved.") if changed else say("Nothing was different.")
    return Answer(url_for("desk.settings"), text)
