"""A case: what was found, in which parcel, and what became of it."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Base, Tenanted, choice, inside
from portal.orders.models import OrderLine
from portal.returns.models import Return, ReturnItem


class CaseKind(StrEnum):
    """`wrong`: instead of a unit that was announced. `unexpected`: in addition."""

    WRONG = "wrong"
    UNEXPECTED = "unexpected"


class CaseState(StrEnum):
    """`waiting`: the thing is kept until the right one has come."""

    OPEN = "open"
    WAITING = "waiting"
    SENT_BACK = "sent_back"
    ACCEPTED = "accepted"
    DISPOSED = "disposed"


C = CaseState
CASE: Mapping[tuple[CaseState, str], CaseState] = {
    (C.OPEN, "ask"): C.WAITING,
    (C.OPEN, "send_back"): C.SENT_BACK,
    (C.OPEN, "accept"): C.ACCEPTED,
    (C.OPEN, "dispose"): C.DISPOSED,
    (C.WAITING, "send_back"): C.SENT_BACK,
    (C.WAITING, "accept"): C.ACCEPTED,
    (C.WAITING, "dispose"): C.DISPOSED,
}
UNSOLVED = frozenset({C.OPEN, C.WAITING})
UNSOLVED_ROWS = sa.text("state IN ('open', 'waiting')")


class Case(Tenanted, Base):
    """Something that was found in a parcel. Its history is in the return's trail.

    `item_id`: the announced unit that it came instead of. `line_id`: the article of the order that it seems
    to be, or was accepted as.
    """

    __tablename__ = "parcel_case"
    __table_args__ = (
        sa.Index(
            "ix_parcel_case_unsolved",
            "tenant_id",
            "found_at",
            sqlite_where=UNSOLVED_ROWS,
            postgresql_where=UNSOLVED_ROWS,
        ),
        sa.CheckConstraint("(kind = 'wrong') = (item_id IS NOT NULL)", "instead"),
        sa.CheckConstraint("(solved_at IS NULL) = (state IN ('open', 'waiting'))", "solved"),
    )
    return_id: Mapped[uuid.UUID] = inside("return")
    parcel_id: Mapped[uuid.UUID] = inside("parcel")
    item_id: Mapped[uuid.UUID | None] = inside("return_item")
    line_id: Mapped[uuid.UUID | None] = inside("order_line")
    kind: Mapped[CaseKind] = mapped_column(choice(CaseKind))
    state: Mapped[CaseState] = mapped_column(choice(CaseState), default=CaseState.OPEN)
    looks: Mapped[str] = mapped_column(sa.Text)
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    found_at: Mapped[datetime]
    found_by: Mapped[uuid.UUID | None]
    solved_at: Mapped[datetime | None]
    return_: Mapped[Return] = relationship(foreign_keys=[return_id])
    item: Mapped[ReturnItem | None] = relationship(foreign_keys=[item_id])
    line: Mapped[OrderLine | None] = relationship(foreign_keys=[line_id])

    @property
    def unsolved(self) -> bool:
        return self.state in UNSOLVED
