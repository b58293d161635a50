"""Refunds, what they are made of, their legs, store credit and gift cards. All amounts in minor units."""

import uuid
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.audit import Chained
from portal.db import Base, Tenanted, choice, inside
from portal.orders.models import Order, Payment
from portal.policies import Resolution
from portal.refunds.lifecycle import CardState, Destination, LegState
from portal.returns.models import Return

# Legs that a person must transfer, and those that failed.
BY_HAND = sa.text("gateway = 'manual' AND state = 'approved'")
STOPPED = sa.text("state IN ('failed', 'reversed')")
OPEN = sa.text("ended_at IS NULL")
UNRELEASED = sa.text("NOT released")  # in the index's own words, else SQLite does not use it


class RefundProposal(Tenanted, Base):
    """What one person has approved of a refund that takes two, until it ends: by the other's approval, taken
    back, or since another takes its place. `within`: what that person might approve at most, None: any."""

    __tablename__ = "refund_proposal"
    __table_args__ = (
        sa.Index(
            "uq_refund_proposal_open", "return_id", unique=True, sqlite_where=OPEN, postgresql_where=OPEN
        ),
        sa.CheckConstraint("amount >= 0", name="amount"),
    )
    return_id: Mapped[uuid.UUID] = inside("return", indexed=True)
    amount: Mapped[int]
    within: Mapped[int | None]
    proposed_by: Mapped[uuid.UUID]
    proposed_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Refund(Tenanted, Base):
    """An approved refund: the units' amounts, less the way back, plus delivery.

    `amount` = Σ parts − `shipping` + `delivery` with its taxes + `goodwill`, all after `cut`, what the
    order's bound took away. `proposal_id`: what the first of two people had approved; `alone`: both were the
    same one. `day`: when it was approved, as the shop counts days.
    """

    __tablename__ = "refund"
    __table_args__ = (
        sa.UniqueConstraint("return_id", "no"),
        sa.CheckConstraint("amount >= 0 AND shipping >= 0 AND delivery >= 0 AND cut >= 0", name="amounts"),
        sa.CheckConstraint("goodwill >= 0 AND goodwill <= amount", name="goodwill"),
        sa.CheckConstraint("NOT alone OR proposal_id IS NOT NULL", name="alone"),
        sa.UniqueConstraint("proposal_id"),
        sa.Index(None, "tenant_id", "approved_at"),
        sa.Index(None, "tenant_id", "approved_by", "day"),
    )
    return_id: Mapped[uuid.UUID] = inside("return", indexed=True)
    order_id: Mapped[uuid.UUID] = inside("orders")
    no: Mapped[int]
    currency: Mapped[str] = mapped_column(sa.String(3))
    resolution: Mapped[Resolution] = mapped_column(choice(Resolution))
    amount: Mapped[int]
    shipping: Mapped[int] = mapped_column(default=0)
    delivery: Mapped[int] = mapped_column(default=0)
    delivery_taxes: Mapped[dict[str, Any]] = mapped_column(default=dict)
    cut: Mapped[int] = mapped_column(default=0)
    goodwill: Mapped[int] = mapped_column(default=0)
    proposal_id: Mapped[uuid.UUID | None] = inside("refund_proposal")
    alone: Mapped[bool] = mapped_column(default=False)
    approved_by: Mapped[uuid.UUID]
    approved_at: Mapped[datetime]
    day: Mapped[date]
    cancelled_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads it so
    return_: Mapped[Return] = relationship(foreign_keys=[return_id])
    parts: Mapped[list["RefundPart"]] = relationship(foreign_keys="RefundPart.refund_id")
    legs: Mapped[list["RefundLeg"]] = relationship(
        foreign_keys="RefundLeg.refund_id", back_populates="refund", order_by="RefundLeg.no"
    )


