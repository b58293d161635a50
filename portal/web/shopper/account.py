"""Your orders: a link is mailed to an e-mail address, and its button opens all orders of that address."""

import uuid
from typing import Any

from flask import Response, g, make_response, request, url_for
from wtforms import StringField
from wtforms.validators import InputRequired, Regexp

from portal.i18n import Message, say
from portal.orders import accounts
from portal.orders.finding import newest_of
from portal.orders.keys import email_key
from portal.orders.models import Order
from portal.people import Purpose
from portal.people.links import opened, works
from portal.people.throttle import ACCOUNT, knock
from portal.returns import Return
from portal.returns.links import status_token
from portal.views.history import orders_of
from portal.views.paging import Spot
from portal.web.errors import redrawn
from portal.web.forms import Plain
from portal.web.headers import unreferred
from portal.web.languages import onward, speaks
from portal.web.limits import knocking
from portal.web.rendering import go, page, tell
from portal.web.shopper.blueprint import shopper
from portal.web.shopper.mailed_in import speaks_as_mailed
from portal.web.shopper.standing import word
from portal.web.shopper.visits import account, account_is, open_account_visit
from portal.web.shops import this_face

ADDRESS = say("Type your e-mail address, like name@example.com.")
OVER = say("This link does not work, or no longer. Have a new one mailed to you.")
LEFT = say("Your orders open by a link that is mailed to you.")


class AskAccount(Plain):
    email = StringField(
        say("Your e-mail address"), [InputRequired(ADDRESS), Regexp(r"\s*[^@]+@[^@]+$", message=ADDRESS)]
    )


class OpenAccount(Plain):
    """Nothing to fill in."""


@shopper.get("/find/orders")
def ask_account() -> str:
    return page("shopper/ask_account.html", form=AskAccount())


@shopper.post("/find/orders")
@knocking
@redrawn(by=ask_account)
def mail_account() -> Any:
    """The one answer to whoever asks, whether or not the address ever bought here. Every try counts."""
    form = AskAccount()
    if not form.sent():
        return page("shopper/ask_account.html", form=form), 422
    email = form.email.data
    knock("link", ACCOUNT, address=email_key(email), network=request.remote_addr or "")
    accounts.ask(newest_of(email))
    return go(url_for("shopper.account_asked"))


@shopper.get("/find/orders/sent")
def account_asked() -> str:
    return page("shopper/account_asked.html")


@shopper.get("/a/<account>")
def account_link(account: str) -> Response:
    """One button. It says nothing of whose orders they are: whoever looks may be a machine."""
    if not works(account, Purpose.OPEN_ACCOUNT):
        return unreferred(_over(account))
    speaks_as_mailed(account, Purpose.OPEN_ACCOUNT)
    return unreferred(make_response(page("shopper/open_account.html", form=OpenAccount(), secret=account)))


@shopper.post("/a/<account>")
@knocking
def open_account(account: str) -> Any:
    if not OpenAccount().sent():
        return unreferred(go(url_for("shopper.account_link", account=account)))
    order = accounts.open_account(account)
    return unreferred(_enter(order) if order else _over(account))


def _enter(order: Order) -> Response:
    before = g.voice
    open_account_visit(order)
    speaks(order.language)
    return onward(before, go(url_for("shopper.history")))


def _over(secret: str) -> Response:
    """One answer for spent, expired, mistyped and another shop's. Who opened it here goes on with it."""
    was = opened(secret, Purpose.OPEN_ACCOUNT)
    if was and account_is(was):
        return go(url_for("shopper.history"))
    tell(OVER, "warn")
    return go(url_for("shopper.ask_account"))


@shopper.get("/orders")
def history() -> Any:
    """All orders of the address that the link was mailed to."""
    known = account()
    if known is None:
        tell(LEFT, "")
        return go(url_for("shopper.ask_account"))
    found = orders_of(known.email_key, this_face().zone, Spot(_id("after"), _id("before")))
    return page(
        "shopper/history.html",
        orders=found.rows,
        before=url_for("shopper.history", before=found.before) if found.before else None,
        after=url_for("shopper.history", after=found.after) if found.after else None,
        status=_status,
    )


def _id(name: str) -> uuid.UUID | None:
    return request.args.get(name, type=uuid.UUID)


def _status(return_: Return) -> tuple[Message, str]:
    """Where it stands, and the page that tells more."""
    return word(return_, return_.stage), url_for("shopper.status", token=status_token(return_.id))
