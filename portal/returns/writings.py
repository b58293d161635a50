"""What people write about a return."""

import uuid
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, Tenanted, choice, inside


class Note(Tenanted, Base):
    """Free text about a return: an internal note, or the words of a denial, that go to the shopper."""

    __tablename__ = "note"
    return_id: Mapped[uuid.UUID] = inside("return")
    item_id: Mapped[uuid.UUID | None]
    kind: Mapped[str] = mapped_column(sa.String(20))
    text: Mapped[str] = mapped_column(sa.Text)
    by: Mapped[uuid.UUID | None]
    at: Mapped[datetime]


class Side(StrEnum):
    """Who speaks in the talk about a return."""

    SHOP = "shop"
    SHOPPER = "shopper"


class ReturnMessage(Tenanted, Base):
    """What the shop or the shopper wrote to the other about a return. `by` is a person of the staff.

    `settled_at`: since when a shopper's message waits for no answer any more, because somebody answered or
    said that none is needed.
    """

    __tablename__ = "return_message"
    __table_args__ = (sa.UniqueConstraint("return_id", "no"),)
    return_id: Mapped[uuid.UUID] = inside("return", indexed=True)
    no: Mapped[int]
    side: Mapped[Side] = mapped_column(choice(Side))
    by: Mapped[uuid.UUID | None] = inside("staff_user")
    text: Mapped[str] = mapped_column(sa.Text)
    at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
