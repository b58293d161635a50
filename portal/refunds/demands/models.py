"""Demands and the refunds of what was paid for them. All amounts in minor units."""

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Base, Tenanted, choice, inside
from portal.refunds.demands.lifecycle import DemandState
from portal.returns.models import Return

LIVE = sa.text("state IN ('asked', 'open', 'paid')")
PAID, SENT = sa.text("payment <> ''"), sa.text("reference <> ''")


class Demand(Tenanted, Base):
    """A sum that the shopper of a return owes the shop, for what `about` names by its id.

    `reference` and `link` are the gateway's: its id for the payment page, and where that page is; `payment`
    is what it became when it was paid. `due_at`: until when it can be paid. `closed_at`: since when the
    gateway lets nobody pay. `rounds`: how often somebody began to give it back.
    """

    __tablename__ = "demand"
    __table_args__ = (
        sa.CheckConstraint("amount > 0", name="amount"),
        sa.Index(
            "uq_demand_live", "tenant_id", "about", unique=True, sqlite_where=LIVE, postgresql_where=LIVE
        ),
        sa.Index(
            "uq_demand_payment",
            *("tenant_id", "gateway", "payment"),
            unique=True,
            sqlite_where=PAID,
            postgresql_where=PAID,
        ),
        sa.Index(None, "tenant_id", "about"),
        sa.Index(None, "tenant_id", "state"),
    )
    return_id: Mapped[uuid.UUID] = inside("return")
    about: Mapped[uuid.UUID]
    amount: Mapped[int]
    currency: Mapped[str] = mapped_column(sa.String(3))
    gateway: Mapped[str] = mapped_column(sa.String(40))
    state: Mapped[DemandState] = mapped_column(choice(DemandState), default=DemandState.ASKED)
    reference: Mapped[str] = mapped_column(sa.String(120), default="")
    link: Mapped[str] = mapped_column(sa.String(2000), default="")
    payment: Mapped[str] = mapped_column(sa.String(120), default="")
    reason: Mapped[str] = mapped_column(sa.String(120), default="")
    rounds: Mapped[int] = mapped_column(default=0)
    asked_at: Mapped[datetime]
    due_at: Mapped[datetime]
    paid_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    changed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads it so
    return_: Mapped[Return] = relationship(foreign_keys=[return_id])
    refunds: Mapped[list["DemandRefund"]] = relationship(
        foreign_keys="DemandRefund.demand_id", order_by="DemandRefund.no", back_populates="demand"
    )


class DemandRefund(Tenanted, Base):
    """One try to give the whole of a demand back: its idempotency key and what came of it.

    Number n + 1 exists only with `evidence` on number n that it had no effect, or that it came back.
    `succeeded_at`: it arrived; `came_back_at`: and was sent back later.
    """

    __tablename__ = "demand_refund"
    __table_args__ = (
        sa.UniqueConstraint("demand_id", "no"),
        sa.UniqueConstraint("tenant_id", "key"),
        sa.Index(
            "uq_demand_refund_reference",
            *("tenant_id", "gateway", "reference"),
            unique=True,
            sqlite_where=SENT,
            postgresql_where=SENT,
        ),
        sa.CheckConstraint("came_back_at IS NULL OR succeeded_at IS NOT NULL", name="came_back"),
    )
    demand_id: Mapped[uuid.UUID] = inside("demand", indexed=True)
    no: Mapped[int]
    gateway: Mapped[str] = mapped_column(sa.String(40))
    key: Mapped[str] = mapped_column(sa.String(80))
    reference: Mapped[str] = mapped_column(sa.String(120), default="")
    begun_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    succeeded_at: Mapped[datetime | None]
    came_back_at: Mapped[datetime | None]
    evidence: Mapped[dict[str, Any] | None]
    demand: Mapped[Demand] = relationship(foreign_keys=[demand_id], back_populates="refunds")
