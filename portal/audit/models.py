"""The trail's rows, the head of each chain, and operations that happen once."""

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, Tenanted

GENESIS = "0" * 64
BY_A_PERSON = sa.text("actor_kind = 'person'")


class Chained:
    """A thing with a trail of its own: a return, or the shop for its configuration.

    Lock the row before recording; the head moves with every row of the trail.
    """

    id: Mapped[uuid.UUID]
    trail_no: Mapped[int] = mapped_column(default=0)
    trail_hash: Mapped[str] = mapped_column(sa.String(64), default=GENESIS)


class Trail(Tenanted, Base):
    """One fact: an actor did something to a thing. Ids and codes only, no personal data."""

    __tablename__ = "trail"
    __table_args__ = (
        sa.UniqueConstraint("chain", "no"),
        sa.Index(None, "subject_id"),
        sa.Index(None, "tenant_id", "at", "id"),
        sa.Index(None, "tenant_id", "event", "at", "id"),
        sa.Index(None, "tenant_id", "actor_kind", "at", "id"),
        sa.Index(
            "ix_trail_person",
            "tenant_id",
            "actor_id",
            "at",
            "id",
            sqlite_where=BY_A_PERSON,
            postgresql_where=BY_A_PERSON,
        ),
    )
    chain: Mapped[uuid.UUID]
    no: Mapped[int]
    at: Mapped[datetime]
    event: Mapped[str] = mapped_column(sa.String(48))
    actor_kind: Mapped[str] = mapped_column(sa.String(12))
    actor_id: Mapped[uuid.UUID | None]
    subject_kind: Mapped[str] = mapped_column(sa.String(24))
    subject_id: Mapped[uuid.UUID]
    before: Mapped[str | None] = mapped_column(sa.String(64))
    after: Mapped[str | None] = mapped_column(sa.String(64))
    policy_version: Mapped[int | None]
    data: Mapped[dict[str, Any]]
    previous: Mapped[str] = mapped_column(sa.String(64))
    hash: Mapped[str] = mapped_column(sa.String(64))


class TrailSeal(Tenanted, Base):
    """One hash over every row of a shop's trail from before `until`: a mail that has it shows whether any of
    them was changed since. `rows`: how many that are.
    """

    __tablename__ = "trail_seal"
    __table_args__ = (sa.UniqueConstraint("tenant_id", "until"),)
    until: Mapped[datetime]
    rows: Mapped[int]
    hash: Mapped[str] = mapped_column(sa.String(64))


class Operation(Tenanted, Base):
    """A form that was sent: its id comes from the thing and its version, so a repeat is recognized."""

    __tablename__ = "operation"
    actor: Mapped[str] = mapped_column(sa.String(48))
    digest: Mapped[str] = mapped_column(sa.String(64))
    at: Mapped[datetime]
    answer: Mapped[dict[str, Any] | None]
