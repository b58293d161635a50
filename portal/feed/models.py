"""The feed of a shop: what became of money, credit and stock, in the order in which it was committed."""

import uuid
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, Tenanted


class Kind(StrEnum):
    """What can be told. A new one needs no migration; readers pass over what they do not know."""

    REFUND_APPROVED = "refund.approved"
    REFUND_CANCELLED = "refund.cancelled"
    LEG_SUCCEEDED = "refund.leg_succeeded"
    LEG_FAILED = "refund.leg_failed"
    LEG_REVERSED = "refund.leg_reversed"
    DEMAND_PAID = "demand.paid"
    DEMAND_RETURNED = "demand.returned"
    DEMAND_RETURN_REVERSED = "demand.return_reversed"
    CREDIT_ISSUED = "credit.issued"
    CREDIT_SPENT = "credit.spent"
    CREDIT_RELEASED = "credit.released"
    CREDIT_EXPIRED = "credit.expired"
    CARD_ISSUED = "gift_card.issued"
    CARD_SPENT = "gift_card.spent"
    CARD_RELEASED = "gift_card.released"
    CARD_EXPIRED = "gift_card.expired"
    EXCHANGE_RELEASED = "exchange.released"
    EXCHANGE_SHIPPED = "exchange.shipped"
    EXCHANGE_ENDED = "exchange.ended"
    STOCK_MOVED = "stock.moved"


class FeedEntry(Tenanted, Base):
    """One fact about one thing (`subject_id`); each is told once. `about` is the return, where there is one.

    `no` is without gaps, and no number appears before a smaller one. `amount` is in minor units. `data` holds
    ids, codes and articles, never personal data: it goes to other systems, and stays.
    """

    __tablename__ = "feed_entry"
    __table_args__ = (
        sa.UniqueConstraint("tenant_id", "no"),
        sa.UniqueConstraint("tenant_id", "kind", "subject_id"),
        sa.CheckConstraint("(amount IS NULL) = (currency IS NULL)", name="money"),
    )
    no: Mapped[int]
    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(sa.String(32))
    subject_id: Mapped[uuid.UUID]
    about: Mapped[uuid.UUID | None]
    amount: Mapped[int | None]
    currency: Mapped[str | None] = mapped_column(sa.String(3))
    data: Mapped[dict[str, Any]]
