"""Inspecting a unit: its conditions, its grade, where it goes, and what that does to money and stock."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from portal.audit import Actor, Change, Event, record
from portal.db import session
from portal.errors import Conflict, Refusal
from portal.i18n import say
from portal.inventory import Move, Place, move
from portal.jobs import enqueue
from portal.ledger import Line, Role, Source, entry_of, post, reverse
from portal.money import basis_points
from portal.policies import Disposition, Grade, Policy
from portal.policies.document import Condition
from portal.policies.rules import conditions_for
from portal.returns.claiming import reclaim, release
from portal.returns.deciding import add_note
from portal.returns.lifecycle import ITEM, Outcome, step
from portal.returns.models import ReturnItem
from portal.returns.receiving import RECEIVABLE
from portal.returns.standing import place

PLACES = {
    Disposition.RESTOCK: Place.SELLABLE,
    Disposition.OPEN_BOX: Place.OPEN_BOX,
    Disposition.REFURBISH: Place.REFURBISH,
    Disposition.QUARANTINE: Place.QUARANTINE,
}
# What is undecided or leaves without inventory value is not posted.
UNPOSTED = frozenset({Disposition.QUARANTINE, Disposition.SEND_BACK})


@dataclass(frozen=True)
class Assessment:
    """What answers and grade come to. `reduction` is in basis points of what was paid for the unit."""

    outcome: Outcome
    reduction: int
    disposition: Disposition


def conditions_of(item: ReturnItem) -> tuple[Condition, ...]:
    """What the dock checks on this unit, under the return's policy version."""
    return conditions_for(item.order_line, item.return_.policy.policy)


def assess(
    policy: Policy, conditions: tuple[Condition, ...], answers: Mapping[str, bool], grade: Grade
) -> Assessment:
    """What the rules propose. Several conditions not met: the largest reduction, not their sum."""
    unmet = [c for c in conditions if not answers[c.id]]
    if any(c.unmet == "refused" for c in unmet):
        return Assessment(Outcome.REFUSED, 0, Disposition.SEND_BACK)
    reduction = max((c.points for c in unmet), default=0)
    outcome = Outcome.REDUCED if reduction else Outcome.ACCEPTED
    return Assessment(outcome, reduction, policy.dispositions[grade])


def inspect(
    item: ReturnItem,
    answers: Mapping[str, bool],
    grade: Grade,
    by: Actor,
    *,
    disposition: Disposition | None = None,
    note: str = "",
) -> None:
    """Note a unit's inspection; stock moves and its value is posted with it. Lock the return.

    `disposition` is the person's where it is not the rules'. A refused unit goes back to the shopper,
    whatever is chosen. Raises Conflict unless it is received, Refusal for a condition without answer.
    """
    return_, state = item.return_, step(ITEM, item.state, "inspect")
    conditions = conditions_of(item)
    for condition in conditions:
        if condition.id not in answers:
            raise Refusal(say("Answer this."), f"condition-{condition.id}")
    found = assess(return_.policy.policy, conditions, answers, grade)
    before, item.state = item.state, state
    item.answers, item.grade, item.inspections = dict(answers), grade, item.inspections + 1
    item.outcome, item.reduction = found.outcome, found.reduction
    item.disposition = _where(found, disposition)
    session.flush()
    change = Change("return_item", item.id, before.value, state.value)
    causes = record(return_, Event.ITEM_INSPECTED, by, [change], **_facts(item))
    if found.outcome is Outcome.REFUSED:
        release([item])
    _stock(item)
    if note.strip():
        add_note(return_, "inspection", note, by)
    place(return_)
    _go_on(item, causes[0])


def _where(found: Assessment, chosen: Disposition | None) -> Disposition:
    if found.outcome is Outcome.REFUSED:
        return Disposition.SEND_BACK
    if chosen is Disposition.SEND_BACK:
        raise Refusal(say("Only a refused unit is sent back."), "disposition")
    return chosen or found.disposition


def _facts(item: ReturnItem) -> dict[str, Any]:
    assert item.grade and item.outcome and item.disposition
    return {
        "grade": item.grade.value,
        "outcome": item.outcome.value,
        "disposition": item.disposition.value,
        "answers": item.answers,
        "round": item.inspections,
    }


def _go_on(item: ReturnItem, cause: uuid.UUID) -> None:
    """What follows goes by a job, because money is another domain's."""
    key = f"ready/{item.id}/{item.inspections}"
    enqueue("refund.ready", {"return": item.return_id}, key, cause=cause)


def _stock(item: ReturnItem) -> None:
    cost, value = item.order_line.unit_cost, carried_value(item)
    move([_out(item, Place.DOCK, _place(item), value)], item.return_id)
    if cost and item.disposition not in UNPOSTED:
        post(_source(item), item.return_.currency, _value_lines(cost, value or 0))


def carried_value(item: ReturnItem) -> int | None:
    """What the unit is worth in stock, in minor units; None where its cost is not known or it left."""
    cost = item.order_line.unit_cost
    if cost is None or item.disposition in UNPOSTED:
        return None
    assert item.disposition
    return basis_points(cost, item.return_.policy.policy.values.get(item.disposition, 0))


def _value_lines(cost: int, value: int) -> list[Line]:
    return [
        Line(Role.INVENTORY, debit=value),
        Line(Role.WRITE_DOWN, debit=cost - value),
        Line(Role.COST_OF_GOODS_SOLD, credit=cost),
    ]


def _place(item: ReturnItem) -> Place:
    assert item.disposition
    return PLACES.get(item.disposition, Place.GONE)


def _out(item: ReturnItem, origin: Place, destination: Place, value: int | None) -> Move:
    line = item.order_line
    return Move(item.id, line.sku, line.title, origin, destination, item.return_.currency, value)


def _source(item: ReturnItem, event: str = "item.inspected") -> Source:
    return Source(event, uuid.uuid5(item.id, str(item.inspections)), item.return_id, item.return_.rma)


def correct(item: ReturnItem, reason: str, by: Actor) -> None:
    """Take an inspection back, with its movement and posting, so that it can be done again.

    Lock the return. Raises Conflict once an approved refund has the unit or the return has ended, Refusal
    without a reason.
    """
    if item.refunding:
        raise Conflict(say("The refund of this unit is approved, so its check stands."))
    if not reason.strip():
        raise Refusal(say("Say what was wrong."), "reason")
    state = step(ITEM, item.state, "correct")
    if item.return_.state not in RECEIVABLE:
        raise Conflict(say("Open the return again first."))
    if item.outcome is Outcome.REFUSED:
        reclaim(item)
    _unstock(item)
    before, item.state, item.outcome = item.state, state, None
    item.grade, item.disposition, item.answers, item.reduction = None, None, None, 0
    change = Change("return_item", item.id, before.value, state.value)
    record(item.return_, Event.ITEM_CORRECTED, by, [change])
    add_note(item.return_, "inspection", reason, by)
    place(item.return_)


def _unstock(item: ReturnItem) -> None:
    move([_out(item, _place(item), Place.DOCK, carried_value(item))], item.return_id)
    entry = entry_of("item.inspected", uuid.uuid5(item.id, str(item.inspections)))
    if entry:
        reverse(entry, _source(item, "item.corrected"))
