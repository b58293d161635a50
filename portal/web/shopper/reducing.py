"""Accepting a lower refund, or objecting to it."""

import uuid
from typing import Any

from flask import make_response

from portal.i18n import say
from portal.returns.reductions import Reduction
from portal.returns.reductions.answering import accept, object_to
from portal.views.reductions import reduction_of
from portal.web.actor import actor
from portal.web.errors import redrawn
from portal.web.forms import Form
from portal.web.headers import unreferred
from portal.web.limits import knocking
from portal.web.operations import Answer, once, repeated, see
from portal.web.shopper.blueprint import shopper
from portal.web.shopper.following import home, status_page
from portal.web.shopper.links import by_token
from portal.web.shopper.reduced import Objection, objection_to


class Accept(Form):
    """Nothing to fill in: the button is the answer."""


def _now(token: str, reduction: uuid.UUID) -> Any:
    """The page as it now is, with what was typed."""
    return_ = by_token(token)
    form = objection_to(reduction_of(return_, reduction))
    return unreferred(make_response(status_page(return_, token, objection=form)))


@shopper.post("/s/<token>/reductions/<uuid:reduction>/accept")
@redrawn(by=_now)
def accept_reduction(token: str, reduction: uuid.UUID) -> Any:
    return_ = by_token(token, lock=True)
    if prior := repeated(actor()):
        return unreferred(see(prior, home(token)))
    held = reduction_of(return_, reduction)
    form = Accept(thing=held, action="accept")
    if not form.sent():
        return status_page(return_, token), 422
    return unreferred(see(once(form, actor(), lambda: _accepted(held)), home(token)))


def _accepted(held: Reduction) -> Answer:
    accept(held, actor())
    return Answer(message=say("Thank you. Your refund is made with the new amount."))


@shopper.post("/s/<token>/reductions/<uuid:reduction>/object")
@knocking
@redrawn(by=_now)
def object_to_reduction(token: str, reduction: uuid.UUID) -> Any:
    return_ = by_token(token, lock=True)
    if prior := repeated(actor()):
        return unreferred(see(prior, home(token)))
    held = reduction_of(return_, reduction)
    form = objection_to(held)
    if not form.sent():
        return unreferred(make_response(status_page(return_, token, objection=form), 422))
    return unreferred(see(once(form, actor(), lambda: _objected(held, form)), home(token)))


def _objected(held: Reduction, form: Objection) -> Answer:
    object_to(held, form.objection.data, actor())
    assert held.decide_by
    return Answer(message=say("We look at it once more and tell you by {day}.", day=held.decide_by))
