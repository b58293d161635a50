"""What a lower refund rests on: a photo of the dock stays once the shopper was asked about it."""

import sqlalchemy as sa

from portal.audit import Actor
from portal.db import here, session
from portal.errors import Conflict
from portal.i18n import say
from portal.returns.models import Return
from portal.returns.photos.keeping import remove
from portal.returns.photos.models import Photo
from portal.returns.reductions.models import Reduction


def take_back(return_: Return, photo: Photo, by: Actor) -> None:
    """Remove a photo of the dock. Lock the return. Raises Conflict once a lower refund rests on it."""
    about = Reduction.line_id == photo.line_id, Reduction.tenant_id == here(), Reduction.made_at >= photo.at
    if session.scalar(sa.select(Reduction.id).where(*about).limit(1)):
        raise Conflict(say("The shopper was asked about this photo, so it stays."))
    remove(return_, [photo], by)
