"""A link to one order that the shop itself has signed: shown as a button, opened by it."""

from typing import Any

from flask import Response, make_response, request, url_for

from portal.i18n import say
from portal.orders.finding import find_by_number
from portal.orders.signing import signed as is_signed
from portal.tenants import this_shop
from portal.web.forms import Plain
from portal.web.headers import unreferred
from portal.web.languages import speaks
from portal.web.limits import knocking
from portal.web.rendering import go, page, tell
from portal.web.shopper.blueprint import shopper
from portal.web.shopper.finding import enter

OVER = say("This link does not work, or no longer. Find your order by its number.")


class OpenSigned(Plain):
    """Nothing to fill in."""


def _given() -> dict[str, str]:
    return {"expires": request.args.get("expires", ""), "given": request.args.get("signature", "")}


def _address(endpoint: str, number: str) -> str:
    """The same link again."""
    said = _given()
    return url_for(endpoint, number=number, expires=said["expires"], signature=said["given"])


@shopper.get("/o/<path:number>")
def signed(number: str) -> Response:
    """One button, in the order's language, if it is here. Else that shows only when it is pressed."""
    if not is_signed(this_shop(), number, **_given()):
        return unreferred(_over())
    order = find_by_number(number)
    speaks(order.language if order else None)
    to = _address("shopper.open_signed", number)
    return unreferred(make_response(page("shopper/signed.html", form=OpenSigned(), number=number, to=to)))


@shopper.post("/o/<path:number>")
@knocking
def open_signed(number: str) -> Any:
    if not OpenSigned().sent():
        return unreferred(go(_address("shopper.signed", number)))
    order = find_by_number(number) if is_signed(this_shop(), number, **_given()) else None
    return unreferred(enter(order) if order else _over())


def _over() -> Response:
    """One answer for forged, over, another shop's, and an order that is not here yet."""
    tell(OVER, "warn")
    return go(url_for("shopper.find"))