class RefundPart(Tenanted, Base):
    """What a refund gives back for one unit: net + taxes − fee = amount, after reduction and cut.

    `quoted_fee`: the fee that the shopper was shown when they asked, whatever was found since.
    """

    __tablename__ = "refund_part"
    __table_args__ = (
        sa.Index(
            "uq_refund_part_item",
            "item_id",
            unique=True,
            sqlite_where=UNRELEASED,
            postgresql_where=UNRELEASED,
        ),
        sa.CheckConstraint("net >= 0 AND fee >= 0 AND amount >= 0 AND quoted_fee >= 0", name="amounts"),
    )
    refund_id: Mapped[uuid.UUID] = inside("refund")
    item_id: Mapped[uuid.UUID] = inside("return_item", indexed=True)
    net: Mapped[int]
    taxes: Mapped[dict[str, Any]]
    fee: Mapped[int]
    quoted_fee: Mapped[int]
    fee_rule: Mapped[str] = mapped_column(sa.String(40), default="")
    reduction: Mapped[int]
    cut: Mapped[int]
    amount: Mapped[int]
    released: Mapped[bool] = mapped_column(default=False)


class RefundLeg(Tenanted, Base):
    """One amount to one destination.

    A leg to stored value that has a payment goes back to what that payment was made with; `credit_id` or
    `card_id` name it, and what a leg without one was issued as. `replaces_id`: the leg in whose place it
    stands; of those that share its amount it is the `share_no`-th. So a leg that failed is replaced once, and
    what was kept for an exchange may go back to several payments. `bonus`: what the shop adds to a credit, in
    minor units; it is no part of the refund and binds nothing of the order.
    """

    __tablename__ = "refund_leg"
    __table_args__ = (
        sa.UniqueConstraint("refund_id", "no"),
        sa.CheckConstraint("amount > 0", name="amount"),
        sa.CheckConstraint(
            "bonus = 0 OR (bonus > 0 AND destination IN ('store_credit', 'gift_card'))", name="bonus"
        ),
        sa.CheckConstraint("destination <> 'payment' OR payment_id IS NOT NULL", name="payment"),
        sa.UniqueConstraint("replaces_id", "share_no"),
        sa.Index(
            "uq_refund_leg_reference",
            "tenant_id",
            "gateway",
            "reference",
            unique=True,
            sqlite_where=sa.text("reference <> ''"),
            postgresql_where=sa.text("reference <> ''"),
        ),
        sa.Index(
            "ix_refund_leg_by_hand",
            "tenant_id",
            "changed_at",
            "id",
            sqlite_where=BY_HAND,
            postgresql_where=BY_HAND,
        ),
        sa.Index(
            "ix_refund_leg_stopped",
            "tenant_id",
            "changed_at",
            "id",
            sqlite_where=STOPPED,
            postgresql_where=STOPPED,
        ),
    )
    refund_id: Mapped[uuid.UUID] = inside("refund", indexed=True)
    no: Mapped[int]
    destination: Mapped[Destination] = mapped_column(choice(Destination))
    payment_id: Mapped[uuid.UUID | None] = inside("payment")
    credit_id: Mapped[uuid.UUID | None] = inside("store_credit")
    card_id: Mapped[uuid.UUID | None] = inside("gift_card")
    replaces_id: Mapped[uuid.UUID | None] = inside("refund_leg", indexed=True)
    share_no: Mapped[int] = mapped_column(default=1)
    amount: Mapped[int]
    bonus: Mapped[int] = mapped_column(default=0)
    currency: Mapped[str] = mapped_column(sa.String(3))
    state: Mapped[LegState] = mapped_column(choice(LegState), default=LegState.APPROVED)
    gateway: Mapped[str] = mapped_column(sa.String(40), default="")
    reference: Mapped[str] = mapped_column(sa.String(120), default="")
    reason: Mapped[str] = mapped_column(sa.String(120), default="")
    changed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads it so
    refund: Mapped[Refund] = relationship(foreign_keys=[refund_id], back_populates="legs")
    payment: Mapped[Payment | None] = relationship(foreign_keys=[payment_id])
    attempts: Mapped[list["LegAttempt"]] = relationship(
        foreign_keys="LegAttempt.leg_id", order_by="LegAttempt.no", back_populates="leg"
    )


class LegAttempt(Tenanted, Base):
    """One try to send a leg: its idempotency key and what came of it.

    LegAttempt n + 1 exists only with `evidence` on attempt n that it had no effect.
    """

    __tablename__ = "leg_attempt"
    __table_args__ = (sa.UniqueConstraint("leg_id", "no"), sa.UniqueConstraint("tenant_id", "key"))
    leg_id: Mapped[uuid.UUID] = inside("refund_leg", indexed=True)
    no: Mapped[int]
    key: Mapped[str] = mapped_column(sa.String(80))
    request_hash: Mapped[str] = mapped_column(sa.String(64))
    begun_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    evidence: Mapped[dict[str, Any] | None]
    leg: Mapped[RefundLeg] = relationship(foreign_keys=[leg_id], back_populates="attempts")


