"""Returns, their parcels and their items. An item is one physical unit of an order line."""

import uuid
from datetime import datetime
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.audit import Chained
from portal.catalogue import Variant
from portal.db import Base, Tenanted, choice, inside
from portal.ids import print_rma
from portal.orders.models import Order, OrderLine
from portal.people import User
from portal.policies import Disposition, Grade, Instead, PolicyVersion, Resolution, Sending, Verdict
from portal.policies.document import Condition
from portal.policies.verdicts import load_verdict
from portal.returns.clocks import Duty
from portal.returns.lifecycle import LIVE, ItemState, Outcome, ParcelState, ReturnState, Stage, holds
from portal.returns.writings import Note, ReturnMessage, Side

__all__ = ["Note", "Parcel", "Return", "ReturnItem", "ReturnLine", "ReturnMessage", "Side"]

ONE_DRAFT = sa.text("state = 'draft' AND gift IS NULL")
ONE_GIFT = sa.text("state = 'draft' AND gift IS NOT NULL")
RECIPIENT = sa.text("recipient_key <> ''")
OPEN = sa.text("closed_at IS NULL AND requested_at IS NOT NULL")
PAYABLE = sa.text("payable")
FAILED = sa.text("attention IS NOT NULL")
UNANSWERED = sa.text("unanswered_since IS NOT NULL")
OBJECTED = sa.text("objected_since IS NOT NULL")
DUE = sa.text("due_at IS NOT NULL")


def _newest(name: str, which: sa.TextClause) -> sa.Index:
    """For a view of the board by date; what it adds up stands in the index, too."""
    columns = ("tenant_id", "requested_at", "id", "currency", "quoted")
    return sa.Index(f"ix_return_{name}", *columns, sqlite_where=which, postgresql_where=which)


