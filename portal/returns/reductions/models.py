"""A reduction: what was found, what it takes off, and where it stands with the shopper."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal import clock
from portal.db import Base, Tenanted, choice, inside
from portal.money import basis_points
from portal.returns.models import Return, ReturnLine


class Ground(StrEnum):
    """Why less is refunded."""

    CONDITION = "condition"
    MISSING_PARTS = "missing_parts"
    OTHER = "other"


class ReductionState(StrEnum):
    """`lapsed`: the shopper said nothing in time. `upheld`, `changed`: somebody decided an objection."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    LAPSED = "lapsed"
    OBJECTED = "objected"
    UPHELD = "upheld"
    CHANGED = "changed"
    WITHDRAWN = "withdrawn"


S = ReductionState
REDUCTION: Mapping[tuple[ReductionState, str], ReductionState] = {
    (S.PROPOSED, "accept"): S.ACCEPTED,
    (S.PROPOSED, "object"): S.OBJECTED,
    (S.PROPOSED, "lapse"): S.LAPSED,
    (S.OBJECTED, "uphold"): S.UPHELD,
    (S.OBJECTED, "change"): S.CHANGED,
    **{(state, "withdraw"): S.WITHDRAWN for state in S if state is not S.WITHDRAWN},
}
PENDING = frozenset({S.PROPOSED, S.OBJECTED})


@dataclass(frozen=True)
class Off:
    """What is taken off a unit: basis points of what was paid for it, half up, or an amount."""

    points: int | None = None
    amount: int | None = None

    def of(self, paid: int) -> int:
        return basis_points(paid, self.points) if self.points is not None else self.amount or 0


class Reduction(Tenanted, Base):
    """Less for some units of a return's line that are alike. Its history is in the return's trail.

    The units name it (`ReturnItem.reduced_by_id`) until it is withdrawn. `points` or `amount` is off each of
    them; `total`, in minor units, off all of them, `asked` what that was at first. `note` is what was found,
    `objection` the shopper's words, `answer` what the shopper is told of the decision. `alone`: whoever
    reduced it has decided on the objection too, because nobody else of the staff could.
    """

    __tablename__ = "reduction"
    __table_args__ = (
        sa.CheckConstraint("(points IS NULL) <> (amount IS NULL)", name="off"),
        sa.CheckConstraint("points <= 10000", name="points"),
        sa.CheckConstraint("units > 0 AND total > 0 AND total <= asked", name="total"),
        sa.CheckConstraint("(decide_by IS NULL) = (objected_at IS NULL)", name="objected"),
    )
    return_id: Mapped[uuid.UUID] = inside("return", indexed=True)
    line_id: Mapped[uuid.UUID] = inside("return_line")
    units: Mapped[int]
    state: Mapped[ReductionState] = mapped_column(choice(ReductionState), default=S.PROPOSED)
    ground: Mapped[Ground] = mapped_column(choice(Ground))
    note: Mapped[str] = mapped_column(sa.Text)
    points: Mapped[int | None]
    amount: Mapped[int | None]
    asked: Mapped[int]
    total: Mapped[int]
    made_by: Mapped[uuid.UUID] = inside("staff_user")
    made_at: Mapped[datetime]
    answer_by: Mapped[datetime]
    objection: Mapped[str] = mapped_column(sa.Text, default="")
    objected_at: Mapped[datetime | None]
    decide_by: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(sa.Text, default="")
    decided_by: Mapped[uuid.UUID | None] = inside("staff_user")
    alone: Mapped[bool] = mapped_column(default=False)
    ended_at: Mapped[datetime | None]
    return_: Mapped[Return] = relationship(foreign_keys=[return_id])
    line: Mapped[ReturnLine] = relationship(foreign_keys=[line_id])

    @property
    def pending(self) -> bool:
        """Whether its units cannot be refunded yet."""
        return self.state in PENDING

    @property
    def version(self) -> int:
        """Changes with every step, so that an answer is to what its page showed, whatever else happened."""
        return list(ReductionState).index(self.state)

    @property
    def overdue(self) -> bool:
        """Whether an objection has waited for longer than the policy says."""
        return self.state is S.OBJECTED and self.decide_by is not None and self.decide_by < clock.now()

    @property
    def off(self) -> Off:
        return Off(self.points, self.amount)
