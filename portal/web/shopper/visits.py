"""Whoever has found an order may go on with that order, for a while, in this browser."""

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import session, url_for

from portal import clock
from portal.audit import Actor
from portal.i18n import say
from portal.web.actor import acts
from portal.web.rendering import go, tell

LASTS = 2 * 60 * 60  # seconds without a request
MARGIN = 10 * 60  # the cookie is not written anew with every request
MOST = 5
HELD = "orders"
View = TypeVar("View", bound=Callable[..., Any])


def open_visit(order: uuid.UUID) -> None:
    """Let this browser see the order."""
    held = {**session.get(HELD, {}), order.hex: _now()}
    session[HELD] = dict(sorted(held.items(), key=lambda kept: kept[1])[-MOST:])


def visiting(order: uuid.UUID) -> bool:
    """Whether it may; being here makes it last."""
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
        return view(order, **kw)

    return guarded  # type: ignore[return-value]


def _now() -> int:
    return int(clock.now().timestamp())
