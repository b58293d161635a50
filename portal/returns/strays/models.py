"""A parcel in quarantine, and the number it is found by."""

import re
import uuid
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.audit import Chained
from portal.db import Base, Tenanted, choice, inside
from portal.ids import read_rma
from portal.orders.models import Order


class StrayState(StrEnum):
    QUARANTINED = "quarantined"
    MATCHED = "matched"
    SENT_BACK = "sent_back"
    DISPOSED = "disposed"


S = StrayState
STRAY: Mapping[tuple[StrayState, str], StrayState] = {
    (S.QUARANTINED, "match"): S.MATCHED,
    (S.QUARANTINED, "send_back"): S.SENT_BACK,
    (S.QUARANTINED, "dispose"): S.DISPOSED,
}
PREFIX = re.compile(r"\s*UNK[\s-]*", re.IGNORECASE)  # U is no character of a number


class Stray(Chained, Tenanted, Base):
    """What it looks like and who sent it, as somebody at the dock saw it; with a trail of its own.

    `sender` is a shopper's data, so the dock writes it and the desk reads it. It is no stock: nobody knows
    which article it holds. `order_id`: what it was found to belong to.
    """

    __tablename__ = "stray_parcel"
    __table_args__ = (
        sa.UniqueConstraint("tenant_id", "number"),
        sa.Index(None, "tenant_id", "state", "found_at"),
        sa.CheckConstraint("(state = 'quarantined') = (solved_at IS NULL)", "solved"),
        sa.CheckConstraint("(state = 'matched') = (order_id IS NOT NULL)", "matched"),
    )
    number: Mapped[str] = mapped_column(sa.String(9))
    state: Mapped[StrayState] = mapped_column(choice(StrayState), default=StrayState.QUARANTINED)
    looks: Mapped[str] = mapped_column(sa.Text)
    sender: Mapped[str] = mapped_column(sa.Text, default="")
    tracking: Mapped[str] = mapped_column(sa.String(80), default="")
    tracking_key: Mapped[str] = mapped_column(sa.String(80), default="")
    order_id: Mapped[uuid.UUID | None] = inside("orders")
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    found_at: Mapped[datetime]
    found_by: Mapped[uuid.UUID | None]
    solved_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads it so
    order: Mapped[Order | None] = relationship(foreign_keys=[order_id])

    @property
    def printed(self) -> str:
        return print_stray(self.number)


def print_stray(number: str) -> str:
    """The printed form of a stored number: UNK-XXXX-XXXX-C."""
    return f"UNK-{number[:4]}-{number[4:8]}-{number[8:]}"


def read_stray(text: str) -> str | None:
    """The stored form of what was typed or scanned; None when it cannot be such a number."""
    found = PREFIX.match(text)
    return read_rma(text[found.end() :]) if found else None
