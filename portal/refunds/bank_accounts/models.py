"""What is kept of a shopper's bank account."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, Tenanted, inside


class BankAccount(Tenanted, Base):
    """Where the amount of a leg is to be transferred, until it is forgotten: then only that there was one.

    `sealed` holds IBAN, holder and BIC; `ending`, the last four characters, is all that is shown to those
    who do not pay.
    """

    __tablename__ = "bank_account"
    __table_args__ = (
        sa.UniqueConstraint("leg_id"),
        sa.CheckConstraint(
            "(sealed IS NULL) = (forgotten_at IS NOT NULL) AND (ending IS NULL) = (sealed IS NULL)",
            name="forgotten",
        ),
    )
    leg_id: Mapped[uuid.UUID] = inside("refund_leg")
    sealed: Mapped[str | None] = mapped_column(sa.Text)
    ending: Mapped[str | None] = mapped_column(sa.String(4))
    country: Mapped[str | None] = mapped_column(sa.String(2))
    named_at: Mapped[datetime]
    forgotten_at: Mapped[datetime | None]
