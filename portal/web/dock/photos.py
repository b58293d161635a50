"""Photos at the check: those of the shopper to compare with, and those of what was found."""

import uuid
from typing import Any

from flask import Response

from portal.db import find
from portal.errors import NotFound
from portal.i18n import Message, say
from portal.people import Permission
from portal.returns.lifecycle import ItemState
from portal.returns.models import ReturnItem
from portal.returns.photos import Photo, Taker
from portal.returns.photos.evidence import take_back
from portal.views.dock import unit
from portal.web.actor import actor
from portal.web.dock.blueprint import dock
from portal.web.dock.checking import check, check_form, drawn, shots_of
from portal.web.dock.counting import next_place
from portal.web.errors import redrawn
from portal.web.photographs import PATH, photo_of, take_in
from portal.web.rendering import go, partial, regions
from portal.web.staff import permitted


@dock.get(f"/items/<uuid:id>/photos/{PATH}")
@permitted(Permission.WORK_DOCK)
def photo(id: uuid.UUID, photo: uuid.UUID, size: str) -> Response:
    """Of the unit's return."""
    return photo_of(find(ReturnItem, id).return_id, photo, size)


@dock.post("/items/<uuid:id>/photos")
@permitted(Permission.WORK_DOCK)
@redrawn(by=check)
def add_photos(id: uuid.UUID) -> Any:
    """Keep what was chosen. The check around it stays as it is, and may be half filled in."""
    item = unit(id, lock=True)
    if item.state is not ItemState.RECEIVED:
        return go(next_place(item.return_))
    form = check_form(item)
    kept = take_in(item.return_, [item.line], Taker.DOCK, actor(), form)
    code = 422 if form.at_places and not kept else 200
    if not partial():
        return drawn(item, form), code
    return regions(("parts/_shots.html", {"shots": shots_of(item, form, focus=True)})), code


@dock.post("/items/<uuid:id>/photos/<uuid:photo>/removal")
@permitted(Permission.WORK_DOCK)
@redrawn(by=lambda id, photo: check(id))
def remove_photo(id: uuid.UUID, photo: uuid.UUID) -> Any:
    item = unit(id, lock=True)
    found = find(Photo, photo)
    if found.line_id != item.return_line_id or found.taken_by is not Taker.DOCK:
        raise NotFound("Photo")
    if item.state is not ItemState.RECEIVED:
        return go(next_place(item.return_))
    form, said = check_form(item), say("Photo removed.")
    if not form.op.validate(form):
        return drawn(item, form), 422
    take_back(item.return_, found, actor())
    return _told(item, said) if partial() else drawn(item, form)


def _told(item: ReturnItem, said: Message) -> str:
    shots = shots_of(item, check_form(item), focus=True)
    return regions(("parts/_shots.html", {"shots": shots}), message=said)
