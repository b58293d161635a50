"""Notices that were ordered, and the demo's mailbox."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, Tenanted, inside

MAIL = "mail"


class Notice(Tenanted, Base):
    """That somebody is told of an event, once for each kind of telling. Holds no personal data.

    `about` is what the event happened to: the return, or one of its refunds, or a link. `sent_at` stays
    empty too where there was nobody to tell.
    """

    __tablename__ = "notice"
    __table_args__ = (sa.UniqueConstraint("about", "event", "kind"),)
    return_id: Mapped[uuid.UUID | None] = inside("return")
    about: Mapped[uuid.UUID]
    event: Mapped[str] = mapped_column(sa.String(40))
    kind: Mapped[str] = mapped_column(sa.String(12))
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]


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
