"""Deciding against the rules for an order: a line that may go back all the same, or a longer time.

What is not there stays refused: units in another return, what was not sent, what left the order.
"""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from portal import clock
from portal.audit import Actor, Change, Event, record
from portal.db import locked, session
from portal.errors import Conflict, Refusal
from portal.i18n import Message, say
from portal.ids import uuid7
from portal.orders.models import Order, OrderLine
from portal.policies import Answer, Override, OverrideKind, PolicyVersion, Verdict
from portal.policies.judging import facts_of, judge_order
from portal.policies.overrides import standing_of
from portal.policies.rules import OVERRIDABLE, window_end
from portal.policies.versions import in_force
from portal.returns.drafting import draft_of
from portal.returns.models import Return
from portal.returns.words import checked
from portal.tenants import locked_shop

LONGEST = timedelta(days=3_650)


def why_not_allowed(verdict: Verdict) -> Message | None:
    """Why no exception can be made for a line; None when one can."""
    if verdict.answer is not Answer.NO:
        return say("The rules let it go back already.")
    return next((finding.text for finding in verdict.why if finding.rule not in OVERRIDABLE), None)


def allow(order: Order, line: OrderLine, reason: str, by: Actor, zone: str) -> Override:
    """Let the line go back although a rule refuses it. Lock the order. Raises Refusal without a reason, and
    where the rules let it already or nobody could."""
    text, version = _said(reason), in_force(order.placed_at)
    verdict = judge_order(order, version.policy, version.no, zone)[line.position]
    if why := why_not_allowed(verdict):
        raise Refusal(why)
    return _add(order, OverrideKind.ALLOW, text, version, by, order_line_id=line.id)


def extend(order: Order, last: date, reason: str, by: Actor, zone: str) -> Override:
    """Give the whole order time until the end of this day. Lock the order.

    Raises Refusal without a reason, for an order that is cancelled or of which nothing was sent, and for a
    day that no line gains anything from.
    """
    text, version = _said(reason), in_force(order.placed_at)
    standing = standing_of(order.id)
    ends = [window_end(facts_of(line, zone, standing), version.policy) for line in order.lines]
    sent = [end for end in ends if end]
    if order.cancelled_at or not sent:
        raise Refusal(say("Nothing of this order can come back: it was cancelled, or not sent yet."))
    if last - clock.now().date() > LONGEST:
        raise Refusal(say("That is too far away."), "until")
    until = datetime.combine(last + timedelta(days=1), time(), ZoneInfo(zone))
    if until <= max(clock.now(), min(sent)):
        raise Refusal(say("Choose a day that is later than the time they have."), "until")
    return _add(order, OverrideKind.EXTEND, text, version, by, until=until)


def withdraw(order: Order, held: Override, reason: str, by: Actor) -> Override:
    """Take an exception back; what was requested by it stays. Lock the order; locks its draft, which might be
    requested by it just now. Raises Conflict when it does not hold any more."""
    text = _said(reason)
    draft = draft_of(order.id)
    if draft:
        locked(Return, draft.id)
    if standing_of(order.id).get(held.order_line_id) is not held:
        raise Conflict(say("This exception does not hold any more."))
    version = in_force(order.placed_at)
    return _add(order, OverrideKind.WITHDRAW, text, version, by, order_line_id=held.order_line_id)


def _said(reason: str) -> str:
    text = checked(reason, "reason")
    if not text:
        raise Refusal(say("Say why."), "reason")
    return text


def _add(
    order: Order, kind: OverrideKind, reason: str, version: PolicyVersion, by: Actor, **about: Any
) -> Override:
    assert by.id
    made = Override(
        id=uuid7(), order_id=order.id, kind=kind, reason=reason, policy_version=version.no, by=by.id,
        at=clock.now(), **about,
    )  # fmt: skip
    session.add(made)
    session.flush()
    change = Change("override", made.id, None, kind.value)
    record(locked_shop(), Event.OVERRIDE_MADE, by, [change], policy_version=version.no, **_facts(made))
    return made


def _facts(made: Override) -> dict[str, str]:
    line, until = made.order_line_id, made.until
    said = {"order": str(made.order_id)}
    said |= {"line": str(line)} if line else {}
    return said | ({"until": until.astimezone(ZoneInfo("UTC")).isoformat()} if until else {})
