"""The secret that the shop signs its own links to orders with: shown to the owner, and renewed."""

from typing import Any

from flask import url_for

from portal.i18n import say
from portal.orders.signing import LONGEST, renew, secret_of
from portal.people import Permission
from portal.tenants import locked_shop, public_address, this_shop
from portal.web.actor import actor
from portal.web.desk.blueprint import desk
from portal.web.errors import redrawn
from portal.web.forms import OneOff
from portal.web.operations import Answer, once, see
from portal.web.rendering import page
from portal.web.staff import permitted


class Renew(OneOff):
    """Nothing to fill in."""


@desk.get("/settings/order-links")
@permitted(Permission.MANAGE_GATEWAYS)
def order_links() -> str:
    shop = this_shop()
    form = Renew(thing=shop, action="order-links")
    return page(
        "desk/order_links.html",
        form=form,
        secret=secret_of(shop),
        pattern=f"{public_address(shop)}/o/{{number}}?expires={{seconds}}&signature={{signature}}",
        most=LONGEST.days,
    )


@desk.post("/settings/order-links")
@permitted(Permission.MANAGE_GATEWAYS)
@redrawn(by=order_links)
def renew_order_links() -> Any:
    form = Renew(thing=this_shop(), action="order-links")
    if not form.sent():
        return order_links(), 422
    return see(once(form, actor(), _renew))


def _renew() -> Answer:
    renew(locked_shop(), actor())
    return Answer(url_for("desk.order_links"), say("There is a new secret. Links that are out have ended."))
