"""Notices that were ordered, and the demo's mailbox."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, Tenanted, inside

MAIL = "mail"


class Notice(Tenanted, Base):
    """That somebody is told of an event, once for each kind of telling. Holds no personal data.

    `about` is what the event happened to: the return, or one of its refunds, or a link. `order_id` stands
    where it is about an order and no return. `times`: how often its mail was ordered, once and again.
    `sent_at` is the last time that it left, and stays empty too where there was nobody to tell.
    """

    __tablename__ = "notice"
    __table_args__ = (sa.UniqueConstraint("about", "event", "kind"),)
    return_id: Mapped[uuid.UUID | None] = inside("return")
    order_id: Mapped[uuid.UUID | None] = inside("orders")
    about: Mapped[uuid.UUID]
    event: Mapped[str] = mapped_column(sa.String(40))
    kind: Mapped[str] = mapped_column(sa.String(12))
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    times: Mapped[int] = mapped_column(default=1)

    @property
    def version(self) -> int:
        """For forms: sending it once more is another matter each time."""
        return self.times

    @property
    def key(self) -> str:
        """Of the job that sends it, this time."""
        return f"notice/{self.id}" if self.times == 1 else f"notice/{self.id}/{self.times}"


class SentMail(Tenanted, Base):
    """A mail that went to the demo's mailbox instead of out into the world."""

    __tablename__ = "sent_mail"
    __table_args__ = (sa.UniqueConstraint("tenant_id", "message_id"), sa.Index(None, "tenant_id", "at"))
    message_id: Mapped[str] = mapped_column(sa.String(320))
    at: Mapped[datetime]
    sender: Mapped[str] = mapped_column(sa.String(400))
    recipient: Mapped[str] = mapped_column(sa.String(254))
    subject: Mapped[str] = mapped_column(sa.Text)
    text: Mapped[str] = mapped_column(sa.Text)
    html: Mapped[str] = mapped_column(sa.Text)
