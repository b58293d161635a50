"""The logos that a shop has put in. Which of them is shown, its configuration says."""

import uuid
from datetime import datetime
from hashlib import sha256

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal import clock
from portal.audit import Actor
from portal.db import Base, Tenanted, here, session
from portal.errors import Refusal
from portal.i18n import say
from portal.tenants.pictures import Picture

MOST = 100  # of a shop; mails of earlier days point to each that was shown


class Logo(Tenanted, Base):
    """A PNG. `digest`: of its bytes, by which the configuration names it. It never changes and never goes."""

    __tablename__ = "logo"
    __table_args__ = (sa.UniqueConstraint("tenant_id", "digest"),)
    digest: Mapped[str] = mapped_column(sa.String(64))
    data: Mapped[bytes] = mapped_column(sa.LargeBinary, deferred=True)
    width: Mapped[int]
    height: Mapped[int]
    at: Mapped[datetime]
    by: Mapped[uuid.UUID | None]


def put_in(picture: Picture, by: Actor) -> Logo:
    """Keep a picture that was made anew; the same is kept once. Lock the shop. Nobody sees it yet.

    Raises Refusal with the field `file`.
    """
    digest = sha256(picture.data).hexdigest()
    found = logo_by(digest)
    if found:
        return found
    kept = sa.select(sa.func.count()).select_from(Logo).where(Logo.tenant_id == here())
    if (session.scalar(kept) or 0) >= MOST:
        raise Refusal(say("At most {n} logos are kept.", n=MOST), "file")
    logo = Logo(digest=digest, data=picture.data, width=picture.width, height=picture.height)
    logo.at, logo.by = clock.now(), by.id
    session.add(logo)
    session.flush()
    return logo


def logo_by(digest: str) -> Logo | None:
    query = sa.select(Logo).where(Logo.tenant_id == here(), Logo.digest == digest)
    return session.scalars(query).one_or_none() if digest else None


def logo_of(id: uuid.UUID) -> bytes | None:
    """This picture, also where it is shown no more: mails still point to it."""
    return session.scalar(sa.select(Logo.data).where(Logo.tenant_id == here(), Logo.id == id))


def picture_by(digest: str) -> bytes | None:
    if not digest:
        return None
    return session.scalar(sa.select(Logo.data).where(Logo.tenant_id == here(), Logo.digest == digest))
