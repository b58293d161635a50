"""The visit of a gift's recipient: to one order, without a price, and apart from its buyer's."""

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import Blueprint, g, session, url_for
from werkzeug.exceptions import NotFound

from portal import clock
from portal.audit import Actor
from portal.i18n import Unpriced, say
from portal.returns import Return
from portal.web.actor import acts
from portal.web.rendering import go, tell
from portal.web.shopper.visits import LASTS, MARGIN, MOST
from portal.web.shops import this_face

gift = Blueprint("gift", __name__, url_prefix="/gift")
HELD = "gifts"
View = TypeVar("View", bound=Callable[..., Any])


def open_gift(order: uuid.UUID, visit: uuid.UUID | None = None) -> None:
    """Let this browser return gifts of the order, under a visit of its own or one that it proved."""
    kept = {"visit": (visit or uuid.uuid4()).hex, "since": _now()}
    held = {**session.get(HELD, {}), order.hex: kept}
    session[HELD] = dict(sorted(held.items(), key=lambda one: one[1]["since"])[-MOST:])


def visit_to(order: uuid.UUID) -> uuid.UUID | None:
    """The browser's visit to the order, if it has one; being here makes it last."""
    kept = session.get(HELD, {}).get(order.hex, {"since": 0})
    idle = _now() - kept["since"]
    if idle > LASTS:
        return None
    visit = uuid.UUID(hex=kept["visit"])
    if idle > MARGIN:
        open_gift(order, visit)
    return visit


def received(view: View) -> View:
    """A page of the wizard for who has found the order as a gift; everybody else finds it first."""

    @wraps(view)
    def guarded(order: uuid.UUID, **kw: Any) -> Any:
        must_take_gifts()
        visit = visit_to(order)
        if visit is None:
            tell(say("Find your gift first."), "")
            return go(url_for("gift.find"))
        receive(visit)
        return view(order, **kw)

    return guarded  # type: ignore[return-value]


def must_take_gifts() -> None:
    """There is no such page where the shop does not want it."""
    if not this_face().gifts:
        raise NotFound


def receive(visit: uuid.UUID) -> None:
    """From here on the page is a recipient's: whatever amount it says is left out."""
    acts(Actor("recipient", visit))
    g.gift, g.voice = visit, Unpriced(g.voice.language, g.voice.zone)


def whoever(return_: Return) -> None:
    """Whoever asks by a return's link acts as its shopper, or as the gift's recipient."""
    if return_.gift:
        receive(return_.gift)
    else:
        acts(Actor("shopper", return_.order_id))


def the_gift() -> uuid.UUID | None:
    """The visit under which a gift's recipient asks; None for everybody else."""
    found: uuid.UUID | None = g.get("gift")
    return found


def _now() -> int:
    return int(clock.now().timestamp())
