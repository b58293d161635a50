"""Photos as they come with a form, and as they are sent to who may see them."""

import uuid
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from flask import Response, g, request
from werkzeug.datastructures import FileStorage

from portal.audit import Actor
from portal.db import here, session
from portal.errors import NotFound, Refusal
from portal.i18n import Message, say
from portal.i18n.characters import UNFIT
from portal.returns import Return, ReturnLine
from portal.returns.photos import Photo, Taker
from portal.returns.photos.keeping import MOST_OF_LINE, add, of, photos_of, place_of
from portal.returns.photos.models import PhotoFile
from portal.returns.photos.pictures import LARGEST, Shot, shot
from portal.web.forms import Form

MOST_AT_ONCE = 12  # in one request: each has to be unpacked
SIZES = {"small": PhotoFile.small, "large": PhotoFile.large}
PATH = "<uuid:photo>/<any(small, large):size>.jpg"
Shown = Mapping[uuid.UUID, Sequence[Photo]]
At = Callable[[Photo, str], str]
Unpacked = tuple[Sequence[Shot], Message | None]


@dataclass(frozen=True)
class Album:
    """A return's photos by the ids of its lines, and where whoever reads the page sees them."""

    photos: Shown
    at: At

    def by(self, taker: str, line: uuid.UUID) -> list[Photo]:
        return of(Taker(taker), self.photos.get(line, ()))


def album_of(return_: uuid.UUID, at: At) -> Album:
    return Album(photos_of(return_), at)


@dataclass(frozen=True)
class Shots:
    """One line's photos of one taker, as the region shows them where more can be added.

    `remove` is None where they stay. `focus`: the field for more takes it.
    """

    line: ReturnLine
    photos: Sequence[Photo]
    form: Form
    at: At
    title: Message
    hint: Message
    add: str
    remove: Callable[[Photo], str] | None
    focus: bool = False
    most: int = MOST_OF_LINE

    @property
    def place(self) -> str:
        return place_of(self.line.id)


def photo_of(return_: uuid.UUID, photo: uuid.UUID, size: str) -> Response:
    """One of a return's photos. Browsers ask again each time, so that nobody sees it who no longer may.

    Raises NotFound, also for another return's.
    """
    mine = Photo.id == photo, Photo.return_id == return_, Photo.tenant_id == here()
    row = session.execute(
        sa.select(SIZES[size], Photo.digest).join(Photo, Photo.id == PhotoFile.photo_id).where(*mine)
    ).one_or_none()
    if row is None:
        raise NotFound("Photo")
    response = Response(row[0], mimetype="image/jpeg")
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Content-Disposition"] = f'inline; filename="photo-{row.digest[:8]}.jpg"'
    response.headers["Referrer-Policy"] = "no-referrer"
    response.set_etag(f"{row.digest}-{size}")
    response.make_conditional(request)
    return response


def unpack() -> Mapping[str, Unpacked]:
    """The photos that this request brings, by their field's name.

    Call it before anything is locked, as each takes a part of a second; asked for again it is there.
    """
    if "unpacked" not in g:
        found = {name: _files(name) for name in request.files if name.startswith(place_of(""))}
        many = sum(map(len, found.values())) > MOST_AT_ONCE
        g.unpacked = {name: _read(files, many=many) for name, files in found.items() if files}
    return g.unpacked  # type: ignore[no-any-return]


def take_in(return_: Return, lines: Collection[ReturnLine], taker: Taker, by: Actor, form: Form) -> int:
    """Keep the photos that this request brings for these lines of a locked return; how many are new.

    What is wrong with one stands at its line's field, and the others are kept all the same.
    """
    kept = 0
    for line in lines:
        place = place_of(line.id)
        shots, why = unpack().get(place, ((), None))
        try:
            kept += len(add(return_, line, shots, taker, by))
        except Refusal as refusal:
            why = refusal.message
        if why:
            form.at_places[place] = why
    return kept


def brings(lines: Collection[ReturnLine]) -> bool:
    """Whether the request has a photo of any of these lines."""
    return any(place_of(line.id) in unpack() for line in lines)


def _files(name: str) -> list[FileStorage]:
    return [file for file in request.files.getlist(name) if file.filename]


def _read(files: Sequence[FileStorage], *, many: bool) -> Unpacked:
    """The pictures, and what is wrong with the last that is none."""
    if many or len(files) > MOST_OF_LINE:
        return [], say("Send fewer photos at once.")
    shots: list[Shot] = []
    why: Message | None = None
    for file in files:
        try:
            shots.append(shot(file.stream.read(LARGEST + 1)))
        except Refusal as refusal:
            name = UNFIT.sub("", file.filename or "")[-60:]
            why = say("{file}: {why}", file=name, why=refusal.message)
        file.stream.seek(0)  # what was sent is read once more, to know a form that comes twice
    return shots, why
