"""The photos of a draft's lines: what is there, and where more can be added."""

import uuid
from collections.abc import Collection

from flask import url_for

from portal.i18n import say
from portal.policies.kinds import PhotoWish
from portal.policies.matching import rank
from portal.returns import Return, ReturnLine
from portal.returns.photos import Taker
from portal.returns.photos.keeping import MOST_OF_LINE, of, photos_of
from portal.returns.photos.pictures import LARGEST
from portal.web.forms import Form
from portal.web.photographs import At, Shots

HINT = say(
    "JPEG, PNG or WebP, at most {mb} MB each and {n} of an article. Show what is wrong. "
    "Where they were taken is removed.",
    mb=LARGEST // 1024**2,
    n=MOST_OF_LINE,
)


def drafts_at(order: uuid.UUID) -> At:
    """Where whoever drafts a return sees its photos."""
    return lambda photo, size: url_for(".draft_photo", order=order, photo=photo.id, size=size)


def photographed(draft: Return) -> list[ReturnLine]:
    """The lines for which a reason may be chosen that takes photos."""
    reasons = [r for r in draft.policy.policy.reasons if r.photo is not PhotoWish.NONE]
    return [line for line in draft.lines if any(rank(r.match, line.order_line) >= 0 for r in reasons)]


def shots_of(
    draft: Return, form: Form, lines: Collection[ReturnLine], focus: uuid.UUID | None = None
) -> dict[uuid.UUID, Shots]:
    """By the lines' ids."""
    held, order = photos_of(draft.id) if lines else {}, draft.order_id
    return {
        line.id: Shots(
            line=line,
            photos=of(Taker.SHOPPER, held.get(line.id, ())),
            form=form,
            at=drafts_at(order),
            title=say("Photos of {title}", title=line.order_line.title),
            hint=HINT,
            add=url_for(".add_photos", order=order, line=line.id),
            remove=lambda photo: url_for(".remove_photo", order=order, photo=photo.id),
            focus=line.id == focus,
        )
        for line in lines
    }
