"""A shop's logo. A new one does not change the old: papers show the one of their day."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal import clock
from portal.audit import Actor
from portal.db import Base, Tenanted, here, session
from portal.tenants.models import Tenant
from portal.tenants.pictures import remade
from portal.tenants.settings import note_change

NOW = sa.text("ended_at IS NULL")


class Logo(Tenanted, Base):
    """A PNG, and from when until when the shop showed it."""

    __tablename__ = "logo"
    __table_args__ = (
        sa.Index("uq_logo_now", "tenant_id", unique=True, sqlite_where=NOW, postgresql_where=NOW),
        sa.CheckConstraint("ended_at IS NULL OR ended_at >= begun_at", name="ended"),
    )
    data: Mapped[bytes] = mapped_column(sa.LargeBinary, deferred=True)
    width: Mapped[int]
    height: Mapped[int]
    begun_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    by: Mapped[uuid.UUID | None]


def put_up(shop: Tenant, data: bytes, by: Actor) -> Logo:
    """Show this picture from now on. Lock the shop. Raises Refusal with the field `file`."""
    picture = remade(data)
    before = _end()
    logo = Logo(data=picture.data, width=picture.width, height=picture.height, by=by.id)
    logo.begun_at = clock.now()
    session.add(logo)
    session.flush()
    _tell(shop, before, str(logo.id), by)
    return logo


def take_down(shop: Tenant, by: Actor) -> None:
    """Show the shop's name again. Lock the shop. Repeating it is no error."""
    before = _end()
    if before:
        _tell(shop, before, None, by)


def _end() -> str | None:
    """End the present one; its id."""
    logo = logo_now()
    if logo is None:
        return None
    logo.ended_at = clock.now()
    session.flush()
    return str(logo.id)


def _tell(shop: Tenant, before: str | None, after: str | None, by: Actor) -> None:
    shop.version += 1
    note_change(shop, {"logo": [before, after]}, by)


def logo_now() -> Logo | None:
    query = sa.select(Logo).where(Logo.tenant_id == here(), Logo.ended_at.is_(None))
    return session.scalars(query).one_or_none()


def logo_of(id: uuid.UUID) -> bytes | None:
    """This picture, also where it is shown no more: mails still point to it."""
    return session.scalar(sa.select(Logo.data).where(Logo.tenant_id == here(), Logo.id == id))


def logo_at(moment: datetime) -> bytes | None:
    """The picture that the shop showed at a moment."""
    then = sa.and_(Logo.begun_at <= moment, sa.or_(Logo.ended_at.is_(None), Logo.ended_at > moment))
    query = sa.select(Logo.data).where(Logo.tenant_id == here(), then).order_by(Logo.begun_at.desc())
    return session.scalar(query.limit(1))
