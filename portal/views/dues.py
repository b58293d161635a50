"""By when somebody has to act on a return."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Protocol

import sqlalchemy as sa

from portal import clock
from portal.db import here, session
from portal.policies import Policy, PolicyVersion
from portal.policies.models import Standing
from portal.returns import ItemState, Outcome, Parcel, Return, ReturnItem, ReturnState, Stage
from portal.returns.standing import is_payable


class Duty(StrEnum):
    """Whose turn it is, and for what."""

    ANSWER = "answer"
    HAND_IN = "hand_in"
    PAY = "pay"
    DECIDE = "decide"


class Timed(Protocol):
    """What a deadline follows from. `came_at`: see `owed_since`."""

    @property
    def state(self) -> ReturnState: ...
    @property
    def stage(self) -> Stage: ...
    @property
    def requested_at(self) -> datetime | None: ...
    @property
    def decided_at(self) -> datetime | None: ...
    @property
    def answer_by(self) -> datetime | None: ...
    @property
    def hand_in_by(self) -> datetime | None: ...
    @property
    def came_at(self) -> datetime | None: ...
    @property
    def objected_since(self) -> datetime | None: ...


@dataclass(frozen=True)
class Times:
    """A return's."""

    state: ReturnState
    stage: Stage
    requested_at: datetime | None
    decided_at: datetime | None
    answer_by: datetime | None
    hand_in_by: datetime | None
    came_at: datetime | None
    objected_since: datetime | None = None


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


def due_of(times: Timed, policy: Policy) -> Due | None:
    """The next deadline; None when nobody has to do anything. An objection goes before what is to be paid."""
    if times.state is ReturnState.REQUESTED and times.requested_at and times.answer_by:
        return Due(Duty.ANSWER, times.requested_at, times.answer_by)
    if times.state not in {ReturnState.AUTHORIZED, ReturnState.PARTIALLY_AUTHORIZED}:
        return None
    if since := times.objected_since:
        return Due(Duty.DECIDE, since, since + timedelta(days=policy.reductions.decide_days))
    if times.came_at:
        return to_pay(times.came_at, policy.pay_days)
    if times.stage is Stage.APPROVED and times.decided_at and times.hand_in_by:
        return Due(Duty.HAND_IN, times.decided_at, times.hand_in_by)
    return None


def to_pay(since: datetime, days: int) -> Due:
    """When what has come must be paid, and so be checked: so many days after it was received."""
    return Due(Duty.PAY, since, since + timedelta(days=days))


def owed_since(return_: Return) -> datetime | None:
    """When the oldest parcel was received of which a unit is not checked yet, or not yet in a refund."""
    owed = (item for item in return_.items if item.state is ItemState.RECEIVED or is_payable(item))
    return min((at for item in owed if item.parcel and (at := item.parcel.received_at)), default=None)


def owed_since_column() -> sa.ScalarSelect[datetime | None]:
    """`owed_since` of the query's return."""
    payable = sa.and_(
        ReturnItem.state == ItemState.INSPECTED,
        ReturnItem.outcome != Outcome.REFUSED,
        ReturnItem.refunding.is_(False),
        ReturnItem.reducing.is_(False),
    )
    owed = sa.or_(ReturnItem.state == ItemState.RECEIVED, payable)
    first = sa.select(sa.func.min(Parcel.received_at, type_=Parcel.received_at.type))
    own = first.join(ReturnItem, ReturnItem.parcel_id == Parcel.id).where(Parcel.return_id == Return.id, owed)
    return own.correlate(Return).scalar_subquery()


@dataclass(frozen=True)
class Policies:
    """The policies of some returns by the version's id, and the one in force."""

    active: Policy
    by_id: dict[object, Policy]

    @cached_property
    def _labels(self) -> dict[str, str]:
        policies = (*self.by_id.values(), self.active)  # the last one has the last word
        return {reason.code: reason.label for policy in policies for reason in policy.reasons}

    def label(self, reason: str) -> str:
        """What a reason is called now, else what it was called; its code if nobody knows."""
        return self._labels.get(reason, reason)


WANTED = sa.select(PolicyVersion).where(
    PolicyVersion.tenant_id == sa.bindparam("tenant"),
    PolicyVersion.id.in_(sa.bindparam("ids", expanding=True)) | (PolicyVersion.standing == Standing.ACTIVE),
)


def policies_of(ids: Collection[object]) -> Policies:
    """In one statement."""
    versions = session.scalars(WANTED, {"tenant": here(), "ids": list(ids)}).all()
    active = next(v.policy for v in versions if v.standing is Standing.ACTIVE)
    return Policies(active, {v.id: v.policy for v in versions})
