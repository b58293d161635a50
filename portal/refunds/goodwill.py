"""What a shop gives on top of what it owes."""

import uuid
from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, Tenanted, choice, inside


class GoodwillReason(StrEnum):
    """Why somebody grants more than is owed."""

    LATE = "late"
    MISTAKE = "mistake"
    QUALITY = "quality"
    LOYALTY = "loyalty"
    OTHER = "other"


class Goodwill(Tenanted, Base):
    """An amount that the shop gives on top of what it owes, in minor units: granted by a person, then part of
    the next refund of its return, or a refund by itself. `month`: the first of the month in which it was
    granted, as the shop counts days; it counts against the person's budget of that month unless it was taken
    back. Without `refund_id` it waits for an approval."""

    __tablename__ = "goodwill"
    __table_args__ = (
        sa.CheckConstraint("amount > 0", name="amount"),
        sa.CheckConstraint("refund_id IS NULL OR withdrawn_at IS NULL", name="one_end"),
        sa.Index(None, "tenant_id", "granted_by", "month"),
    )
    return_id: Mapped[uuid.UUID] = inside("return", indexed=True)
    refund_id: Mapped[uuid.UUID | None] = inside("refund", indexed=True)
    amount: Mapped[int]
    currency: Mapped[str] = mapped_column(sa.String(3))
    reason: Mapped[GoodwillReason] = mapped_column(choice(GoodwillReason, "goodwill_reason"))
    note: Mapped[str] = mapped_column(sa.Text, default="")
    granted_by: Mapped[uuid.UUID]
    granted_at: Mapped[datetime]
    month: Mapped[date]
    withdrawn_at: Mapped[datetime | None]


class Waiver(Tenanted, Base):
    """What a shopper owed for their exchange and the shop let go, in minor units: its demand ends, and the
    exchange counts it as paid, at the expense of goodwill. It takes from the person's budget of `month` as
    goodwill does, unless the exchange was given up afterwards (`withdrawn_at`), for which nothing is owed."""

    __tablename__ = "waiver"
    __table_args__ = (
        sa.UniqueConstraint("tenant_id", "demand_id"),
        sa.CheckConstraint("amount > 0", name="amount"),
        sa.Index(None, "tenant_id", "granted_by", "month"),
    )
    return_id: Mapped[uuid.UUID] = inside("return", indexed=True)
    exchange_id: Mapped[uuid.UUID] = inside("exchange", indexed=True)
    demand_id: Mapped[uuid.UUID] = inside("demand", indexed=True)
    amount: Mapped[int]
    currency: Mapped[str] = mapped_column(sa.String(3))
    reason: Mapped[GoodwillReason] = mapped_column(choice(GoodwillReason, "waiver_reason"))
    note: Mapped[str] = mapped_column(sa.Text, default="")
    granted_by: Mapped[uuid.UUID]
    granted_at: Mapped[datetime]
    month: Mapped[date]
    withdrawn_at: Mapped[datetime | None]
