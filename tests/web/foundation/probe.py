"""Small pages about the shop's own row, to try the foundation with."""

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, abort, g, request
from jinja2 import ChoiceLoader, DictLoader
from wtforms import StringField
from wtforms.validators import InputRequired

from portal.audit import Actor
from portal.db import here, session
from portal.errors import Conflict, Forbidden, NotFound, Refusal
from portal.i18n import say
from portal.tenants import Tenant
from portal.web.actor import actor, acts
from portal.web.errors import redrawn
from portal.web.forms import Form
from portal.web.limits import knocking
from portal.web.operations import Answer, once, see
from portal.web.rendering import page, regions, tell
from portal.web.ritual import Portal

PAGES = {
    "shopper/probe.html": """{% extends layout %}{% from "parts/fields.html" import hidden, field %}
{% from "parts/notes.html" import faults %}
{% block title %}Probe{% endblock %}
{% block main %}<h1 tabindex="-1">Name: {{ tenant.name }}</h1>{{ faults(form) }}
<form {{ sends(url_for("probe.rename")) }}>{{ hidden(form) }}{{ field(form.name, "As on the sign") }}
<button class="button primary">Rename</button></form>{% endblock %}""",
    "shopper/_name.html": '<p id="name-{{ it.n }}"{{ oob }}>{{ it.n }}: {{ it.name }}</p>',
}
probe = Blueprint("probe", __name__)


class NameForm(Form):
    name = StringField(say("Name"), [InputRequired(say("Type a name."))])


def tenant() -> Tenant:
    acts(Actor("shopper", here()))
    return session.scalars(sa.select(Tenant).where(Tenant.id == here())).one()


@probe.get("/probe")
def show() -> str:
    shop = tenant()
    return page("shopper/probe.html", tenant=shop, form=NameForm(thing=shop, action="rename"))


@probe.post("/probe")
@redrawn(by=show)
def rename() -> Any:
    shop = tenant()
    form = NameForm(thing=shop, action="rename")
    if not form.sent():
        return page("shopper/probe.html", tenant=shop, form=form), 422
    return see(once(form, actor(), lambda: renamed(shop, form)))


def renamed(shop: Tenant, form: NameForm) -> Answer:
    shop.name, shop.version = form.name.data, shop.version + 1
    session.flush()
    if form.name.data == "taken":
        raise Refusal(say("{name} is taken.", name="taken"), "name")
    if form.name.data == "late":
        raise Conflict(say("Jonas renamed it."))
    return Answer("/acme/probe", say("It is {name} now.", name=form.name.data))


@probe.post("/probe/order")
@redrawn(by=show)
def order() -> Any:
    """Makes something else of the shop, which stays as it is."""
    form = NameForm(thing=tenant(), action="rename")
    return see(once(form, actor(), lambda: Answer("/acme/probe", say("Ordered."))))


@probe.get("/probe/write")
def write_by_get() -> str:
    tenant().name = "written"
    session.flush()
    return "written"


@probe.post("/probe/ends/<how>")
def ends(how: str) -> Any:
    tenant().name = how
    session.flush()
    raised = {"missing": NotFound("x"), "forbidden": Forbidden(), "broken": ZeroDivisionError(how)}
    if how in raised:
        raise raised[how]
    if how.isdigit():
        abort(int(how))
    return f"{g.voice.language}", 200 if how == "well" else 422


@probe.get("/probe/regions")
def rows() -> str:
    parts = [("shopper/_name.html", {"n": n, "name": "<b>"}) for n in (1, 2)]
    return regions(*parts, message=say("Saved."))


@probe.get("/probe/tell")
def telling() -> str:
    tell(say("Told {what}.", what=request.args.get("what", "before")))
    return "told"


@probe.post("/probe/knock")
@knocking
def knock() -> str:
    return "come in"


def plant(app: Portal) -> None:
    """Add the pages to an application that has served nothing yet."""
    app.jinja_env.loader = ChoiceLoader([DictLoader(PAGES), app.jinja_env.loader])
    app.register_blueprint(probe)
