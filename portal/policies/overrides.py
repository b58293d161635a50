"""What somebody of the staff allowed against the rules, as the rules see it: an input beside all others."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, Tenanted, choice, here, inside, session


class OverrideKind(StrEnum):
    ALLOW = "allow"
    EXTEND = "extend"
    WITHDRAW = "withdraw"


class Override(Tenanted, Base):
    """An order line that may go back although a rule says no, or a longer time for a whole order.

    Rows are added and never changed. The newest about a line (or about the order, where there is no line)
    holds; one of the kind `withdraw` ends what held. `until`: the first moment that is too late. The row is
    sealed by its row in the shop's trail; only `reason`, a person's own words, is not.
    """

    __tablename__ = "override"
    __table_args__ = (
        sa.CheckConstraint("(kind = 'extend') = (until IS NOT NULL)", name="until"),
        sa.CheckConstraint("kind <> 'allow' OR order_line_id IS NOT NULL", name="line"),
        sa.CheckConstraint("kind <> 'extend' OR order_line_id IS NULL", name="whole"),
    )
    order_id: Mapped[uuid.UUID] = inside("orders", indexed=True)
    order_line_id: Mapped[uuid.UUID | None] = inside("order_line")
    kind: Mapped[OverrideKind] = mapped_column(choice(OverrideKind))
    until: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(sa.Text)
    policy_version: Mapped[int]
    by: Mapped[uuid.UUID]
    at: Mapped[datetime]


Standing = Mapping[uuid.UUID | None, Override]
"""What holds for an order: by the line, and None for the whole order."""


def standing_of(order: uuid.UUID) -> Standing:
    """What holds for this order now. One statement."""
    return each_standing([order])[order]


def each_standing(orders: Collection[uuid.UUID]) -> Mapping[uuid.UUID, Standing]:
    """The same for many orders, in one statement."""
    query = sa.select(Override).where(Override.tenant_id == here(), Override.order_id.in_(orders))
    found: dict[uuid.UUID, list[Override]] = defaultdict(list)
    for row in session.scalars(query.order_by(Override.at, Override.id)):
        found[row.order_id].append(row)
    return {order: _holding(found[order]) for order in orders}


def _holding(rows: Sequence[Override]) -> Standing:
    """`rows` of one order, the oldest first."""
    newest = {row.order_line_id: row for row in rows}
    return {line: row for line, row in newest.items() if row.kind is not OverrideKind.WITHDRAW}
