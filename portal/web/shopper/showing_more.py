"""Adding photos to a return that was requested: the shop asked for one, or the first was unclear."""

import uuid
from typing import Any

from flask import make_response

from portal.errors import Conflict, NotFound
from portal.i18n import say
from portal.returns import Return
from portal.returns.photos import Taker
from portal.returns.photos.asking import showable
from portal.web.actor import actor
from portal.web.errors import redrawn
from portal.web.forms import Form
from portal.web.headers import unreferred
from portal.web.operations import Answer, see
from portal.web.photographs import album_of, take_in, unpack
from portal.web.rendering import partial, regions
from portal.web.shopper.blueprint import shopper
from portal.web.shopper.following import home, status, status_page
from portal.web.shopper.links import by_token
from portal.web.shopper.showing import line_of, more_of, photos_at, shots_later


@shopper.post("/s/<token>/photos/<uuid:line>")
@redrawn(by=lambda token, line: status(token))
def show_more(token: str, line: uuid.UUID) -> Any:
    """Not kept as an operation: the same photo is there once, however often it is sent."""
    unpack()
    return_ = by_token(token, lock=True)
    held = line_of(return_, line)
    if held is None:
        raise NotFound("ReturnLine")
    if held not in showable(return_):
        raise Conflict(say("Photos cannot be added any more."))
    form = more_of(return_, held)
    if not form.sent():
        return _whole(return_, token, form, 422)
    kept = take_in(return_, [held], Taker.SHOPPER, actor(), form)
    code = 422 if form.at_places and not kept else 200
    if partial():
        album = album_of(return_.id, photos_at(return_, token))
        shots = shots_later(return_, held, token, form, album, focus=True)
        said = say("Thank you. We look at it.") if kept else None
        return regions(("parts/_shots.html", {"shots": shots}), message=said), code
    if form.at_places:
        return _whole(return_, token, form, code)
    return unreferred(see(Answer(message=say("Thank you. We look at it.")), home(token)))


def _whole(return_: Return, token: str, form: Form, code: int) -> Any:
    return unreferred(make_response(status_page(return_, token, photos=form), code))
