"""A return's photos on its own page: all of them, and where its shopper may still add some."""

import uuid
from typing import Any

from flask import url_for

from portal.i18n import say
from portal.returns import Return, ReturnLine
from portal.returns.photos import Taker
from portal.returns.photos.asking import showable
from portal.returns.photos.keeping import place_of
from portal.web.desk.photos import desk_at
from portal.web.forms import Form, OneOff
from portal.web.photographs import Album, At, Shots, album_of
from portal.web.shopper.shots import HINT


class More(OneOff):
    """One hand-written field, for files."""


def more_of(return_: Return, line: ReturnLine) -> More:
    return More(thing=return_, action=f"photos/{line.id}", places={place_of(line.id)})


def photos_at(return_: Return, token: str) -> At:
    """Behind the link's token; the staff, who look at the page without one, has them at the desk."""
    if not token:
        return desk_at(return_.id)
    return lambda photo, size: url_for("shopper.status_photo", token=token, photo=photo.id, size=size)


def shown(return_: Return, token: str, posted: Form | None = None) -> dict[str, Any]:
    """`posted`: the form that was not right."""
    album = album_of(return_.id, photos_at(return_, token))
    lines = showable(return_) if token else []
    more = {line.id: shots_later(return_, line, token, _form(return_, line, posted), album) for line in lines}
    return {"album": album, "more": more}


def _form(return_: Return, line: ReturnLine, posted: Form | None) -> Form:
    mine = posted is not None and place_of(line.id) in posted.places
    return posted if posted and mine else more_of(return_, line)


def shots_later(
    return_: Return, line: ReturnLine, token: str, form: Form, album: Album, *, focus: bool = False
) -> Shots:
    """What is sent stays: somebody may have decided by it."""
    return Shots(
        line=line,
        photos=album.by(Taker.SHOPPER, line.id),
        form=form,
        at=album.at,
        title=say("Photos of {title}", title=line.order_line.title),
        hint=HINT,
        add=url_for("shopper.show_more", token=token, line=line.id),
        remove=None,
        focus=focus,
    )


def line_of(return_: Return, id: uuid.UUID) -> ReturnLine | None:
    return next((line for line in return_.lines if line.id == id), None)
