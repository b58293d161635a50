"""Labels that a shop has bought or printed beforehand."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, Tenanted, inside

FREE = sa.text("parcel_id IS NULL")


class PooledLabel(Tenanted, Base):
    """A label of the shop's own: a PDF with a tracking number. Free until a parcel has it, and then its for
    good, whatever becomes of the parcel."""

    __tablename__ = "pooled_label"
    __table_args__ = (
        sa.UniqueConstraint("tenant_id", "tracking_key"),
        sa.UniqueConstraint("parcel_id"),
        sa.Index("ix_pooled_label_free", "tenant_id", "id", sqlite_where=FREE, postgresql_where=FREE),
    )
    carrier: Mapped[str] = mapped_column(sa.String(60))
    tracking: Mapped[str] = mapped_column(sa.String(80))
    tracking_key: Mapped[str] = mapped_column(sa.String(80))
    pdf: Mapped[bytes] = mapped_column(deferred=True)
    added_at: Mapped[datetime]
    parcel_id: Mapped[uuid.UUID | None] = inside("parcel", indexed=True)
    handed_out_at: Mapped[datetime | None]
