"""A credit note, which is never changed, and whom it names, who may have to be erased."""

import uuid
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Base, Tenanted, choice, inside
from portal.refunds.models import Refund


class NoteKind(StrEnum):
    """A cancellation takes the refund's credit note back: its amounts are the same below zero."""

    CREDIT = "credit"
    CANCELLATION = "cancellation"


def print_note(no: int) -> str:
    """A credit note's number as it is printed."""
    return f"CN-{no:06}"


class CreditNote(Tenanted, Base):
    """What is credited for a refund: net + tax − fees − shipping + goodwill = total, in minor units.

    `no` is without gaps in the shop. `taxes` is {rate: [net, tax]}. `lines` has a value for each line of the
    order: its `id`, `sku`, `title`, `variant`, `units`, `net`, `tax`, what was taken off both before
    (`reduction`, and `cut` by the order's bound), and the `fee` kept. `delivery` is [net, tax] of what went
    back of it. A cancellation has no lines: they are those of the note that it cancels. Days are printed as
    `zone` counts them, words in `language`.
    """

    __tablename__ = "credit_note"
    __table_args__ = (
        sa.UniqueConstraint("tenant_id", "no"),
        sa.UniqueConstraint("refund_id", "kind"),
        sa.CheckConstraint("net + tax - fees - shipping + goodwill = total", name="total"),
        sa.CheckConstraint(
            "(kind = 'credit' AND net >= 0 AND tax >= 0 AND fees >= 0 AND shipping >= 0 AND goodwill >= 0"
            " AND total >= 0)"
            " OR (kind = 'cancellation' AND net <= 0 AND tax <= 0 AND fees <= 0 AND shipping <= 0"
            " AND goodwill <= 0 AND total <= 0)",
            name="sign",
        ),
        sa.Index(None, "tenant_id", "issued_at"),
    )
    refund_id: Mapped[uuid.UUID] = inside("refund", indexed=True)
    kind: Mapped[NoteKind] = mapped_column(choice(NoteKind, "note_kind"))
    no: Mapped[int]
    issued_at: Mapped[datetime]
    language: Mapped[str] = mapped_column(sa.String(12))
    zone: Mapped[str] = mapped_column(sa.String(64))
    order_number: Mapped[str] = mapped_column(sa.String(60))
    ordered_at: Mapped[datetime]
    currency: Mapped[str] = mapped_column(sa.String(3))
    net: Mapped[int]
    tax: Mapped[int]
    taxes: Mapped[dict[str, Any]]
    fees: Mapped[int]
    shipping: Mapped[int]
    goodwill: Mapped[int] = mapped_column(default=0)
    total: Mapped[int]
    lines: Mapped[list[Any]]
    delivery: Mapped[list[Any]]
    refund: Mapped[Refund] = relationship(foreign_keys=[refund_id])

    @property
    def number(self) -> str:
        return print_note(self.no)


class CreditNoteNames(Tenanted, Base):
    """Whom a credit note names, as it was when it was issued, and where the money was to go: [how the payment
    is called, its kind, amount] each. A row of its own, so that it can be erased while the note stays."""

    __tablename__ = "credit_note_names"
    __table_args__ = (sa.UniqueConstraint("note_id"),)
    note_id: Mapped[uuid.UUID] = inside("credit_note", indexed=True)
    shop: Mapped[str] = mapped_column(sa.String(120))
    shop_lines: Mapped[list[Any]]
    contact: Mapped[str] = mapped_column(sa.String(254))
    tax_number: Mapped[str] = mapped_column(sa.String(60), default="")
    buyer: Mapped[str] = mapped_column(sa.String(200))
    buyer_lines: Mapped[list[Any]]
    ways: Mapped[list[Any]]
