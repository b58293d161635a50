"""A return's photos, for staff who read returns."""

import uuid

from flask import Response, url_for

from portal.web.desk.blueprint import desk
from portal.web.desk.board import READING
from portal.web.photographs import PATH, At, photo_of
from portal.web.staff import permitted


@desk.get(f"/returns/<uuid:id>/photos/{PATH}")
@permitted(*READING)
def photo(id: uuid.UUID, photo: uuid.UUID, size: str) -> Response:
    return photo_of(id, photo, size)


def desk_at(return_: uuid.UUID) -> At:
    """Where the staff sees a return's photos."""
    return lambda photo, size: url_for("desk.photo", id=return_, photo=photo.id, size=size)
