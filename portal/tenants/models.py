"""A shop, and its line in the home directory."""

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.audit import Chained
from portal.db import Base
from portal.i18n import Voice, voice_in
from portal.ids import uuid7


class Shop(Base):
    """The directory of the home database: where a shop lives. No personal data."""

    __tablename__ = "shop_directory"
    tenant_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(sa.String(40), unique=True)
    domain: Mapped[str | None] = mapped_column(sa.String(253), unique=True)
    region: Mapped[str | None] = mapped_column(sa.String(20))


class Tenant(Chained, Base):
    """A shop's settings. Its trail is the chain of its configuration.

    `version` counts how often the settings on their page were changed. SQLAlchemy does not raise it by
    itself: the head of the trail, in the same row, moves with every sign-in, and open forms would be refused
    for that. `links_only`: an order is opened by a link that is mailed to its address, and not by knowing
    about it. `gifts`: whoever got an article as a gift may return it for store credit. `second_factor`: of
    whom of the staff it is demanded (nobody, money, everybody). `signing_no`: which of the secrets that sign
    its own links to orders holds now. `bank_details`: lines that say where shoppers transfer what they owe;
    without them they pay at the gateway. `tax_number`: as credit notes print it. `daily_mail`: whether owners
    are mailed every day at `daily_hour` how the shop stands. Name, contact, return address, `logo` (its
    digest), colours and roundness are those of the configuration in force.
    """

    __tablename__ = "tenant"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid7)
    slug: Mapped[str] = mapped_column(sa.String(40), unique=True)
    domain: Mapped[str | None] = mapped_column(sa.String(253))
    name: Mapped[str] = mapped_column(sa.String(120))
    country: Mapped[str] = mapped_column(sa.String(2))
    currency: Mapped[str] = mapped_column(sa.String(3))
    language: Mapped[str] = mapped_column(sa.String(12))
    zone: Mapped[str] = mapped_column(sa.String(64))
    return_address: Mapped[list[Any]]
    sender: Mapped[str] = mapped_column(sa.String(254))
    contact: Mapped[str] = mapped_column(sa.String(254))
    logo: Mapped[str] = mapped_column(sa.String(64), default="")
    main: Mapped[str] = mapped_column(sa.String(7))
    accent: Mapped[str] = mapped_column(sa.String(7))
    ground: Mapped[str] = mapped_column(sa.String(7), default="#ffffff")
    roundness: Mapped[int] = mapped_column(default=100)
    image_hosts: Mapped[list[Any]] = mapped_column(default=list)
    links_only: Mapped[bool] = mapped_column(default=False)
    gifts: Mapped[bool] = mapped_column(default=False)
    second_factor: Mapped[str] = mapped_column(sa.String(12), default="nobody")
    signing_no: Mapped[int] = mapped_column(default=1)
    carrier: Mapped[str] = mapped_column(sa.String(20), default="none")
    gateway: Mapped[str] = mapped_column(sa.String(20), default="test")
    bank_details: Mapped[list[Any]] = mapped_column(default=list)
    tax_number: Mapped[str] = mapped_column(sa.String(60), default="")
    daily_mail: Mapped[bool] = mapped_column(default=True)
    daily_hour: Mapped[int] = mapped_column(default=7)
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    @property
    def voice(self) -> Voice:
        """Speaks the shop's language where its texts are translated, else English, in the shop's zone."""
        return voice_in(self.language, zone=self.zone)
