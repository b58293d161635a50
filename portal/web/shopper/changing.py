"""Something else for a return that was requested: every offer beside the others, exact to the cent."""

from typing import Any

from flask import Response, make_response, request, url_for

from portal.errors import Conflict
from portal.i18n import Amount, say
from portal.policies import Resolution
from portal.refunds.planning import Plan
from portal.refunds.quoting import open_items, plan_for
from portal.returns import Return
from portal.returns.changing import change_resolution, changeable
from portal.returns.drafting import offered
from portal.web.actor import actor
from portal.web.errors import redrawn
from portal.web.forms import Form
from portal.web.headers import unreferred
from portal.web.operations import Answer, once, see
from portal.web.rendering import go, page
from portal.web.shopper.blueprint import shopper
from portal.web.shopper.links import by_token
from portal.web.shopper.outcome import offer_of, typed
from portal.web.shopper.wording import TITLES


class Change(Form):
    """One hand-written choice, "resolution", and for each the amount that was shown, in minor units."""


@shopper.get("/s/<token>/resolution")
def change(token: str) -> Response:
    return unreferred(make_response(_page(by_token(token), token)))


@shopper.post("/s/<token>/resolution")
@redrawn(by=change)
def keep_change(token: str) -> Any:
    return_ = by_token(token, lock=True)
    form = _form(return_)
    if not form.sent():
        return _page(return_, token, form), 422
    return unreferred(see(once(form, actor(), lambda: _change(return_)), _home(token)))


def _home(token: str) -> str:
    return url_for("shopper.status", token=token)


def _form(return_: Return) -> Change:
    return Change(thing=return_, action="change", places={"resolution"})


def _plan(return_: Return, resolution: Resolution) -> Plan:
    return plan_for(return_, open_items(return_), resolution)


def _change(return_: Return) -> Answer:
    wanted = typed()
    if wanted and changeable(return_):
        amount = _plan(return_, wanted).worth
        if request.form.get(f"shown-{wanted}") != str(amount):
            now = Amount(amount, return_.currency)
            raise Conflict(say("It comes to {amount} now. Look at it once more, please.", amount=now))
    change_resolution(return_, wanted, actor())
    assert return_.resolution
    return Answer(message=say("Kept: {what}.", what=TITLES[return_.resolution]))


def _page(return_: Return, token: str, form: Change | None = None) -> Any:
    """Once nothing can be changed any more, the return's own page."""
    if not changeable(return_):
        return go(_home(token))
    plans = {resolution: _plan(return_, resolution) for resolution in offered(return_)}
    return page(
        "shopper/change.html",
        form=form or _form(return_),
        return_=return_,
        token=token,
        offers=[offer_of(return_, resolution, plan) for resolution, plan in plans.items()],
        now=return_.resolution,
        chosen=typed() if request.method == "POST" else return_.resolution,
        short=any(plan.cut for plan in plans.values()),
    )
