"""Inspecting a unit: its conditions, its grade, where it goes, and what that does to money and stock."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from portal.audit import Actor, Event, record
from portal.errors import Conflict, Refusal
from portal.i18n import say
from portal.inventory import Move, Place, move
from portal.jobs import enqueue
from portal.ledger import Entry, Line, Role, Source, draw, entries_of, post_many, reverse_many
from portal.money import basis_points
from portal.policies import Disposition, Grade, Policy
from portal.policies.document import Condition
from portal.policies.rules import conditions_for, disposition_for, worth_of
from portal.returns.claiming import reclaim, release
from portal.returns.deciding import add_note
from portal.returns.lifecycle import ITEM, Outcome, step
from portal.returns.models import ReturnItem
from portal.returns.pieces import AnyItem, advance
from portal.returns.receiving import RECEIVABLE
from portal.returns.reductions.proposing import forget
from portal.returns.standing import place
from portal.returns.words import checked
from portal.slices import slices

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


class Check(NamedTuple):
    """What was found of units, and where they go."""

    answers: dict[str, bool]
    grade: Grade
    outcome: Outcome
    disposition: Disposition


class Round(NamedTuple):
    """The inspection of a unit that is its first, second and so on."""

    item: AnyItem
    no: int

    @property
    def id(self) -> uuid.UUID:
        return uuid.uuid5(self.item.id, str(self.no))


def conditions_of(item: AnyItem) -> tuple[Condition, ...]:
    """What the dock checks on this unit, under the return's policy version."""
    return conditions_for(item.order_line, item.return_.policy.policy)


def assess(item: AnyItem, answers: Mapping[str, bool], grade: Grade) -> Assessment:
    """What the rules propose. Several conditions not met: the largest reduction, not their sum."""
    policy, conditions = item.return_.policy.policy, conditions_of(item)
    unmet = [c for c in conditions if not answers[c.id]]
    if any(c.unmet == "refused" for c in unmet):
        return Assessment(Outcome.REFUSED, 0, Disposition.SEND_BACK)
    reduction = max((c.points for c in unmet), default=0)
    outcome = Outcome.REDUCED if reduction else Outcome.ACCEPTED
    return Assessment(outcome, reduction, disposition_for(item.order_line, policy, grade))


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
    items: Sequence[AnyItem],
    answers: Mapping[str, bool],
    grade: Grade,
    by: Actor,
    *,
    disposition: Disposition | None = None,
    note: str = "",
) -> None:
    """`inspect` for units of one return line that are alike, in a number of statements that does not grow."""
    return_, policy = items[0].return_, items[0].return_.policy.policy
    for condition in conditions_of(items[0]):
        if condition.id not in answers:
            raise Refusal(say("Answer this."), f"condition-{condition.id}")
    found = assess(items[0], answers, grade)
    check = Check(dict(answers), grade, found.outcome, _where(found, disposition))
    rounds = _rounds(items)
    causes = _tell(rounds, check, found.reduction, by)
    if found.outcome is Outcome.REFUSED:
        release(items)
    _stock(rounds, check.disposition, policy)
    if note.strip():
        add_note(return_, "inspection", checked(note, "note"), by)
    place(return_)
    _go_on(*rounds[0], causes[0])


def _where(found: Assessment, chosen: Disposition | None) -> Disposition:
    if found.outcome is Outcome.REFUSED:
        return Disposition.SEND_BACK
    if chosen is Disposition.SEND_BACK:
        raise Refusal(say("Only a refused unit is sent back."), "disposition")
    return chosen or found.disposition


def _rounds(items: Iterable[AnyItem]) -> list[Round]:
    """The units as they are checked now. Those that were corrected before are further than the others."""
    return [Round(item, item.inspections + 1) for item in items]


def _tell(rounds: Sequence[Round], check: Check, reduction: int, by: Actor) -> list[uuid.UUID]:
    """Write the check to the units and to the trail."""
    rows: list[uuid.UUID] = []
    for no in sorted({round_.no for round_ in rounds}):
        same = [round_.item for round_ in rounds if round_.no == no]
        return_, values = same[0].return_, {**check._asdict(), "reduction": reduction, "inspections": no}
        changes = advance(return_, same, "inspect", **values)
        rows += record(return_, Event.ITEM_INSPECTED, by, changes, **check._asdict(), round=no)
    return rows


