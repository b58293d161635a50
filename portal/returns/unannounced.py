"""A parcel that nobody announced, of an order that is known: its return is made at the dock.

Rules of its own: the goods are here, so a verdict that says no bars nothing, it only asks for a person at the
desk. The shopper is asked afterwards, by mail, what they would like.
"""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from portal import clock
from portal.audit import Actor, Change, Event, record
from portal.audit.actors import SYSTEM
from portal.db import session
from portal.errors import Conflict, Refusal
from portal.i18n import say
from portal.ids import rma_number
from portal.orders.models import Order, OrderLine
from portal.policies import Answer, Resolution
from portal.policies.judging import judge_order
from portal.policies.verdicts import dump_verdict
from portal.policies.versions import in_force
from portal.returns.claiming import births, claim
from portal.returns.deciding import authorize
from portal.returns.drafting import offered
from portal.returns.lifecycle import ReturnState
from portal.returns.models import Return, ReturnLine
from portal.returns.notifying import notify
from portal.returns.parcels import checked_tracking, turn_up
from portal.returns.pieces import sorts
from portal.returns.receiving import RECEIVABLE
from portal.returns.standing import place

Worth = Callable[[Return], int]


def left_of(line: OrderLine) -> int:
    """The units of a line that are in no live return."""
    return 0 if line.gone else line.quantity - line.claimed


@dataclass(frozen=True)
class Found:
    """What was in the parcel, {order line id: units}, and what stands on it; `tracking` may be empty."""

    counts: Mapping[uuid.UUID, int]
    tracking: str = ""


def take_in(order: Order, found: Found, zone: str, worth: Worth, by: Actor) -> Return:
    """Make a return of what was counted. Lock the order.

    It is authorized and received at once, or waits for a person with its parcel put aside. `worth` says what
    the units come to, in minor units. Raises Refusal with the line's id as field for more than are left, or
    when nothing was counted; Conflict when another return took a unit meanwhile.
    """
    tracking = checked_tracking(found.tracking)
    return_ = _begin(order, _counted(order, found.counts))
    clear = _judge(return_, zone)
    session.flush()
    units = claim(return_)
    session.expire(return_, ["items"])
    return_.quoted = worth(return_)
    changes = [Change("return", return_.id, ReturnState.DRAFT.value, return_.state.value), *births(units)]
    causes = record(return_, Event.RETURN_UNANNOUNCED, by, changes, policy_version=return_.policy.no)
    turn_up(return_, tracking, by)
    notify(return_, "unannounced", cause=causes[0])
    if clear:
        authorize(return_, SYSTEM, counted_by=by, units=units)
    place(return_)
    return return_


def _counted(order: Order, counts: Mapping[uuid.UUID, int]) -> dict[OrderLine, int]:
    wanted = {line: n for line in order.lines if (n := counts.get(line.id, 0))}
    if not wanted:
        raise Refusal(say("Count at least one unit."), "counts")
    for line, n in wanted.items():
        if not 0 < n <= left_of(line):
            raise Refusal(say("At most {n} are in no other return.", n=left_of(line)), str(line.id))
    return wanted


def _begin(order: Order, wanted: Mapping[OrderLine, int]) -> Return:
    """Requested from the first moment on: the shopper may have a draft of their own, and keeps it."""
    now = clock.now()
    return_ = Return(
        order=order,
        order_id=order.id,
        policy=in_force(order.placed_at),
        currency=order.currency,
        state=ReturnState.REQUESTED,
        number=rma_number(),
        unannounced=True,
        unasked=True,
        units=sum(wanted.values()),
        created_at=now,
        requested_at=now,
    )
    for line, n in wanted.items():
        return_.lines.append(ReturnLine(order_line=line, order_line_id=line.id, quantity=n))
    session.add(return_)
    session.flush()
    return_.resolution = offered(return_)[0]
    return return_


def _judge(return_: Return, zone: str) -> bool:
    """Keep the verdict on each line; whether no person needs to look."""
    policy = return_.policy
    verdicts = judge_order(return_.order, policy.policy, policy.no, zone)
    for line in return_.lines:
        line.stored_verdict = dump_verdict(verdicts[line.order_line.position])
    if all(verdicts[line.order_line.position].answer is Answer.YES for line in return_.lines):
        return True
    assert return_.requested_at
    return_.answer_by = return_.requested_at + timedelta(days=policy.policy.authorization.days)
    return False


def wishable(return_: Return) -> bool:
    """Whether somebody may still say what the shopper wants: no refund has a unit of it."""
    open_ = return_.state in {ReturnState.REQUESTED, *RECEIVABLE}
    return return_.unannounced and open_ and not any(unit.refunding for unit in sorts(return_))


def wish(return_: Return, resolution: Resolution | None, reasons: Mapping[uuid.UUID, str], by: Actor) -> None:
    """Say what the shopper wants, and why the articles came back: {return line id: code, or empty}.

    Lock the return. Raises Conflict when a refund is approved, or for a shopper who has said it already;
    Refusal for what the policy does not offer, or has no such reason.
    """
    if not wishable(return_) or (by.kind == "shopper" and not return_.unasked):
        raise Conflict(say("This has been settled already."))
    if resolution is None or resolution not in offered(return_):
        raise Refusal(say("Choose what you would like."), "resolution")
    for line in return_.lines:
        code = reasons.get(line.id, "")
        if code and return_.policy.policy.reason(code) is None:
            raise Refusal(say("Choose a reason."), f"reason-{line.id}")
        line.reason = code or None
    return_.resolution, return_.unasked = resolution, False
    record(return_, Event.RESOLUTION_CHOSEN, by, resolution=resolution.value)
