"""The shop's logo: look at it as shoppers will see it, put up another, take it down."""

from collections.abc import Callable
from typing import Any

from flask import request, url_for
from wtforms import FileField
from wtforms.validators import InputRequired

from portal.db import here
from portal.i18n import Message, say
from portal.people import Permission
from portal.tenants import locked_shop, this_shop
from portal.tenants.logos import logo_now, put_up, take_down
from portal.tenants.pictures import LARGEST
from portal.web.actor import actor
from portal.web.desk.blueprint import desk
from portal.web.desk.forms import Ask
from portal.web.errors import redrawn
from portal.web.forms import Form
from portal.web.operations import Answer, once, see
from portal.web.rendering import page
from portal.web.shops import faces
from portal.web.staff import permitted

PUT_UP = say("Shoppers see the logo from now on, and so do mails and credit notes.")


class LogoForm(Form):
    file = FileField(
        say("Picture"),
        [InputRequired(say("Choose a picture."))],
        render_kw={"accept": "image/png,image/jpeg,image/webp"},
    )


@desk.get("/settings/logo")
@permitted(Permission.EDIT_SHOP)
def logo() -> str:
    return _page()


def _page(form: LogoForm | None = None) -> str:
    shop = this_shop()
    return page(
        "desk/logo.html",
        form=form or LogoForm(thing=shop, action="logo"),
        remove=Ask(thing=shop, action="no-logo"),
        logo=logo_now(),
        most=LARGEST // 1024**2,
    )


@desk.post("/settings/logo")
@permitted(Permission.EDIT_SHOP)
@redrawn(by=logo)
def keep_logo() -> Any:
    shop = locked_shop()
    form = LogoForm(thing=shop, action="logo")
    if not form.sent():
        return _page(form), 422
    return _done(form, lambda: put_up(shop, request.files["file"].read(LARGEST + 1), actor()), PUT_UP)


@desk.post("/settings/logo/none")
@permitted(Permission.EDIT_SHOP)
@redrawn(by=logo)
def remove_logo() -> Any:
    shop = locked_shop()
    form = Ask(thing=shop, action="no-logo")
    if not form.sent():
        return _page(), 422
    return _done(form, lambda: take_down(shop, actor()), say("Shoppers see the name of the shop again."))


def _done(form: Form, do: Callable[[], object], said: Message) -> Any:
    def work() -> Answer:
        do()
        return Answer(url_for("desk.logo"), said)

    answer = once(form, actor(), work)
    faces().forget(here())
    return see(answer)
