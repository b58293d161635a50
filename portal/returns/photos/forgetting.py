"""Photos of drafts that nobody went on with."""

from datetime import timedelta

import sqlalchemy as sa

from portal import clock
from portal.audit import Actor
from portal.db import here, locked, session
from portal.returns.lifecycle import ReturnState
from portal.returns.models import Return
from portal.returns.photos.keeping import photos_of, remove
from portal.returns.photos.models import Photo

KEPT = timedelta(days=30)
AT_ONCE = 100


def forget_drafts(by: Actor) -> bool:
    """Remove what was added so long ago to drafts of this shop, some at a time; whether that was all."""
    long_ago = clock.now() - KEPT
    query = (
        sa.select(Return.id)
        .join(Photo, Photo.return_id == Return.id)
        .where(Return.tenant_id == here(), Return.state == ReturnState.DRAFT, Photo.at < long_ago)
        .order_by(Return.id)
        .distinct()
        .limit(AT_ONCE)
    )
    found = session.scalars(query).all()
    for id in found:
        draft = locked(Return, id)
        if draft.state is ReturnState.DRAFT:
            old = [photo for some in photos_of(id).values() for photo in some if photo.at < long_ago]
            remove(draft, old, by)
    return len(found) < AT_ONCE
