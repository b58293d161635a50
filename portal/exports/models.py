"""An export: what was asked for, how far it is, and what the file holds."""

import uuid
from datetime import date, datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, Tenanted, choice, inside
from portal.ledger.reading import Period


class ExportKind(StrEnum):
    ORDERS = "orders"
    RETURNS = "returns"
    REFUNDS = "refunds"
    EXCHANGES = "exchanges"
    CREDIT_NOTES = "credit_notes"
    JOURNAL = "journal"
    STOCK = "stock"
    TRAIL = "trail"


class Format(StrEnum):
    CSV = "csv"
    JSON = "json"
    BEANCOUNT = "beancount"


class ExportState(StrEnum):
    ORDERED = "ordered"
    READY = "ready"
    REMOVED = "removed"


EXPORT = {
    (ExportState.ORDERED, "write"): ExportState.READY,
    (ExportState.ORDERED, "remove"): ExportState.REMOVED,
    (ExportState.READY, "remove"): ExportState.REMOVED,
}


class Export(Tenanted, Base):
    """A file that somebody ordered. The days are within, as `zone` counts them; null: no end on that side.

    `rows` of `expected` are written so far. `file`, `size` (bytes) and `sha256` are known once it is ready;
    after `kept_until` the file goes, and the row stays.
    """

    __tablename__ = "export"
    __table_args__ = (
        sa.Index(None, "tenant_id", "ordered_at", "id"),
        sa.CheckConstraint("since <= until", name="period"),
        sa.CheckConstraint("state <> 'ready' OR (file <> '' AND sha256 <> '')", name="ready"),
    )
    kind: Mapped[ExportKind] = mapped_column(choice(ExportKind))
    format: Mapped[Format] = mapped_column(choice(Format, "export_format"))
    since: Mapped[date | None]
    until: Mapped[date | None]
    zone: Mapped[str] = mapped_column(sa.String(64))
    state: Mapped[ExportState] = mapped_column(choice(ExportState), default=ExportState.ORDERED)
    ordered_by: Mapped[uuid.UUID | None] = inside("staff_user")
    ordered_at: Mapped[datetime]
    expected: Mapped[int] = mapped_column(default=0)
    rows: Mapped[int] = mapped_column(default=0)
    file: Mapped[str] = mapped_column(sa.String(160), default="")
    size: Mapped[int] = mapped_column(default=0)
    sha256: Mapped[str] = mapped_column(sa.String(64), default="")
    ready_at: Mapped[datetime | None]
    kept_until: Mapped[datetime]

    @property
    def period(self) -> Period:
        return Period(self.zone, self.since, self.until)

    @property
    def month(self) -> date | None:
        """The first day of the month that it is about, if that is its period."""
        first, last = self.since, self.until
        if first is None or last is None or first.day != 1:
            return None
        return first if last + timedelta(days=1) == (first + timedelta(days=31)).replace(day=1) else None

    @property
    def job(self) -> str:
        """The key of the job that writes it."""
        return f"export.write/{self.id}"
