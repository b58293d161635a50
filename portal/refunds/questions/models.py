"""Questions to the shopper about a leg."""

import uuid
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Base, Tenanted, choice, inside
from portal.refunds.models import RefundLeg

UNANSWERED = sa.text("answered_at IS NULL")


class Asked(StrEnum):
    """Whether store credit will do, or which bank account the money may go to."""

    STORE_CREDIT = "store_credit"
    BANK_ACCOUNT = "bank_account"


class Said(StrEnum):
    YES = "yes"
    NO = "no"


class LegQuestion(Tenanted, Base):
    """One question about a leg. `words`: what exactly the shopper read above the button, in `language`."""

    __tablename__ = "leg_question"
    __table_args__ = (
        sa.Index(
            "uq_leg_question_open",
            *("leg_id", "kind"),
            unique=True,
            sqlite_where=UNANSWERED,
            postgresql_where=UNANSWERED,
        ),
        sa.CheckConstraint("(answered_at IS NULL) = (answer IS NULL)", name="answered"),
        sa.CheckConstraint("kind <> 'store_credit' OR (answer IS NULL) = (words = '')", name="words"),
    )
    leg_id: Mapped[uuid.UUID] = inside("refund_leg", indexed=True)
    kind: Mapped[Asked] = mapped_column(choice(Asked))
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    answer: Mapped[Said | None] = mapped_column(choice(Said))
    words: Mapped[str] = mapped_column(sa.Text, default="")
    language: Mapped[str] = mapped_column(sa.String(12), default="")
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads it so
    leg: Mapped[RefundLeg] = relationship(foreign_keys=[leg_id])
