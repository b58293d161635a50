"""Photos with the reasons: kept as soon as they are chosen, or with the step's own button."""

import uuid
from typing import Any

from flask import Response

from portal.db import find, locked
from portal.errors import NotFound
from portal.i18n import Message, say
from portal.returns import Return, ReturnLine
from portal.returns.drafting import draft_id, must_be_draft
from portal.returns.links import return_of
from portal.returns.photos import Photo, Taker
from portal.returns.photos.keeping import remove
from portal.web.actor import actor
from portal.web.errors import redrawn
from portal.web.photographs import PATH, photo_of, take_in, unpack
from portal.web.rendering import go, partial, regions
from portal.web.shopper.blueprint import shopper
from portal.web.shopper.gifts import the_gift
from portal.web.shopper.orders import address, draft_for
from portal.web.shopper.reasons import Reasons, drawn, reasons, reasons_form
from portal.web.shopper.shots import photographed, shots_of
from portal.web.shopper.wizard import get, post


@get(f"/orders/<uuid:order>/photos/{PATH}")
def draft_photo(order: uuid.UUID, photo: uuid.UUID, size: str) -> Response:
    """Of the draft that this visit may go on with."""
    draft = draft_id(order, the_gift())
    if draft is None:
        raise NotFound("Photo")
    return photo_of(draft, photo, size)


@shopper.get(f"/s/<token>/photos/{PATH}")
def status_photo(token: str, photo: uuid.UUID, size: str) -> Response:
    id = return_of(token)
    if id is None:
        raise NotFound("Return")
    return photo_of(id, photo, size)


# Neither of these two is kept as an operation: adding the same photo again, or removing it again, does
# nothing, and the form around them stays good.
@post("/orders/<uuid:order>/reasons/<uuid:line>/photos")
@redrawn(by=lambda order, line: reasons(order))
def add_photos(order: uuid.UUID, line: uuid.UUID) -> Any:
    """Keep what was chosen for any line, since the form sends all of it."""
    unpack()
    draft = _locked(order)
    if draft is None:
        return go(address("items", order))
    held, form = _line(draft, line), reasons_form(draft)
    if not form.sent():
        return drawn(draft, form), 422
    lines = photographed(draft)
    kept = take_in(draft, lines, Taker.SHOPPER, actor(), form)
    code = 422 if form.at_places and not kept else 200
    if not partial():
        return drawn(draft, form), code
    return _shown(draft, form, held, [other for other in lines if other is not held]), code


@post("/orders/<uuid:order>/reasons/photos/<uuid:photo>/removal")
@redrawn(by=lambda order, photo: reasons(order))
def remove_photo(order: uuid.UUID, photo: uuid.UUID) -> Any:
    draft = _locked(order)
    if draft is None:
        return go(address("items", order))
    form, found = reasons_form(draft), find(Photo, photo)
    if found.return_id != draft.id or found.taken_by is not Taker.SHOPPER:
        raise NotFound("Photo")
    if not form.sent():
        return drawn(draft, form), 422
    held = _line(draft, found.line_id)
    remove(draft, [found], actor())
    if not partial():
        return drawn(draft, form)
    return _shown(draft, form, held, [], say("Photo removed."))


def _locked(order: uuid.UUID) -> Return | None:
    """The draft, so that nobody submits it meanwhile."""
    draft = draft_for(order)
    if draft:
        must_be_draft(locked(Return, draft.id))
    return draft


def _line(draft: Return, id: uuid.UUID) -> ReturnLine:
    line = next((line for line in draft.lines if line.id == id), None)
    if line is None:
        raise NotFound("ReturnLine")
    return line


def _shown(
    draft: Return, form: Reasons, held: ReturnLine, others: list[ReturnLine], said: Message | None = None
) -> str:
    """The line's region, and those of the others."""
    all_ = shots_of(draft, form, [held, *others], focus=held.id)
    each = [("parts/_shots.html", {"shots": all_[line.id]}) for line in (held, *others)]
    return regions(*each, message=said)
