"""P9: what has to be done first for a return, and by when, worked out anew."""

import uuid
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from portal.checks.looking import Look, key
from portal.policies import Policy, PolicyVersion
from portal.returns.clocks import Duty
from portal.returns.lifecycle import ItemState, Outcome, ParcelState, ReturnState, Stage
from portal.returns.models import Parcel, Return, ReturnItem

OPEN = (ReturnState.AUTHORIZED, ReturnState.PARTIALLY_AUTHORIZED)
ON_DOCK = ReturnItem.state == ItemState.RECEIVED
KEPT_OUT = sa.or_(ReturnItem.refunding, ReturnItem.reducing, ReturnItem.outcome == Outcome.REFUSED)
OWED = sa.or_(ON_DOCK, sa.and_(ReturnItem.state == ItemState.INSPECTED, ~KEPT_OUT))
Clock = tuple[datetime, datetime, Duty]


def due(look: Look) -> Iterator[str]:
    """A return that names another deadline than the soonest that runs, or one although none does."""
    rules = {
        row.id: Policy.model_validate(row.document)
        for row in look.all(sa.select(PolicyVersion.id, PolicyVersion.document).where(_own(look)))
    }
    for row in look.each(_running(look)):
        clocks = sorted(_clocks(row, rules), key=lambda one: (one[1], list(Duty).index(one[2])))
        if (row.due_since, row.due_at, row.duty) != (clocks[0] if clocks else (None, None, None)):
            yield key(Return, row.id)


def _own(look: Look) -> sa.ColumnElement[bool]:
    return PolicyVersion.tenant_id == look.tenant


def _running(look: Look) -> sa.Select[Any]:
    """Returns for which something may be due, with the first moments of what waits."""
    awaited = ReturnItem.state.in_((ItemState.AUTHORIZED, ItemState.MISSING))
    waits = sa.exists().where(ReturnItem.return_id == Return.id, awaited).correlate(Return)
    brought = sa.select(sa.func.min(Parcel.delivered_at, type_=Parcel.delivered_at.type))
    brought = brought.where(Parcel.return_id == Return.id, Parcel.state == ParcelState.DELIVERED, waits)
    names = "id state stage requested_at decided_at answer_by hand_in_by objected_since policy_id duty"
    columns = [getattr(Return, name) for name in [*names.split(), "due_since", "due_at"]]
    query: Any = sa.select(
        *columns,
        brought.correlate(Return).scalar_subquery().label("brought"),
        _first_on_its_way(Parcel.awaited_until, waits).label("awaited"),
        _first_on_its_way(Parcel.sent_at, waits).label("sent"),
        _came(ON_DOCK).label("unchecked"),
        _came(OWED).label("owed"),
    )
    alive = sa.or_(Return.state.in_((ReturnState.REQUESTED, *OPEN)), Return.due_at.is_not(None))
    return query.where(Return.tenant_id == look.tenant, alive)  # type: ignore[no-any-return]


def _first_on_its_way(column: Any, waits: sa.Exists) -> sa.ScalarSelect[Any]:
    """Of the parcel that is late first."""
    moving = (Parcel.return_id == Return.id, Parcel.state == ParcelState.IN_TRANSIT, waits)
    first = sa.select(column).where(*moving, Parcel.awaited_until.is_not(None))
    first = first.order_by(Parcel.awaited_until, Parcel.no).limit(1)
    return first.correlate(Return).scalar_subquery()


def _came(which: sa.ColumnElement[bool]) -> sa.ScalarSelect[Any]:
    first = sa.select(sa.func.min(Parcel.received_at, type_=Parcel.received_at.type))
    own = first.join(ReturnItem, ReturnItem.parcel_id == Parcel.id)
    return own.where(ReturnItem.return_id == Return.id, which).correlate(Return).scalar_subquery()


def _clocks(row: Any, rules: Mapping[uuid.UUID, Policy]) -> Iterator[Clock]:
    if row.state is ReturnState.REQUESTED and row.answer_by:
        yield row.requested_at, row.answer_by, Duty.ANSWER
    if row.state not in OPEN:
        return
    if row.stage is Stage.APPROVED:
        yield row.decided_at, row.hand_in_by, Duty.HAND_IN
    if row.awaited:
        yield row.sent, row.awaited, Duty.ARRIVE
    rule = rules[row.policy_id]
    within = (
        (row.brought, rule.deadlines.receive_days, Duty.RECEIVE),
        (row.unchecked, min(rule.deadlines.inspect_days, rule.pay_days), Duty.INSPECT),
        (row.owed, rule.pay_days, Duty.PAY),
        (row.objected_since, rule.reductions.decide_days, Duty.DECIDE),
    )
    yield from ((at, at + timedelta(days=days), duty) for at, days, duty in within if at)
