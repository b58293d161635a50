"""Reconciliations: what portal, ledger and gateways say was paid out and in in a period, side by side."""

import uuid
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, Tenanted, choice, inside
from portal.ledger.reading import Period
from portal.refunds.gateways.port import Way


class RunState(StrEnum):
    ORDERED = "ordered"
    COMPARED = "compared"


RUN = {(RunState.ORDERED, "compare"): RunState.COMPARED}


class Verdict(StrEnum):
    """What became of one line. All but SAME are differences."""

    SAME = "same"
    ONLY_THERE = "only_there"
    ONLY_HERE = "only_here"
    AMOUNT = "amount"
    STATE = "state"
    NEIGHBOUR = "neighbour"
    LEDGER = "ledger"
    TWICE = "twice"


class Reconciliation(Tenanted, Base):
    """A run over the days from `since` to `until`, within, as `zone` counts them.

    `asked`: how far the gateways' journals are read: {todo: names, after: where the next page begins}.
    `read`: how many of their lines. `lines` and `differences` are known once it is compared.
    """

    __tablename__ = "reconciliation"
    __table_args__ = (
        sa.Index(None, "tenant_id", "ordered_at", "id"),
        sa.CheckConstraint("since <= until", name="period"),
        sa.CheckConstraint("(state = 'compared') = (compared_at IS NOT NULL)", name="compared"),
        sa.CheckConstraint("differences BETWEEN 0 AND lines", name="counts"),
    )
    since: Mapped[date]
    until: Mapped[date]
    zone: Mapped[str] = mapped_column(sa.String(64))
    state: Mapped[RunState] = mapped_column(choice(RunState), default=RunState.ORDERED)
    ordered_by: Mapped[uuid.UUID | None] = inside("staff_user")
    ordered_at: Mapped[datetime]
    compared_at: Mapped[datetime | None]
    asked: Mapped[dict[str, Any]] = mapped_column(default=dict)
    read: Mapped[int] = mapped_column(default=0)
    lines: Mapped[int] = mapped_column(default=0)
    differences: Mapped[int] = mapped_column(default=0)

    @property
    def period(self) -> Period:
        return Period(self.zone, self.since, self.until)

    @property
    def month(self) -> date | None:
        """The first day of the month that it is about, if that is its period."""
        after = self.until + timedelta(days=1)
        whole = self.since.day == 1 and after == (self.since + timedelta(days=31)).replace(day=1)
        return self.since if whole else None

    @property
    def job(self) -> str:
        """The key of the job that does it."""
        return f"books.reconcile/{self.id}"


class ReconciliationSum(Tenanted, Base):
    """What came in by a gateway in a currency (`way` in), or what left less what came back (`way` out), as
    each of the three says; minor units.

    `other`: what else the ledger has on that side of this gateway's payment clearing. What it has there
    altogether, in the period, is booked and other of both ways.
    """

    __tablename__ = "reconciliation_sum"
    __table_args__ = (
        sa.UniqueConstraint("run_id", "gateway", "currency", "way"),
        sa.CheckConstraint("way IN ('in', 'out')", name="direction"),
    )
    run_id: Mapped[uuid.UUID] = inside("reconciliation", indexed=True)
    gateway: Mapped[str] = mapped_column(sa.String(40))
    currency: Mapped[str] = mapped_column(sa.String(3))
    way: Mapped[Way] = mapped_column(choice(Way))
    here: Mapped[int] = mapped_column(default=0)
    booked: Mapped[int] = mapped_column(default=0)
    there: Mapped[int] = mapped_column(default=0)
    other: Mapped[int] = mapped_column(default=0)


class ReconciliationLine(Tenanted, Base):
    """Money of one refund that left or came back, or of one payment that came in: amount and moment as the
    portal, the ledger and the gateway have it, null where they do not. `stood`: the leg's or the demand's
    state then; `stood_there`: the refund's at the gateway, where it was asked for by itself. Differences have
    the lowest numbers.
    """

    __tablename__ = "reconciliation_line"
    __table_args__ = (sa.UniqueConstraint("run_id", "no"),)
    run_id: Mapped[uuid.UUID] = inside("reconciliation", indexed=True)
    no: Mapped[int]
    verdict: Mapped[Verdict] = mapped_column(choice(Verdict))
    gateway: Mapped[str] = mapped_column(sa.String(40))
    reference: Mapped[str] = mapped_column(sa.String(120))
    way: Mapped[Way] = mapped_column(choice(Way))
    currency: Mapped[str] = mapped_column(sa.String(3))
    return_id: Mapped[uuid.UUID | None] = inside("return")
    here: Mapped[int | None]
    here_at: Mapped[datetime | None]
    booked: Mapped[int | None]
    booked_at: Mapped[datetime | None]
    there: Mapped[int | None]
    there_at: Mapped[datetime | None]
    stood: Mapped[str] = mapped_column(sa.String(20), default="")
    stood_there: Mapped[str] = mapped_column(sa.String(20), default="")


class GatewayLine(Tenanted, Base):
    """A line of a gateway's journal as it was read, until the run is compared. `leg`: what it says it is for.

    `state`: of a refund that was asked for by itself; where it is not empty, no money moved.
    """

    __tablename__ = "gateway_line"
    __table_args__ = (sa.UniqueConstraint("run_id", "gateway", "reference", "way"),)
    run_id: Mapped[uuid.UUID] = inside("reconciliation", indexed=True)
    gateway: Mapped[str] = mapped_column(sa.String(40))
    reference: Mapped[str] = mapped_column(sa.String(120))
    way: Mapped[Way] = mapped_column(choice(Way))
    at: Mapped[datetime]
    amount: Mapped[int]
    currency: Mapped[str] = mapped_column(sa.String(3))
    leg: Mapped[str] = mapped_column(sa.String(60), default="")
    state: Mapped[str] = mapped_column(sa.String(20), default="")
