"""A shopper who waits for what is sold out, and would rather not: asked once more, on a page of its own."""

from typing import Any

from flask import Response, make_response, request

from portal.errors import NotFound
from portal.i18n import say
from portal.policies import Resolution
from portal.refunds.exchanges.waiting import freed, stop_waiting, waits, ways_out
from portal.returns import Return
from portal.returns.exchanges.models import Exchange
from portal.views.exchanges import latest_of
from portal.web.actor import actor
from portal.web.errors import redrawn
from portal.web.forms import Form
from portal.web.headers import unreferred
from portal.web.operations import Answer, once, see
from portal.web.rendering import go, page
from portal.web.shopper.blueprint import shopper
from portal.web.shopper.following import home
from portal.web.shopper.links import by_token
from portal.web.shopper.wording import TITLES


class Instead(Form):
    """One hand-written choice, "instead"."""


@shopper.get("/s/<token>/waiting")
def waiting(token: str) -> Response:
    return_ = by_token(token)
    return unreferred(make_response(_page(return_, latest_of(return_), token)))


@shopper.post("/s/<token>/waiting")
@redrawn(by=waiting)
def no_longer_wait(token: str) -> Any:
    return_ = by_token(token, lock=True)
    exchange = latest_of(return_)
    if exchange is None:
        raise NotFound("Exchange")
    form = _form(exchange)
    if not form.sent():
        return unreferred(make_response(_page(return_, exchange, token, form), 422))
    return unreferred(see(once(form, actor(), lambda: _stop(exchange)), home(token)))


def _stop(exchange: Exchange) -> Answer:
    stop_waiting(exchange, _typed(), actor())
    return Answer(message=say("Noted. You do not wait for it any more. We tell you by mail what you get."))


def _typed() -> Resolution | None:
    word = request.form.get("instead", "")
    return Resolution(word) if word in set(Resolution) else None


def _form(exchange: Exchange) -> Instead:
    return Instead(thing=exchange, action="unwait", places={"instead"})


def _page(return_: Return, exchange: Exchange | None, token: str, form: Form | None = None) -> Any:
    """Where nobody waits, the return's own page."""
    if exchange is None or not waits(exchange):
        return go(home(token))
    ways = ways_out(return_)
    return page(
        "shopper/waiting.html",
        form=form or _form(exchange),
        return_=return_,
        exchange=exchange,
        token=token,
        ways=[(way, TITLES[way]) for way in ways],
        chosen=_typed() or (ways[0] if len(ways) == 1 else None),
        counted=freed(exchange),
    )
