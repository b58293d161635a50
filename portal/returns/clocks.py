"""By when somebody has to act on a return: the one rule for board, record, dock and mails."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from portal import clock
from portal.i18n import say
from portal.policies import Policy
from portal.returns.lifecycle import ReturnState, Stage


class Duty(StrEnum):
    """What is to be done. Handing in is the shopper's turn; a parcel that is late to arrive is the shop's."""

    ANSWER = "answer"
    HAND_IN = "hand_in"
    ARRIVE = "arrive"
    RECEIVE = "receive"
    INSPECT = "inspect"
    PAY = "pay"
    DECIDE = "decide"


DUTIES = {
    Duty.ANSWER: say("to answer"),
    Duty.HAND_IN: say("to be handed in"),
    Duty.ARRIVE: say("to arrive"),
    Duty.RECEIVE: say("to be taken in at the dock"),
    Duty.INSPECT: say("to check"),
    Duty.PAY: say("to refund"),
    Duty.DECIDE: say("to decide on the objection"),
}
OPEN = frozenset({ReturnState.AUTHORIZED, ReturnState.PARTIALLY_AUTHORIZED})


@dataclass(frozen=True)
class Times:
    """What the deadlines of a return follow from. The first moments of what still waits, else None: `sent_at`
    and `awaited_until` of a parcel that is on its way, `delivered_at` of a parcel that the dock has not
    received, `unchecked_since` of one with units that nobody has checked, `owed_since` of one with units that
    are not checked or in no refund yet.
    """

    state: ReturnState
    stage: Stage
    requested_at: datetime | None = None
    decided_at: datetime | None = None
    answer_by: datetime | None = None
    hand_in_by: datetime | None = None
    sent_at: datetime | None = None
    awaited_until: datetime | None = None
    delivered_at: datetime | None = None
    unchecked_since: datetime | None = None
    owed_since: datetime | None = None
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


def dues(times: Times, policy: Policy) -> list[Due]:
    """Every clock that runs, the soonest first."""
    return sorted(_running(times, policy), key=lambda due: (due.until, list(Duty).index(due.duty)))


def next_due(times: Times, policy: Policy) -> Due | None:
    """What has to be done first; None when nobody has to do anything."""
    return next(iter(dues(times, policy)), None)


def to_check(since: datetime, policy: Policy) -> Due:
    """By when units must be checked that came then: never after they should have been paid."""
    days = min(policy.deadlines.inspect_days, policy.pay_days)
    return Due(Duty.INSPECT, since, since + timedelta(days=days))


def _running(times: Times, policy: Policy) -> Iterator[Due]:
    if times.state is ReturnState.REQUESTED and times.requested_at and times.answer_by:
        yield Due(Duty.ANSWER, times.requested_at, times.answer_by)
    if times.state not in OPEN:
        return
    if times.stage is Stage.APPROVED and times.decided_at and times.hand_in_by:
        yield Due(Duty.HAND_IN, times.decided_at, times.hand_in_by)
    if times.sent_at and times.awaited_until:
        yield Due(Duty.ARRIVE, times.sent_at, times.awaited_until)
    if times.unchecked_since:
        yield to_check(times.unchecked_since, policy)
    for duty, since, days in (
        (Duty.RECEIVE, times.delivered_at, policy.deadlines.receive_days),
        (Duty.PAY, times.owed_since, policy.pay_days),
        (Duty.DECIDE, times.objected_since, policy.reductions.decide_days),
    ):
        if since:
            yield Due(duty, since, since + timedelta(days=days))