def _go_on(item: AnyItem, no: int, cause: uuid.UUID) -> None:
    """What follows goes by a job, because money is another domain's. One for the whole command."""
    key = f"ready/{item.id}/{no}"
    enqueue("refund.ready", {"return": item.return_id}, key, cause=cause)


def _stock(rounds: Sequence[Round], disposition: Disposition, policy: Policy) -> None:
    """Move the units off the dock, and post what they are worth now."""
    first, to = rounds[0].item, PLACES.get(disposition, Place.GONE)
    cost, value = first.order_line.unit_cost, _value(first, disposition, policy)
    posted = cost and disposition not in UNPOSTED
    drawn = draw(entries=len(rounds) if posted else 0, changes=len(rounds))
    move((_out(round_.item, Place.DOCK, to, value) for round_ in rounds), first.return_id, drawn.change)
    if cost and posted:
        lines, entries = _value_lines(cost, value or 0), drawn.entry
        post_many((Entry(_source(round_), lines) for round_ in rounds), first.return_.currency, entries)


def carried_value(item: AnyItem) -> int | None:
    """What the unit is worth in stock, in minor units; None where its cost is not known or it left."""
    assert item.disposition
    return _value(item, item.disposition, item.return_.policy.policy)


def _value(item: AnyItem, disposition: Disposition, policy: Policy) -> int | None:
    cost = item.order_line.unit_cost
    if cost is None or disposition in UNPOSTED:
        return None
    return basis_points(cost, worth_of(item.order_line, policy, disposition))


def _value_lines(cost: int, value: int) -> list[Line]:
    return [
        Line(Role.INVENTORY, debit=value),
        Line(Role.WRITE_DOWN, debit=cost - value),
        Line(Role.COST_OF_GOODS_SOLD, credit=cost),
    ]


def _out(item: AnyItem, origin: Place, destination: Place, value: int | None) -> Move:
    line = item.order_line
    return Move(item.id, line.sku, line.title, origin, destination, item.return_.currency, value)


def _source(round_: Round, event: str = INSPECTED) -> Source:
    return Source(event, round_.id, round_.item.return_id, round_.item.return_.rma)


def correct(item: ReturnItem, reason: str, by: Actor) -> None:
    """Take an inspection back, with its movement, its posting and what was taken off the refund because of
    it, so that it can be done again.

    Lock the return. Raises Conflict once an approved refund has the unit or the return has ended, Refusal
    without a reason.
    """
    correct_many([item], reason, by)


def correct_many(items: Sequence[AnyItem], reason: str, by: Actor) -> None:
    """`correct` for units of one return line that were checked alike."""
    return_ = items[0].return_
    if any(item.refunding for item in items):
        raise Conflict(say("The refund of this unit is approved, so its check stands."))
    if not reason.strip():
        raise Refusal(say("Say what was wrong."), "reason")
    for state in {item.state for item in items}:
        step(ITEM, state, "correct")
    if return_.state not in RECEIVABLE:
        raise Conflict(say("Open the return again first."))
    forget(items, by)
    reclaim([item for item in items if item.outcome is Outcome.REFUSED])
    _unstock(items)
    blank = {"outcome": None, "reduction": 0, "grade": None, "disposition": None, "answers": None}
    record(return_, Event.ITEM_CORRECTED, by, advance(return_, items, "correct", **blank))
    add_note(return_, "inspection", reason, by)
    place(return_)


def _unstock(items: Sequence[AnyItem]) -> None:
    first = items[0]
    assert first.disposition
    origin, value = PLACES.get(first.disposition, Place.GONE), carried_value(first)
    move((_out(item, origin, Place.DOCK, value) for item in items), first.return_id)
    for some in slices(Round(item, item.inspections) for item in items):
        entries = entries_of(INSPECTED, [round_.id for round_ in some])
        posted = [(entries[round_.id], round_) for round_ in some if round_.id in entries]
        reverse_many([(entry, _source(round_, "item.corrected")) for entry, round_ in posted])
