"""Proposing that less is refunded, and taking that back. Lock the return first."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from portal import clock
from portal.audit import Actor, Change, Event, record
from portal.db import find, session
from portal.errors import Conflict, Refusal
from portal.i18n import Amount, Message, say
from portal.ids import uuid7
from portal.jobs import enqueue
from portal.money import basis_points
from portal.orders.units import units_money
from portal.returns.lifecycle import ItemState, Outcome
from portal.returns.models import Return
from portal.returns.notifying import notify
from portal.returns.pieces import AnyItem, pieces, write
from portal.returns.receiving import RECEIVABLE
from portal.returns.reductions.models import REDUCTION, Ground, Off, Reduction, ReductionState
from portal.returns.standing import place
from portal.returns.words import checked

MOST = 500  # units in one reduction
WHOLE = 10_000  # basis points
UNSAID = say("Say what was found. The shopper reads it.")


@dataclass(frozen=True)
class Found:
    """What was found, for the shopper to read."""

    ground: Ground
    note: str


def reducible(item: AnyItem) -> bool:
    """Whether less may be refunded for a unit: it is checked and accepted, not reduced yet, in no refund."""
    accepted = item.state is ItemState.INSPECTED and item.outcome is not Outcome.REFUSED
    return accepted and not item.refunding and item.reduced_by_id is None


def propose(return_: Return, items: Sequence[AnyItem], off: Off, found: Found, by: Actor) -> Reduction:
    """Take something off each of these units of one line; nothing of them is refunded before the shopper has
    answered, or been silent for as long as the policy says. They are mailed.

    Raises Conflict for a unit that is not `reducible` any more; Refusal without a word on what was found, and
    for more than is left of a unit's value, or for nothing.
    """
    note = checked(found.note, "note")
    if not note:
        raise Refusal(UNSAID, "note")
    if return_.state not in RECEIVABLE or not items or not all(map(reducible, items)):
        raise Conflict(say("These units are no longer as they were."))
    if len(items) > MOST:
        raise Refusal(say("At most {n} units at once.", n=MOST), "units")
    each = worked_out(return_, items, off)
    made = _made(return_, items, off, sum(each), by)
    made.ground, made.note = found.ground, note
    session.add(made)
    session.flush()
    put(return_, items, each, reduced_by_id=made.id, reducing=True)
    (cause,) = _tell(made, Event.REDUCTION_PROPOSED, None, by)
    notify(return_, "reduction_proposed", made.id, cause)
    key = f"lapse/{made.id}"
    enqueue("reduction.lapse", {"return": return_.id, "reduction": made.id}, key, made.answer_by, cause)
    place(return_)
    return made


def worked_out(return_: Return, items: Sequence[AnyItem], off: Off) -> list[int]:
    """What is off each of them, in minor units. Raises Refusal for nothing, and for more than is left."""
    if off.points is not None and off.points > WHOLE:
        raise Refusal(say("At most 100 per cent."), "off")
    moneys = units_money(items[0].order_line, [item.unit_no for item in items])
    each = []
    for item, money in zip(items, moneys, strict=True):
        less, most = off.of(money.gross), money.gross - basis_points(money.gross, item.reduction)
        if not 0 < less <= most:
            raise Refusal(_unfit(less, Amount(most, return_.currency)), "off")
        each.append(less)
    return each


def _unfit(less: int, most: Amount) -> Message:
    if less <= 0:
        return say("That takes nothing off.")
    return say("At most {most} can be taken off a unit: there is no more to refund.", most=most)


def _made(return_: Return, items: Sequence[AnyItem], off: Off, total: int, by: Actor) -> Reduction:
    assert by.id
    now = clock.now()
    return Reduction(
        id=uuid7(),
        return_=return_,
        return_id=return_.id,
        line_id=items[0].return_line_id,
        units=len(items),
        state=ReductionState.PROPOSED,
        points=off.points,
        amount=off.amount,
        asked=total,
        total=total,
        made_by=by.id,
        made_at=now,
        answer_by=now + timedelta(days=return_.policy.policy.reductions.answer_days),
    )


def put(return_: Return, items: Sequence[AnyItem], each: Sequence[int], **values: object) -> None:
    """Write to the units what is off each of them."""
    for less in sorted(set(each)):
        some = [item for item, one in zip(items, each, strict=True) if one == less]
        write(return_, some, less=less, **values)


def units_of(reduction: Reduction) -> list[AnyItem]:
    """The units that it is about; none once it is withdrawn."""
    return [item for item in pieces(reduction.return_) if item.reduced_by_id == reduction.id]


def step_to(reduction: Reduction, event: str) -> str:
    """Take a step; the state before. Raises Conflict where it is not legal, or a refund has the units."""
    before, after = reduction.state, REDUCTION.get((reduction.state, event))
    if after is None:
        raise Conflict(say("This reduction was answered or decided meanwhile. See how it stands now."))
    if any(item.refunding for item in units_of(reduction)):
        raise Conflict(say("The refund of these units is approved, so their reduction stands."))
    reduction.state = after
    if not reduction.pending:
        reduction.ended_at = clock.now()
    return before.value


def _tell(reduction: Reduction, event: Event, before: str | None, by: Actor) -> list[uuid.UUID]:
    change = Change("reduction", reduction.id, before, reduction.state.value)
    said = {"total": reduction.total, "units": reduction.units}
    said |= {"alone": True} if reduction.alone else {}
    return record(reduction.return_, event, by, [change], **said)


def settled(reduction: Reduction, event: Event, before: str, by: Actor) -> uuid.UUID:
    """What every step after the first ends with: units, the return and the trail follow. The trail's row."""
    return_ = reduction.return_
    if reduction.state is ReductionState.WITHDRAWN:
        write(return_, units_of(reduction), less=0, reduced_by_id=None, reducing=False)
    else:
        write(return_, units_of(reduction), reducing=reduction.pending)
    session.flush()
    return_.objected_since = objected_since(return_)
    (cause,) = _tell(reduction, event, before, by)
    place(return_)
    return cause


def objected_since(return_: Return) -> datetime | None:
    """Since when the oldest objection waits for somebody."""
    first = sa.select(sa.func.min(Reduction.objected_at, type_=Reduction.objected_at.type))
    waiting = first.where(Reduction.return_id == return_.id, Reduction.state == ReductionState.OBJECTED)
    return session.scalar(waiting)


def withdraw(reduction: Reduction, answer: str, by: Actor) -> None:
    """Refund the units as if nothing had been found. The shopper is told why.

    Raises Conflict once an approved refund has the units, Refusal without a reason.
    """
    answer = checked(answer, "answer")
    if not answer:
        raise Refusal(say("Say why. The shopper reads it, too."), "answer")
    _withdraw(reduction, answer, by)


def _withdraw(reduction: Reduction, answer: str, by: Actor) -> None:
    before = step_to(reduction, "withdraw")
    reduction.answer, reduction.decided_by = answer, by.id
    cause = settled(reduction, Event.REDUCTION_WITHDRAWN, before, by)
    notify(reduction.return_, "reduction_withdrawn", reduction.id, cause)


def forget(items: Sequence[AnyItem], by: Actor) -> None:
    """Withdraw what was taken off these units: their check is taken back, and they are checked anew."""
    ids = {item.reduced_by_id for item in items if item.reduced_by_id}
    for id in sorted(ids):
        _withdraw(find(Reduction, id), "", by)
