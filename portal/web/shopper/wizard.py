"""Where the pages of asking for a return hang: at the shopper's own addresses, at those for who got a gift,
and at the staff's, who may do the same for shoppers.

One view serves all, and one template: only the guard differs, and with it who acts. Addresses inside are
relative (".items"), so everybody stays where they began.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar
from uuid import UUID

from flask import Blueprint, g, url_for

from portal.db import find
from portal.i18n import say
from portal.orders.models import Order
from portal.people import Permission
from portal.web.bands import Band
from portal.web.shopper.blueprint import shopper
from portal.web.shopper.gifts import gift, received
from portal.web.shopper.visits import visitor
from portal.web.staff import permitted

behalf = Blueprint("behalf", __name__, url_prefix="/desk/behalf")
STANDING_IN = (
    Permission.READ_RETURNS,
    Permission.READ_MONEY,
    Permission.READ_ADDRESSES,
    Permission.CREATE_RETURNS,
)
View = TypeVar("View", bound=Callable[..., Any])


def get(rule: str, *, gifts: bool = True) -> Callable[[View], View]:
    """A page of the wizard. What is decorated stays bare, so it can be drawn again within a request.

    Without `gifts`, those have a page of their own in its place.
    """
    return _hang(rule, "GET", gifts)


def post(rule: str, *, gifts: bool = True) -> Callable[[View], View]:
    return _hang(rule, "POST", gifts)


def _hang(rule: str, method: str, gifts: bool) -> Callable[[View], View]:
    def hang(view: View) -> View:
        if gifts:
            gift.add_url_rule(rule, view.__name__, received(view), methods=[method])
        shopper.add_url_rule(rule, view.__name__, visitor(view), methods=[method])
        behalf.add_url_rule(rule, view.__name__, standing_in(view), methods=[method])
        return view

    return hang


def standing_in(view: View) -> View:
    """For staff who act for the order's shopper. It is the staff's session alone that lets in."""

    @permitted(*STANDING_IN)
    @wraps(view)
    def guarded(order: UUID, **kw: Any) -> Any:
        held = find(Order, order)
        text = say("You are doing this for {name}, order {number}.", name=held.name, number=held.number)
        g.band = Band(text, say("Back to the desk"), url_for("desk.order", id=order))
        return view(order, **kw)

    return guarded  # type: ignore[return-value]


def stands_in() -> bool:
    """Whether somebody of the staff is acting for the shopper in this request."""
    return bool(g.get("band"))
