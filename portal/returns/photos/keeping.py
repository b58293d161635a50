"""Adding photos to a return and removing them. Lock the return first.

Both move no version of the return, so that a form that is being filled in beside them stays good; and doing
either twice is the same as once.
"""

import uuid
from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta

import sqlalchemy as sa

from portal import clock
from portal.audit import Actor, Change, Event, record_aside
from portal.db import here, session
from portal.errors import Refusal
from portal.i18n import say
from portal.ids import uuid7
from portal.returns.models import Return, ReturnLine
from portal.returns.photos.models import Photo, PhotoFile, Taker
from portal.returns.photos.pictures import Shot

MOST_OF_LINE = 4  # of each taker
MOST_OF_RETURN = 40
MOST_A_DAY = 5_000  # of a shop, whoever takes them: 2 GB at the very most


def place_of(line: uuid.UUID | str) -> str:
    """The field at which a refusal about a line's photos stands."""
    return f"photos-{line}"


def photos_of(return_: uuid.UUID) -> Mapping[uuid.UUID, Sequence[Photo]]:
    """All of a return's photos by their line, the oldest first."""
    mine = Photo.return_id == return_, Photo.tenant_id == here()
    found: dict[uuid.UUID, list[Photo]] = {}
    for photo in session.scalars(sa.select(Photo).where(*mine).order_by(Photo.at, Photo.id)):
        found.setdefault(photo.line_id, []).append(photo)
    return found


def of(taker: Taker, photos: Collection[Photo]) -> list[Photo]:
    return [photo for photo in photos if photo.taken_by is taker]


def add(return_: Return, line: ReturnLine, shots: Sequence[Shot], taker: Taker, by: Actor) -> list[Photo]:
    """Keep these pictures of the line's article; those that it has already are left out.

    Raises Refusal with the field `photos-<line>` for more than there is room for.
    """
    held = photos_of(return_.id)
    mine = of(taker, held.get(line.id, ()))
    known = {photo.digest for photo in mine}
    fresh = list({shot.digest: shot for shot in shots if shot.digest not in known}.values())
    if not fresh:
        return []
    if len(mine) + len(fresh) > MOST_OF_LINE:
        raise Refusal(say("At most {n} photos of an article.", n=MOST_OF_LINE), place_of(line.id))
    if sum(map(len, held.values())) + len(fresh) > MOST_OF_RETURN or _of_today() + len(fresh) > MOST_A_DAY:
        raise Refusal(say("No more photos can be taken in. Write to the shop instead."), place_of(line.id))
    return _keep(return_, line, fresh, taker, by)


def _of_today() -> int:
    """How many photos the shop took in within a day."""
    since = clock.now() - timedelta(days=1)
    query = sa.select(sa.func.count(Photo.id)).where(Photo.tenant_id == here(), Photo.at > since)
    return session.scalar(query) or 0


def _keep(return_: Return, line: ReturnLine, shots: Sequence[Shot], taker: Taker, by: Actor) -> list[Photo]:
    now = clock.now()
    photos = [
        Photo(
            id=uuid7(),
            return_id=return_.id,
            line_id=line.id,
            taken_by=taker,
            at=now,
            width=shot.width,
            height=shot.height,
            size=len(shot.large),
            digest=shot.digest,
        )
        for shot in shots
    ]
    session.add_all(photos)
    session.flush()
    pairs = zip(photos, shots, strict=True)
    session.add_all(PhotoFile(photo_id=photo.id, large=shot.large, small=shot.small) for photo, shot in pairs)
    _tell(return_, Event.PHOTO_ADDED, photos, by)
    return photos


def remove(return_: Return, photos: Collection[Photo], by: Actor) -> None:
    """Delete them with their bytes."""
    if not photos:
        return
    _tell(return_, Event.PHOTO_REMOVED, photos, by)
    ids = [photo.id for photo in photos]
    session.execute(sa.delete(PhotoFile).where(PhotoFile.photo_id.in_(ids), PhotoFile.tenant_id == here()))
    session.execute(sa.delete(Photo).where(Photo.id.in_(ids), Photo.tenant_id == here()))


def _tell(return_: Return, event: Event, photos: Collection[Photo], by: Actor) -> None:
    session.flush()
    taken = [Change("photo", photo.id, *_turn(event, photo.taken_by.value)) for photo in photos]
    record_aside(Return, return_.id, event, by, taken)
    session.expire(return_, ["trail_no", "trail_hash"])  # the chain's head has moved beside it


def _turn(event: Event, taker: str) -> tuple[str | None, str | None]:
    """Nothing before, or nothing after."""
    return (None, taker) if event is Event.PHOTO_ADDED else (taker, None)
