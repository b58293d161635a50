"""The units of a return as plain values, and the step that many of them take together.

An order line may have tens of thousands of units. As objects of the session they would take kilobytes each,
and an UPDATE each; here they take a few hundred bytes, and one UPDATE in all.
"""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from portal.audit import Change
from portal.db import flush_any, session
from portal.orders.models import OrderLine
from portal.policies import Disposition, Grade
from portal.returns.lifecycle import ITEM, ItemState, Outcome, holds, step
from portal.returns.models import Return, ReturnItem, ReturnLine
from portal.slices import slices

RUNS = 100  # as many conditions as one statement takes


@dataclass(frozen=True, slots=True)
class Sort:
    """What several units of a return have in common."""

    state: ItemState
    outcome: Outcome | None
    refunding: bool
    reducing: bool
    parcel_id: uuid.UUID | None

    @property
    def live(self) -> bool:
        return holds(self.state, self.outcome)


@dataclass(frozen=True, slots=True)
class Piece(Sort):
    """A ReturnItem as it was read. It does not follow what is written afterwards."""

    id: uuid.UUID
    no: int
    unit_no: int
    line: ReturnLine
    grade: Grade | None = None
    disposition: Disposition | None = None
    reduction: int = 0
    reduced_by_id: uuid.UUID | None = None
    less: int = 0
    inspections: int = 0

    @property
    def return_(self) -> Return:
        return self.line.return_

    @property
    def return_id(self) -> uuid.UUID:
        return self.line.return_id

    @property
    def return_line_id(self) -> uuid.UUID:
        return self.line.id

    @property
    def order_line(self) -> OrderLine:
        return self.line.order_line

    @property
    def order_line_id(self) -> uuid.UUID:
        return self.line.order_line_id


AnyItem = ReturnItem | Piece
TABLE = ReturnItem.__table__
SORT = [TABLE.c[name] for name in ("state", "outcome", "refunding", "reducing", "parcel_id")]
OWN = "id no unit_no return_line_id grade disposition reduction reduced_by_id less inspections".split()
WHOLE = [*SORT, *(TABLE.c[name] for name in OWN)]


def pieces(return_: Return) -> Sequence[AnyItem]:
    """Its units in their order: the session's objects where it has them already, else plain values."""
    if _loaded(return_):
        return return_.items
    lines = {line.id: line for line in _lines(return_)}
    rows = _of(return_, sa.select(*WHOLE).order_by(TABLE.c.no))
    return [_piece(row, lines) for row in rows]


def _lines(return_: Return) -> Iterable[ReturnLine]:
    """With their articles, in one statement however many they are."""
    if "lines" not in sa.inspect(return_).unloaded:
        return return_.lines
    query = sa.select(ReturnLine).where(ReturnLine.return_id == return_.id)
    return session.scalars(query.options(joinedload(ReturnLine.order_line)))


def _piece(row: Any, lines: Mapping[uuid.UUID, ReturnLine]) -> Piece:
    state, outcome, refunding, reducing, parcel, id, no, unit_no, line, *check = row
    return Piece(state, outcome, refunding, reducing, parcel, id, no, unit_no, lines[line], *check)


def sorts(return_: Return) -> Sequence[ReturnItem | Sort]:
    """Enough of its units to know of which sorts there are any."""
    if _loaded(return_):
        return return_.items
    return [Sort(*row) for row in _of(return_, sa.select(*SORT).distinct())]


def _loaded(return_: Return) -> bool:
    return "items" not in sa.inspect(return_).unloaded


def _of(return_: Return, query: sa.Select[Any]) -> Iterable[Any]:
    """From the table itself, because the rows of a mapped class are fetched all at once."""
    flush_any(ReturnItem)
    return session.connection().execute(query.where(TABLE.c.return_id == return_.id))


def advance(return_: Return, items: Sequence[AnyItem], event: str, **values: Any) -> list[Change]:
    """Take a step with these units of the return, and set more of their columns with it.

    What the trail is to say of it. Lock the return. Raises Conflict when one of them cannot take the step.
    """
    after = {state: step(ITEM, state, event) for state in {item.state for item in items}}
    changes = [Change("return_item", i.id, i.state.value, after[i.state].value) for i in items]
    for state in set(after.values()):
        write(return_, [i for i in items if after[i.state] is state], state=state, **values)
    return changes


def write(return_: Return, items: Iterable[AnyItem], **values: Any) -> None:
    """Set columns of these units, which are told by their numbers in the return: few runs, as a rule one.

    The session's own objects follow.
    """
    for some in slices(_runs(item.no for item in items), RUNS):
        mine = sa.or_(*(sa.and_(ReturnItem.no >= first, ReturnItem.no <= last) for first, last in some))
        change = sa.update(ReturnItem).where(ReturnItem.return_id == return_.id, mine).values(values)
        session.execute(change.execution_options(autoflush=False))  # the return's own row waits for its trail


def as_written(items: Iterable[AnyItem], **values: Any) -> list[AnyItem]:
    """How units are once `write` has set these columns of them."""
    return [item if isinstance(item, ReturnItem) else replace(item, **values) for item in items]


def _runs(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """The first and the last of each run of numbers without a gap."""
    found: list[tuple[int, int]] = []
    for no in sorted(numbers):
        follows = found and found[-1][1] == no - 1
        found[-1:] = [(found[-1][0], no)] if follows else [*found[-1:], (no, no)]
    return found
