"""Taking and releasing units. Two guards stand behind each other: the line's counter with its CHECK, and the
unique index on live items."""

import uuid
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import islice

import sqlalchemy as sa

from portal.audit import Change
from portal.db import here, session
from portal.errors import Conflict
from portal.i18n import Message, say
from portal.ids import uuid7
from portal.orders.models import OrderLine
from portal.returns.lifecycle import LIVE, ItemState
from portal.returns.models import Return, ReturnItem, ReturnLine
from portal.returns.pieces import AnyItem, Piece
from portal.slices import insert_all


def claim(return_: Return) -> list[Piece]:
    """Take the units of every line of the return, all together, as its `pieces`.

    Raises Conflict, naming the article, when fewer are left than it asks for.
    """
    asked = (
        sa.select(ReturnLine.quantity)
        .where(ReturnLine.return_id == return_.id, ReturnLine.order_line_id == OrderLine.id)
        .scalar_subquery()
    )
    taking = (
        sa.update(OrderLine)
        .where(OrderLine.id.in_([line.order_line_id for line in return_.lines]))
        .where(OrderLine.claimed + asked <= OrderLine.quantity, OrderLine.gone.is_(False))
        .values(claimed=OrderLine.claimed + asked)
        .execution_options(synchronize_session=False)
    )
    result = session.execute(taking)
    if result.rowcount != len(return_.lines):  # type: ignore[attr-defined]
        raise Conflict(_gone(return_))
    units = free_pieces(return_)
    insert_all(ReturnItem, map(row_of, units))
    return units


def free_pieces(return_: Return) -> list[Piece]:
    """What the return takes of what is free now."""
    lines = {line.id: line for line in return_.lines}
    free = ((lines[id], n) for id, numbers in free_units(return_).items() for n in numbers)
    return [_piece(line, no, unit_no) for no, (line, unit_no) in enumerate(free, start=1)]


def _piece(line: ReturnLine, no: int, unit_no: int) -> Piece:
    return Piece(
        state=ItemState.CLAIMED,
        outcome=None,
        refunding=False,
        reducing=False,
        parcel_id=None,
        id=uuid7(),
        no=no,
        unit_no=unit_no,
        line=line,
    )


def births(units: Iterable[AnyItem]) -> list[Change]:
    """What the trail is to say of units that were claimed."""
    return [Change("return_item", unit.id, None, ItemState.CLAIMED.value) for unit in units]


def claim_one(line: OrderLine) -> int:
    """Take one more unit of an order line; its number. Raises Conflict when none is left."""
    taking = sa.update(OrderLine).where(
        OrderLine.id == line.id, OrderLine.claimed < OrderLine.quantity, OrderLine.gone.is_(False)
    )
    taking = taking.values(claimed=OrderLine.claimed + 1)
    result = session.execute(taking.execution_options(synchronize_session=False))
    taken = {n for _, n in _taken([line.id])}
    free = (n for n in range(1, line.quantity + 1) if n not in taken)
    number = next(free, None)
    if result.rowcount != 1 or number is None:  # type: ignore[attr-defined]
        raise Conflict(say("No unit of {title} is left.", title=line.title))
    session.expire(line, ["claimed"])
    return number


def _gone(return_: Return) -> Message:
    """A message that names the first article of which too few are left. Reads the counters afresh."""
    free = sa.case((OrderLine.gone, 0), else_=OrderLine.quantity - OrderLine.claimed)
    query = sa.select(OrderLine.id, free).where(OrderLine.id.in_([i.order_line_id for i in return_.lines]))
    left = {line: n for line, n in session.execute(query)}  # noqa: C416 - a result is no sequence of pairs
    for line in return_.lines:
        if line.quantity > left[line.order_line_id]:
            return say(
                "{title} is part of another return now: {left} left of the {asked} you chose.",
                title=line.order_line.title,
                left=left[line.order_line_id],
                asked=line.quantity,
            )
    return say("Some of these items are part of another return now.")


def free_units(return_: Return) -> dict[uuid.UUID, list[int]]:
    """The unit numbers that each line of a draft would take: the lowest free ones, by return line."""
    taken = _taken([line.order_line_id for line in return_.lines])
    free: dict[uuid.UUID, list[int]] = {}
    for line in sorted(return_.lines, key=lambda held: held.order_line.position):
        numbers = range(1, line.order_line.quantity + 1)
        open_ = (n for n in numbers if (line.order_line_id, n) not in taken)
        free[line.id] = list(islice(open_, line.quantity))
    return free


def row_of(unit: Piece) -> dict[str, object]:
    return {
        "id": unit.id,
        "tenant_id": here(),
        "return_id": unit.return_id,
        "return_line_id": unit.return_line_id,
        "order_line_id": unit.order_line_id,
        "no": unit.no,
        "unit_no": unit.unit_no,
        "state": unit.state,
    }


def _taken(lines: Sequence[uuid.UUID]) -> set[tuple[uuid.UUID, int]]:
    query = sa.select(ReturnItem.order_line_id, ReturnItem.unit_no).where(
        ReturnItem.order_line_id.in_(lines), sa.text(LIVE)
    )
    return {(line, unit_no) for line, unit_no in session.execute(query)}


def release(items: Iterable[AnyItem]) -> None:
    """Give back the units of items that have ended. Call after their states have changed."""
    counts = Counter(item.order_line_id for item in items)
    _add({line: -n for line, n in counts.items()})


def reclaim(items: Sequence[AnyItem]) -> None:
    """Take units again whose refusal is corrected; call before their states change.

    Raises Conflict when another return holds one now, or the order has it no longer. The counters go first:
    they lock the lines.
    """
    counts = Counter(item.order_line_id for item in items)
    if not counts:
        return
    more = sa.case(counts, value=OrderLine.id)
    last = {line: max(i.unit_no for i in items if i.order_line_id == line) for line in counts}
    taking = sa.update(OrderLine).where(
        OrderLine.id.in_(counts),
        OrderLine.claimed + more <= OrderLine.quantity,
        OrderLine.quantity >= sa.case(last, value=OrderLine.id),
        OrderLine.gone.is_(False),
    )
    taking = taking.values(claimed=OrderLine.claimed + more)
    free = session.execute(taking.execution_options(synchronize_session=False))
    ours = {(item.order_line_id, item.unit_no) for item in items}
    if free.rowcount != len(counts) or ours & _taken(list(counts)):  # type: ignore[attr-defined]
        raise Conflict(say("This unit is part of another return now, or no longer of the order."))


def _add(counts: dict[uuid.UUID, int]) -> None:
    if not counts:
        return
    change = sa.case(counts, value=OrderLine.id)
    session.execute(
        sa.update(OrderLine)
        .where(OrderLine.id.in_(counts))
        .values(claimed=OrderLine.claimed + change)
        .execution_options(synchronize_session=False)
    )
