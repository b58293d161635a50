"""A photo, and its bytes in a row of their own that no list reads."""

import uuid
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, Tenanted, choice, inside


class Taker(StrEnum):
    """Who took it: the shopper (or somebody of the staff for them), or the dock at the check."""

    SHOPPER = "shopper"
    DOCK = "dock"


class Photo(Tenanted, Base):
    """Of an article that goes back. `digest`: of its bytes, so that the same picture is kept once for a line.

    The trail says who added it. It is personal data: it can be removed, and nothing of it stays.
    """

    __tablename__ = "photo"
    __table_args__ = (
        sa.UniqueConstraint("line_id", "taken_by", "digest"),
        sa.Index(None, "tenant_id", "at"),
    )
    return_id: Mapped[uuid.UUID] = inside("return")
    line_id: Mapped[uuid.UUID] = inside("return_line", indexed=True)
    taken_by: Mapped[Taker] = mapped_column(choice(Taker))
    at: Mapped[datetime]
    width: Mapped[int]
    height: Mapped[int]
    size: Mapped[int]
    digest: Mapped[str] = mapped_column(sa.String(64))


class PhotoFile(Tenanted, Base):
    """The one stored object of a photo: a JPEG of our own making, and a small one for lists."""

    __tablename__ = "photo_file"
    __table_args__ = (sa.UniqueConstraint("photo_id"),)
    photo_id: Mapped[uuid.UUID] = inside("photo", indexed=True)
    large: Mapped[bytes] = mapped_column(sa.LargeBinary)
    small: Mapped[bytes] = mapped_column(sa.LargeBinary)