class Return(Chained, Tenanted, Base):
    """A shopper's request to send units of one order back; a draft until it is submitted.

    It pins the policy version it is judged under and what the way back costs (`return_shipping`, minor
    units; `shipping_taken` of it so far). `goodwill`: what was granted and is in no refund yet, in minor
    units. `stage`, `quoted` and `payable` (goodwill or a unit that is checked and accepted, or kept, is in no
    refund yet) are projections that verify recomputes, and so are `unanswered_since`: when the first message
    was written that waits for an answer, and `objected_since`: when the shopper objected to the oldest
    reduction that nobody has decided on, and `duty`, `due_since`, `due_at`: what has to be done first, since
    when it waits and until when. `closed_at`: when it ended. `made_by`: the person who asked for it.

    `gift`: it was a gift, and this is the visit under which its recipient began the return; None for a
    buyer's. Then all of it is the recipient's, whose address was proven at `proven_at`, before the request.

    `unannounced`: its parcel came before anybody asked. `unasked`: nobody has said yet what they want, so
    `resolution` is what the policy offers first and nothing is approved. `instead`: wanted if it is sold out.
    `sending`: how it comes back; None until that is chosen, and for what was never asked.
    """

    __tablename__ = "return"
    __table_args__ = (
        sa.UniqueConstraint("tenant_id", "number"),
        sa.Index(
            "uq_return_draft", "order_id", unique=True, sqlite_where=ONE_DRAFT, postgresql_where=ONE_DRAFT
        ),
        sa.Index("uq_return_gift", "gift", unique=True, sqlite_where=ONE_GIFT, postgresql_where=ONE_GIFT),
        sa.Index(
            "ix_return_recipient",
            "tenant_id",
            "recipient_key",
            sqlite_where=RECIPIENT,
            postgresql_where=RECIPIENT,
        ),
        sa.CheckConstraint("gift IS NOT NULL OR recipient = ''", name="recipient"),
        sa.CheckConstraint("gift IS NULL OR state = 'draft' OR proven_at IS NOT NULL", name="proven"),
        sa.CheckConstraint(
            "gift IS NULL OR resolution IS NULL OR resolution = 'store_credit'", name="gift_resolution"
        ),
        sa.Index(None, "tenant_id", "stage", "requested_at"),
        sa.Index(None, "tenant_id", "requested_at"),
        _newest("open", OPEN),
        sa.Index(  # what all that is open comes to, without sorting it by currency each time
            "ix_return_owed", "tenant_id", "currency", "quoted", sqlite_where=OPEN, postgresql_where=OPEN
        ),
        _newest("payable", PAYABLE),
        _newest("failed", FAILED),
        _newest("unanswered", UNANSWERED),
        _newest("objected", OBJECTED),
        sa.Index(
            "ix_return_due",
            *("tenant_id", "due_at", "id", "duty", "currency", "quoted"),
            sqlite_where=DUE,
            postgresql_where=DUE,
        ),
        sa.CheckConstraint(
            "(due_at IS NULL) = (duty IS NULL) AND (due_at IS NULL) = (due_since IS NULL)", name="due"
        ),
        sa.CheckConstraint(
            "shipping_taken >= 0 AND shipping_taken <= return_shipping", name="shipping_taken"
        ),
        sa.CheckConstraint("goodwill >= 0 AND (unannounced OR NOT unasked)", name="unasked"),
    )
    number: Mapped[str | None] = mapped_column(sa.String(9))
    order_id: Mapped[uuid.UUID] = inside("orders")
    state: Mapped[ReturnState] = mapped_column(choice(ReturnState), default=ReturnState.DRAFT)
    stage: Mapped[Stage] = mapped_column(choice(Stage), default=Stage.DRAFT)
    payable: Mapped[bool] = mapped_column(default=False)
    attention: Mapped[str | None] = mapped_column(sa.String(40))
    owes: Mapped[bool] = mapped_column(default=False)  # its shopper was ever asked to pay
    resolution: Mapped[Resolution | None] = mapped_column(choice(Resolution))
    instead: Mapped[Instead | None] = mapped_column(choice(Instead))
    sending: Mapped[Sending | None] = mapped_column(choice(Sending))
    unannounced: Mapped[bool] = mapped_column(default=False)
    unasked: Mapped[bool] = mapped_column(default=False)
    policy_id: Mapped[uuid.UUID] = inside("policy_version")
    made_by_id: Mapped[uuid.UUID | None] = inside("staff_user")
    currency: Mapped[str] = mapped_column(sa.String(3))
    quoted: Mapped[int] = mapped_column(default=0)
    units: Mapped[int] = mapped_column(default=0)
    return_shipping: Mapped[int] = mapped_column(default=0)
    shipping_taken: Mapped[int] = mapped_column(default=0)
    goodwill: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    requested_at: Mapped[datetime | None]
    answer_by: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    hand_in_by: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    unanswered_since: Mapped[datetime | None]
    objected_since: Mapped[datetime | None]
    duty: Mapped[Duty | None] = mapped_column(choice(Duty))
    due_since: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    gift: Mapped[uuid.UUID | None]
    recipient: Mapped[str] = mapped_column(sa.String(254), default="")
    recipient_key: Mapped[str] = mapped_column(sa.String(254), default="")
    proven_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads it so

    order: Mapped[Order] = relationship(foreign_keys=[order_id])
    policy: Mapped[PolicyVersion] = relationship(foreign_keys=[policy_id])
    made_by: Mapped[User | None] = relationship(foreign_keys=[made_by_id])
    lines: Mapped[list["ReturnLine"]] = relationship(
        foreign_keys="ReturnLine.return_id", back_populates="return_", cascade="all, delete-orphan"
    )
    items: Mapped[list["ReturnItem"]] = relationship(
        foreign_keys="ReturnItem.return_id", back_populates="return_", order_by="ReturnItem.no"
    )
    parcels: Mapped[list["Parcel"]] = relationship(
        foreign_keys="Parcel.return_id", back_populates="return_", order_by="Parcel.no"
    )

    @property
    def rma(self) -> str:
        """The printed RMA number; empty for a draft."""
        return print_rma(self.number) if self.number else ""

    @property
    def email(self) -> str:
        """To whom everything about it is mailed, and who gets its credit; empty where there is no address."""
        return self.recipient if self.gift else self.order.email

    @property
    def email_key(self) -> str:
        return self.recipient_key if self.gift else self.order.email_key

    @property
    def addressee(self) -> str:
        """By which name that person is spoken to; a gift's recipient has told none."""
        return "" if self.gift else self.order.name


class ReturnLine(Tenanted, Base):
    """What the shopper says about the units of one order line, and the verdict on them.

    `met`: what they say of the article's conditions, condition id to true or false; what they left open is
    missing. `joined`: nobody announced it; it came with the others. `wanted`: the variant that a draft is to
    be exchanged for; once it is requested, its exchange says so.
    """

    __tablename__ = "return_line"
    __table_args__ = (
        sa.UniqueConstraint("return_id", "order_line_id"),
        sa.CheckConstraint("quantity > 0", name="quantity"),
    )
    return_id: Mapped[uuid.UUID] = inside("return", indexed=True)
    order_line_id: Mapped[uuid.UUID] = inside("order_line")
    quantity: Mapped[int]
    reason: Mapped[str | None] = mapped_column(sa.String(40))
    comment: Mapped[str] = mapped_column(sa.Text, default="")
    met: Mapped[dict[str, Any] | None]
    stored_verdict: Mapped[dict[str, Any] | None]
    joined: Mapped[bool] = mapped_column(default=False)
    wanted_id: Mapped[uuid.UUID | None] = inside("variant")
    return_: Mapped[Return] = relationship(foreign_keys=[return_id], back_populates="lines")
    order_line: Mapped[OrderLine] = relationship(foreign_keys=[order_line_id])
    wanted: Mapped[Variant | None] = relationship(foreign_keys=[wanted_id])

    @property
    def verdict(self) -> Verdict | None:
        """The verdict as it was given at submission."""
        return load_verdict(self.stored_verdict) if self.stored_verdict else None

    @property
    def not_so(self) -> list[Condition]:
        """The conditions that the shopper says are not met."""
        return [c for c in self.return_.policy.policy.conditions if (self.met or {}).get(c.id) is False]


