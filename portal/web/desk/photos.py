"""A return's photos: all of them in large, to compare, and to delete one that should not be there."""

import uuid
from typing import Any

from flask import Response, url_for

from portal.db import find, locked
from portal.errors import NotFound
from portal.i18n import Message, say
from portal.people import Permission
from portal.returns import Return
from portal.returns.photos import Photo, Taker
from portal.returns.photos.keeping import remove
from portal.views.record import whole_return
from portal.web.actor import actor
from portal.web.desk.blueprint import desk
from portal.web.desk.board import READING
from portal.web.desk.forms import Ask
from portal.web.errors import redrawn
from portal.web.forms import Button
from portal.web.operations import Answer, once, repeated, see
from portal.web.photographs import PATH, At, album_of, photo_of
from portal.web.rendering import page
from portal.web.staff import permitted

FROM = {Taker.SHOPPER: say("From the shopper"), Taker.DOCK: say("From the check")}


@desk.get(f"/returns/<uuid:id>/photos/{PATH}")
@permitted(*READING)
def photo(id: uuid.UUID, photo: uuid.UUID, size: str) -> Response:
    return photo_of(id, photo, size)


def desk_at(return_: uuid.UUID) -> At:
    """Where the staff sees a return's photos."""
    return lambda photo, size: url_for("desk.photo", id=return_, photo=photo.id, size=size)


@desk.get("/returns/<uuid:id>/photos")
@permitted(*READING)
def photos(id: uuid.UUID) -> str:
    return_ = whole_return(id)
    return page(
        "desk/photos.html",
        return_=return_,
        album=album_of(id, desk_at(id)),
        taken=FROM,
        button=lambda photo: Button(return_, _action(photo.id)),
    )


def _action(photo: uuid.UUID) -> str:
    return f"photo/{photo}"


@desk.post("/returns/<uuid:id>/photos/<uuid:photo>/removal")
@permitted(*READING, Permission.OVERRIDE)
@redrawn(by=lambda id, photo: photos(id))
def delete_photo(id: uuid.UUID, photo: uuid.UUID) -> Any:
    """Somebody is on it who should not be, or it was sent by mistake."""
    return_ = locked(Return, id)
    if prior := repeated(actor()):
        return see(prior)
    found, form = find(Photo, photo), Ask(thing=return_, action=_action(photo))
    if found.return_id != id:
        raise NotFound("Photo")
    if not form.sent():
        return photos(id), 422
    return see(once(form, actor(), lambda: _delete(return_, found)))


def _delete(return_: Return, found: Photo) -> Answer:
    remove(return_, [found], actor())
    said: Message = say("The photo is deleted.")
    return Answer(url_for("desk.photos", id=return_.id), said)
