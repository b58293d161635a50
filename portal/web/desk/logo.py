"""The shop's logo: look at it as shoppers will see it, put in another, do without."""

from collections.abc import Callable
from typing import Any

from flask import request, url_for
from wtforms import FileField
from wtforms.validators import InputRequired

from portal.i18n import say
from portal.people import Permission
from portal.tenants.logos import logo_by, put_in
from portal.tenants.pictures import LARGEST, Picture, remade
from portal.web.actor import actor
from portal.web.desk.blueprint import desk
from portal.web.desk.branding import branded
from portal.web.desk.drafted import Bench
from portal.web.desk.forms import Ask
from portal.web.errors import redrawn
from portal.web.forms import Form
from portal.web.operations import Answer, once, see
from portal.web.rendering import page
from portal.web.staff import permitted


class LogoForm(Form):
    file = FileField(
        say("Picture"),
        [InputRequired(say("Choose a picture."))],
        render_kw={"accept": "image/png,image/jpeg,image/webp"},
    )


@desk.get("/branding/logo")
@permitted(Permission.EDIT_SHOP, Permission.EDIT_POLICIES)
def logo() -> str:
    return _page(Bench())


def _page(bench: Bench, form: LogoForm | None = None) -> str:
    return page(
        "desk/logo.html",
        form=form or LogoForm(thing=bench.thing, action=bench.action("logo")),
        remove=Ask(thing=bench.thing, action=bench.action("no-logo")),
        draft=bench.unsaid("branding"),
        logo=logo_by(branded(bench).logo),
        most=LARGEST // 1024**2,
    )


@desk.post("/branding/logo")
@permitted(Permission.EDIT_SHOP, Permission.EDIT_POLICIES)
@redrawn(by=logo)
def keep_logo() -> Any:
    """The picture is kept, and a draft names it."""
    picture = _unpacked()
    bench = Bench(taking=True)
    form = LogoForm(thing=bench.thing, action=bench.action("logo"))
    if not form.sent() or picture is None:
        return _page(bench, form), 422

    def put() -> Answer:
        kept = put_in(picture, actor())
        return bench.put(branding=branded(bench, logo=kept.digest))

    return _done(form, put)


def _unpacked() -> Picture | None:
    """What this request brings. Call it before anything is locked. Raises Refusal."""
    file = request.files.get("file")
    if not file or not file.filename:
        return None
    data = file.stream.read(LARGEST + 1)
    file.stream.seek(0)  # what was sent is read once more, to know a form that comes twice
    return remade(data)


@desk.post("/branding/logo/none")
@permitted(Permission.EDIT_SHOP, Permission.EDIT_POLICIES)
@redrawn(by=logo)
def remove_logo() -> Any:
    bench = Bench(taking=True)
    form = Ask(thing=bench.thing, action=bench.action("no-logo"))
    if not form.sent():
        return _page(bench), 422
    return _done(form, lambda: bench.put(branding=branded(bench, logo="")))


def _done(form: Form, do: Callable[[], Answer]) -> Any:
    return see(once(form, actor(), do), url_for("desk.logo"))
