"""By when somebody has to act on a return."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa

from portal import clock
from portal.db import here, session
from portal.policies import Policy, PolicyVersion
from portal.policies.models import Standing
from portal.returns import ReturnState, Stage


class Duty(StrEnum):
    """Whose turn it is, and for what."""

    ANSWER = "answer"
    HAND_IN = "hand_in"
    PAY = "pay"


@dataclass(frozen=True)
class Times:
    """What a deadline follows from. `came_at`: when the last parcel was received."""

    state: ReturnState
    stage: Stage
    requested_at: datetime | None
    decided_at: datetime | None
    answer_by: datetime | None
    hand_in_by: datetime | None
    came_at: datetime | None


@dataclass(frozen=True)
class Due:
    duty: Duty
    since: datetime
    until: datetime

    @property
    def used(self) -> int:
        """How much of the time is over, in per cent from 0 to 100."""
        whole, gone = self.until - self.since, clock.now() - self.since
        return max(0, min(100, 100 * gone // whole)) if whole else 100

    @property
    def left(self) -> timedelta:
        return self.until - clock.now()


def due_of(times: Times, pay_days: int) -> Due | None:
    """The next deadline; None when nobody has to do anything."""
    if times.state is ReturnState.REQUESTED and times.requested_at and times.answer_by:
        return Due(Duty.ANSWER, times.requested_at, times.answer_by)
    if times.state not in {ReturnState.AUTHORIZED, ReturnState.PARTIALLY_AUTHORIZED}:
        return None
    if times.stage in {Stage.RECEIVED, Stage.CHECKED} and times.came_at:
        return Due(Duty.PAY, times.came_at, times.came_at + timedelta(days=pay_days))
    if times.stage is Stage.APPROVED and times.decided_at and times.hand_in_by:
        return Due(Duty.HAND_IN, times.decided_at, times.hand_in_by)
    return None


@dataclass(frozen=True)
class Policies:
    """The policies of some returns by the version's id, and the one in force."""

    active: Policy
    by_id: dict[object, Policy]

    def label(self, reason: str) -> str:
        """What a reason is called now, else what it was called; its code if nobody knows."""
        called = (policy.reason(reason) for policy in (self.active, *self.by_id.values()))
        return next((found.label for found in called if found), reason)


def policies_of(ids: Collection[object]) -> Policies:
    """In one statement."""
    wanted = sa.or_(PolicyVersion.id.in_(list(ids)), PolicyVersion.standing == Standing.ACTIVE)
    query = sa.select(PolicyVersion).where(PolicyVersion.tenant_id == here(), wanted)
    versions = session.scalars(query).all()
    active = next(v.policy for v in versions if v.standing is Standing.ACTIVE)
    return Policies(active, {v.id: v.policy for v in versions})