class ReturnItem(Tenanted, Base):
    """One physical unit. At most one live item may hold a unit; the index sees to it.

    `answers` are the dock's: condition id to true or false. `reduction` is in basis points of the refund, as
    the conditions say. `less`: what a Reduction, `reduced_by_id`, takes off besides, in minor units;
    `reducing`: it waits for an answer or a decision, and so does the unit's refund. `refunding`: an approved
    refund has the unit, so its inspection can no longer be corrected.
    """

    __tablename__ = "return_item"
    __table_args__ = (
        sa.UniqueConstraint("return_id", "no"),
        sa.Index(
            "uq_return_item_live",
            "order_line_id",
            "unit_no",
            unique=True,
            sqlite_where=sa.text(LIVE),
            postgresql_where=sa.text(LIVE),
        ),
        sa.Index(None, "tenant_id", "state"),
        sa.CheckConstraint("(less > 0) = (reduced_by_id IS NOT NULL)", name="less"),
        sa.CheckConstraint("NOT (reducing AND refunding)", name="reducing"),
    )
    return_id: Mapped[uuid.UUID] = inside("return", indexed=True)
    return_line_id: Mapped[uuid.UUID] = inside("return_line")
    order_line_id: Mapped[uuid.UUID] = inside("order_line")
    parcel_id: Mapped[uuid.UUID | None] = inside("parcel")
    no: Mapped[int]
    unit_no: Mapped[int]
    state: Mapped[ItemState] = mapped_column(choice(ItemState), default=ItemState.CLAIMED)
    grade: Mapped[Grade | None] = mapped_column(choice(Grade))
    disposition: Mapped[Disposition | None] = mapped_column(choice(Disposition))
    outcome: Mapped[Outcome | None] = mapped_column(choice(Outcome))
    answers: Mapped[dict[str, Any] | None]
    reduction: Mapped[int] = mapped_column(default=0)
    reduced_by_id: Mapped[uuid.UUID | None] = inside("reduction")
    less: Mapped[int] = mapped_column(default=0)
    reducing: Mapped[bool] = mapped_column(default=False)
    inspections: Mapped[int] = mapped_column(default=0)
    refunding: Mapped[bool] = mapped_column(default=False)
    version_is_new: ClassVar[bool] = True  # each check counts on, so no version comes back
    return_: Mapped[Return] = relationship(foreign_keys=[return_id], back_populates="items")
    line: Mapped[ReturnLine] = relationship(foreign_keys=[return_line_id])
    order_line: Mapped[OrderLine] = relationship(foreign_keys=[order_line_id])
    parcel: Mapped["Parcel | None"] = relationship(foreign_keys=[parcel_id])

    @property
    def version(self) -> int:
        """Changes with every step of the item. No counter column: many items must change in one UPDATE."""
        return self.inspections * 10 + list(ItemState).index(self.state)

    @property
    def live(self) -> bool:
        """Whether it holds its unit."""
        return holds(self.state, self.outcome)


class Parcel(Tenanted, Base):
    """A parcel of a return on its way to the dock. `counted_at`: when what was announced was counted.
    `awaited_until`: when it is late, once it was sent."""

    __tablename__ = "parcel"
    __table_args__ = (
        sa.UniqueConstraint("return_id", "no"),
        sa.Index(None, "tenant_id", "tracking_key"),
    )
    return_id: Mapped[uuid.UUID] = inside("return", indexed=True)
    no: Mapped[int]
    state: Mapped[ParcelState] = mapped_column(choice(ParcelState), default=ParcelState.AWAITING_LABEL)
    carrier: Mapped[str] = mapped_column(sa.String(60), default="")
    tracking: Mapped[str] = mapped_column(sa.String(80), default="")
    tracking_key: Mapped[str] = mapped_column(sa.String(80), default="")
    label_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    awaited_until: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]
    received_at: Mapped[datetime | None]
    counted_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads it so
    return_: Mapped[Return] = relationship(foreign_keys=[return_id], back_populates="parcels")
