"""Whoever has found an order may go on with that order, for a while, in this browser.

Who came by a link to all orders of an address (an account) may go on with each of them. The cookie names
an order and what stands for the address, never the address.
"""

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import g, session, url_for

from portal import clock
from portal.audit import Actor
from portal.i18n import say
from portal.orders.accounts import account_of, held_by
from portal.orders.models import Order
from portal.web.actor import acts
from portal.web.rendering import go, tell

LASTS = 2 * 60 * 60  # seconds without a request
MARGIN = 10 * 60  # the cookie is not written anew with every request
MOST = 5
HELD = "orders"
ACCOUNT = "account"
View = TypeVar("View", bound=Callable[..., Any])


def open_visit(order: uuid.UUID) -> None:
    """Let this browser see the order."""
    held = {**session.get(HELD, {}), order.hex: _now()}
    session[HELD] = dict(sorted(held.items(), key=lambda kept: kept[1])[-MOST:])


def open_account_visit(order: Order) -> None:
    """Let this browser see all orders that have the order's address now."""
    session[ACCOUNT] = {"order": order.id.hex, "account": account_of(order).hex, "since": _now()}


def in_account() -> bool:
    """Whether this browser has an account's visit; being here makes it last. Asks the cookie alone."""
    kept = session.get(ACCOUNT, {"since": 0})
    idle = _now() - kept["since"]
    if MARGIN < idle <= LASTS:
        session[ACCOUNT] = {**kept, "since": _now()}
    return bool(idle <= LASTS)


def account() -> Order | None:
    """The order that this browser's account is known by; None without a visit, or when it has no part in
    the account any more."""
    return _owned(uuid.UUID(hex=session[ACCOUNT]["order"])) if in_account() else None


def account_is(account: uuid.UUID) -> bool:
    """Whether this browser visits just that account."""
    return in_account() and uuid.UUID(hex=session[ACCOUNT]["account"]) == account


def visiting(order: uuid.UUID) -> bool:
    """Whether it may; being here makes it last."""
    if _found(order):
        return True
    owned = in_account() and _owned(order) is not None
    if owned:
        open_visit(order)
    return owned


def _owned(order: uuid.UUID) -> Order | None:
    return held_by(order, uuid.UUID(hex=session[ACCOUNT]["account"]))


def _found(order: uuid.UUID) -> bool:
    since = session.get(HELD, {}).get(order.hex, 0)
    if _now() - since > LASTS:
        return False
    if _now() - since > MARGIN:
        open_visit(order)
    return True


def visitor(view: View) -> View:
    """A page of one order, for who has found it; everybody else finds it first."""

    @wraps(view)
    def guarded(order: uuid.UUID, **kw: Any) -> Any:
        if not visiting(order):
            tell(say("Find your order first."), "")
            return go(url_for("shopper.find"))
        acts(Actor("shopper", order))
        g.back = url_for("shopper.history") if in_account() else ""
        return view(order, **kw)

    return guarded  # type: ignore[return-value]


def _now() -> int:
    return int(clock.now().timestamp())
