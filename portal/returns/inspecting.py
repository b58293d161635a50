"""Inspecting a unit: its conditions, its grade, where it goes, and what that does to money and stock."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portal.audit import Actor, Change, Event, record
from portal.db import session
from portal.errors import Conflict, Refusal
from portal.i18n import say
from portal.inventory import Move, Place, move
from portal.jobs import enqueue
from portal.ledger import Entry, Line, Role, Source, entries_of, post_many, reverse_many
from portal.money import basis_points
from portal.policies import Disposition, Grade, Policy
from portal.policies.document import Condition
from portal.policies.rules import conditions_for
from portal.returns.claiming import reclaim, release
from portal.returns.deciding import add_note
from portal.returns.lifecycle import ITEM, ItemState, Outcome, step
from portal.returns.models import ReturnItem
from portal.returns.receiving import RECEIVABLE
from portal.returns.standing import place
from portal.returns.words import checked

PLACES = {
    Disposition.RESTOCK: Place.SELLABLE,
    Disposition.OPEN_BOX: Place.OPEN_BOX,
    Disposition.REFURBISH: Place.REFURBISH,
    Disposition.QUARANTINE: Place.QUARANTINE,
}
# What is undecided or leaves without inventory value is not posted.
UNPOSTED = frozenset({Disposition.QUARANTINE, Disposition.SEND_BACK})
INSPECTED = "item.inspected"


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
    inspect_many([item], answers, grade, by, disposition=disposition, note=note)


def inspect_many(
    items: Sequence[ReturnItem],
    answers: Mapping[str, bool],
    grade: Grade,
    by: Actor,
    *,
    disposition: Disposition | None = None,
    note: str = "",
) -> None:
    """`inspect` for units of one return line that are alike, in a number of statements that does not grow."""
    return_, policy = items[0].return_, items[0].return_.policy.policy
    conditions = conditions_of(items[0])
    for condition in conditions:
        if condition.id not in answers:
            raise Refusal(say("Answer this."), f"condition-{condition.id}")
    found = assess(policy, conditions, answers, grade)
    where = _where(found, disposition)
    befores = {item.id: item.state for item in items}
    for item in items:
        item.state = step(ITEM, item.state, "inspect")
        item.answers, item.grade, item.inspections = dict(answers), grade, item.inspections + 1
        item.outcome, item.reduction, item.disposition = found.outcome, found.reduction, where
    session.flush()
    causes = _tell(items, befores, by)
    if found.outcome is Outcome.REFUSED:
        release(items)
    _stock(items, policy)
    if note.strip():
        add_note(return_, "inspection", checked(note, "note"), by)
    place(return_)
    _go_on(items[0], causes[0])


def _where(found: Assessment, chosen: Disposition | None) -> Disposition:
    if found.outcome is Outcome.REFUSED:
        return Disposition.SEND_BACK
    if chosen is Disposition.SEND_BACK:
        raise Refusal(say("Only a refused unit is sent back."), "disposition")
    return chosen or found.disposition


def _tell(items: Sequence[ReturnItem], befores: Mapping[uuid.UUID, ItemState], by: Actor) -> list[uuid.UUID]:
    """The trail's rows; units that were corrected before say another round than the others."""
    rows: list[uuid.UUID] = []
    for round_ in sorted({item.inspections for item in items}):
        same = [item for item in items if item.inspections == round_]
        changes = [_change(item, befores[item.id]) for item in same]
        rows += record(items[0].return_, Event.ITEM_INSPECTED, by, changes, **_facts(same[0]))
    return rows


def _change(item: ReturnItem, before: ItemState) -> Change:
    return Change("return_item", item.id, before.value, item.state.value)


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
    """What follows goes by a job, because money is another domain's. One for the whole command."""
    key = f"ready/{item.id}/{item.inspections}"
    enqueue("refund.ready", {"return": item.return_id}, key, cause=cause)


def _stock(items: Sequence[ReturnItem], policy: Policy) -> None:
    """Move the units off the dock, and post what they are worth now."""
    first = items[0]
    cost, value = first.order_line.unit_cost, _value(first, policy)
    move([_out(item, Place.DOCK, _place(item), value) for item in items], first.return_id)
    if cost and first.disposition not in UNPOSTED:
        lines = _value_lines(cost, value or 0)
        post_many([Entry(_source(item), lines) for item in items], first.return_.currency)


def carried_value(item: ReturnItem) -> int | None:
    """What the unit is worth in stock, in minor units; None where its cost is not known or it left."""
    return _value(item, item.return_.policy.policy)


def _value(item: ReturnItem, policy: Policy) -> int | None:
    cost = item.order_line.unit_cost
    if cost is None or item.disposition in UNPOSTED:
        return None
    assert item.disposition
    return basis_points(cost, policy.values.get(item.disposition, 0))


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


def _source(item: ReturnItem, event: str = INSPECTED) -> Source:
    return Source(event, _round(item), item.return_id, item.return_.rma)


def _round(item: ReturnItem) -> uuid.UUID:
    """The id of the unit's present inspection."""
    return uuid.uuid5(item.id, str(item.inspections))


def correct(item: ReturnItem, reason: str, by: Actor) -> None:
    """Take an inspection back, with its movement and posting, so that it can be done again.

    Lock the return. Raises Conflict once an approved refund has the unit or the return has ended, Refusal
    without a reason.
    """
    correct_many([item], reason, by)


def correct_many(items: Sequence[ReturnItem], reason: str, by: Actor) -> None:
    """`correct` for units of one return line that were checked alike."""
    return_ = items[0].return_
    if any(item.refunding for item in items):
        raise Conflict(say("The refund of this unit is approved, so its check stands."))
    if not reason.strip():
        raise Refusal(say("Say what was wrong."), "reason")
    befores = {item.id: item.state for item in items}
    states = [step(ITEM, item.state, "correct") for item in items]
    if return_.state not in RECEIVABLE:
        raise Conflict(say("Open the return again first."))
    reclaim([item for item in items if item.outcome is Outcome.REFUSED])
    _unstock(items)
    for item, state in zip(items, states, strict=True):
        item.state, item.outcome, item.reduction = state, None, 0
        item.grade, item.disposition, item.answers = None, None, None
    changes = [_change(item, befores[item.id]) for item in items]
    record(return_, Event.ITEM_CORRECTED, by, changes)
    add_note(return_, "inspection", reason, by)
    place(return_)


def _unstock(items: Sequence[ReturnItem]) -> None:
    value = carried_value(items[0])
    move([_out(item, _place(item), Place.DOCK, value) for item in items], items[0].return_id)
    entries = entries_of(INSPECTED, [_round(item) for item in items])
    posted = [(entries[_round(item)], item) for item in items if _round(item) in entries]
    reverse_many([(entry, _source(item, "item.corrected")) for entry, item in posted])
