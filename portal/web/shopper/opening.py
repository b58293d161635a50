"""The mailed link: looked at as often as anybody likes, spent by its button.

Programs that check mail for harm follow every link in it, so following one changes nothing.
"""

from typing import Any

from flask import Response, make_response, url_for

from portal.db import find
from portal.i18n import say
from portal.orders.models import Order
from portal.people import Purpose
from portal.people.links import opened, spend, works
from portal.web.forms import Plain
from portal.web.headers import unreferred
from portal.web.limits import knocking
from portal.web.rendering import go, page, tell
from portal.web.shopper.blueprint import shopper
from portal.web.shopper.finding import enter
from portal.web.shopper.mailed_in import speaks_as_mailed
from portal.web.shopper.visits import visiting

OVER = say("This link does not work, or no longer. Have a new one mailed to you.")


class Open(Plain):
    """Nothing to fill in."""


@shopper.get("/l/<secret>")
def link(secret: str) -> Response:
    """One button. It says nothing of the order: whoever looks may be a machine."""
    if not works(secret, Purpose.OPEN_ORDER):
        return unreferred(_over(secret))
    speaks_as_mailed(secret, Purpose.OPEN_ORDER)
    return unreferred(make_response(page("shopper/open.html", form=Open(), secret=secret)))


@shopper.post("/l/<secret>")
@knocking
def open_link(secret: str) -> Any:
    if not Open().sent():
        return unreferred(go(url_for("shopper.link", secret=secret)))
    order = spend(secret, Purpose.OPEN_ORDER)
    return unreferred(enter(find(Order, order)) if order else _over(secret))


def _over(secret: str) -> Response:
    """One answer for spent, expired, mistyped and another shop's. Who opened it here goes on with it."""
    order = opened(secret, Purpose.OPEN_ORDER)
    if order and visiting(order):
        return enter(find(Order, order))
    tell(OVER, "warn")
    return go(url_for("shopper.ask"))