class Ending:
    """What may be spent for a while. `expires_at`: the midnight after its last day; None: for ever."""

    expires_at: Mapped[datetime | None]

    @property
    def last_moment(self) -> datetime | None:
        """A moment of its last day."""
        return self.expires_at - timedelta(seconds=1) if self.expires_at else None


class StoreCredit(Ending, Tenanted, Base):
    """Credit of one owner, the order's e-mail address or a gift's recipient's, in one currency."""

    __tablename__ = "store_credit"
    __table_args__ = (
        sa.UniqueConstraint("tenant_id", "owner_key", "currency"),
        sa.CheckConstraint("balance >= 0", name="balance"),
    )
    owner: Mapped[str] = mapped_column(sa.String(254))
    owner_key: Mapped[str] = mapped_column(sa.String(254))
    currency: Mapped[str] = mapped_column(sa.String(3))
    balance: Mapped[int] = mapped_column(default=0)
    entries: Mapped[list["CreditEntry"]] = relationship(
        foreign_keys="CreditEntry.credit_id", order_by="CreditEntry.at"
    )


class CreditEntry(Tenanted, Base):
    """A line of a credit's statement; positive is issued or released, negative spent or expired.

    `source`: the leg, the till's reference, or what tells one expiry from another.
    """

    __tablename__ = "credit_entry"
    __table_args__ = (
        sa.UniqueConstraint("tenant_id", "kind", "source"),
        sa.CheckConstraint("amount <> 0", name="amount"),
    )
    credit_id: Mapped[uuid.UUID] = inside("store_credit")
    kind: Mapped[str] = mapped_column(sa.String(12))
    source: Mapped[str] = mapped_column(sa.String(120))
    amount: Mapped[int]
    at: Mapped[datetime]


class GiftCard(Ending, Chained, Tenanted, Base):
    """A gift card: whoever knows its code may spend it. Only the code's hash is kept, and how it ends.

    `order_id`: the order that it was issued for, to whose address the link to its code goes. `seed` is what
    the code is worked out from while it may still have to be shown; then nobody can. `reason`: why it was
    blocked.
    """

    __tablename__ = "gift_card"
    __table_args__ = (
        sa.UniqueConstraint("tenant_id", "code_hash"),
        sa.UniqueConstraint("replaces_id"),
        sa.CheckConstraint("balance >= 0", name="balance"),
        sa.CheckConstraint("state <> 'replaced' OR balance = 0", name="replaced"),
        sa.Index(None, "tenant_id", "issued_at", "id"),
    )
    order_id: Mapped[uuid.UUID] = inside("orders")
    replaces_id: Mapped[uuid.UUID | None] = inside("gift_card", indexed=True)
    code_hash: Mapped[str] = mapped_column(sa.String(64))
    seed: Mapped[str | None] = mapped_column(sa.String(32))
    ending: Mapped[str] = mapped_column(sa.String(4))
    currency: Mapped[str] = mapped_column(sa.String(3))
    balance: Mapped[int] = mapped_column(default=0)
    state: Mapped[CardState] = mapped_column(choice(CardState, "card_state"), default=CardState.OPEN)
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    issued_at: Mapped[datetime]
    shown_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads it so
    order: Mapped[Order] = relationship(foreign_keys=[order_id])


class GiftCardEntry(Tenanted, Base):
    """A line of a gift card's statement, like a credit's. `moved`: to the card that replaces it, or from
    the one that it replaces."""

    __tablename__ = "gift_card_entry"
    __table_args__ = (
        sa.UniqueConstraint("tenant_id", "kind", "source"),
        sa.CheckConstraint("amount <> 0", name="amount"),
    )
    card_id: Mapped[uuid.UUID] = inside("gift_card")
    kind: Mapped[str] = mapped_column(sa.String(12))
    source: Mapped[str] = mapped_column(sa.String(120))
    amount: Mapped[int]
    at: Mapped[datetime]
