"""Have a link mailed to the order's own address: what always works, also where looking up does not."""

from collections.abc import Callable
from typing import Any

from flask import Response, request, url_for
from wtforms import StringField
from wtforms.validators import InputRequired, Regexp

from portal.i18n import say
from portal.orders.finding import find_by_address
from portal.orders.keys import email_key, number_key
from portal.orders.links import ask as ask_for_link
from portal.orders.models import Order
from portal.people.throttle import LINK, knock
from portal.web.errors import redrawn
from portal.web.forms import Plain
from portal.web.limits import knocking
from portal.web.rendering import go, page
from portal.web.shopper.blueprint import shopper

ADDRESS = say("Type the e-mail address you gave with the order, like name@example.com.")


class Ask(Plain):
    """Its fields have the names of the search's, so that what was typed there stays."""

    number = StringField(
        say("Order number"), [InputRequired(say("Type the order number; it is on your confirmation mail."))]
    )
    proof = StringField(
        say("E-mail address"), [InputRequired(ADDRESS), Regexp(r"\s*[^@]+@[^@]+$", message=ADDRESS)]
    )


@shopper.get("/find/link")
def ask() -> str:
    return page("shopper/ask.html", form=Ask())


@shopper.post("/find/link")
@knocking
@redrawn(by=ask)
def ask_link() -> Any:
    form = Ask()
    if not form.sent():
        return page("shopper/ask.html", form=form), 422
    return mailed(form.number.data, form.proof.data, find_by_address)


def mailed(number: str, proof: str, find: Callable[[str, str], Order | None]) -> Response:
    """The one answer to whoever asks, whatever was typed. Every try counts: forgiving one would tell."""
    typed = f"{number_key(number)} {email_key(proof)}"
    knock("link", LINK, order=typed, network=request.remote_addr or "")
    ask_for_link(find(number, proof))
    return go(url_for("shopper.asked"))


@shopper.get("/find/link/sent")
def asked() -> str:
    return page("shopper/asked.html")
