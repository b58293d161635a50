"""What the dock reads: what waits there, and one return with everything it works on."""

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from portal import clock
from portal.db import Id, find, here, keep_locked, locked, session
from portal.errors import NotFound
from portal.ids import print_rma
from portal.orders.models import OrderLine
from portal.policies import Policy
from portal.policies.models import PolicyVersion
from portal.returns import clocks
from portal.returns.lifecycle import ItemState, ReturnState
from portal.returns.models import Parcel, Return, ReturnItem, ReturnLine
from portal.returns.standing import times_of

SHOWN = 50  # returns in the list of what waits
WHOLE = (
    joinedload(Return.order),
    joinedload(Return.policy),
    selectinload(Return.items),
    selectinload(Return.parcels),
    selectinload(Return.lines).joinedload(ReturnLine.order_line),
)


@dataclass(frozen=True)
class Due:
    """A deadline as a person reads it: `left` whole days (negative: late), `used` per cent of the time."""

    until: datetime
    left: int
    used: int

    @property
    def tone(self) -> str:
        return "bad" if self.left < 0 else "warn" if self.left <= 1 else ""


@dataclass(frozen=True)
class Waiting:
    """A return with units on the dock that nobody has checked."""

    id: uuid.UUID
    rma: str
    articles: tuple[str, ...]
    units: int
    due: Due


@dataclass(frozen=True)
class Queue:
    """What waits on the dock, the oldest first; the counts are of everything, shown or not."""

    rows: tuple[Waiting, ...]
    returns: int
    units: int


def bench(id: Id, *, lock: bool = False) -> Return:
    """The return with its items, lines, articles, parcels, order and policy. Raises NotFound for drafts."""
    return_ = locked(Return, id, *WHOLE) if lock else find(Return, id, *WHOLE)
    if return_.state is ReturnState.DRAFT:
        raise NotFound("Return")
    return return_


def unit(id: uuid.UUID, *, lock: bool = False) -> ReturnItem:
    """One unit, with its whole return (which `lock` locks). Raises NotFound.

    The session holds loaded rows weakly, so the units hold their return.
    """
    mine = sa.and_(ReturnItem.id == id, ReturnItem.tenant_id == here())
    return_ = bench(sa.select(ReturnItem.return_id).where(mine).scalar_subquery(), lock=lock)
    if lock:
        keep_locked(return_.items)  # whoever writes one locks its return
    for item in return_.items:
        set_committed_value(item, "return_", return_)
    return next(item for item in return_.items if item.id == id)


def queue(zone: str) -> Queue:
    """What waits, with the day by which each must be checked. Four statements."""
    returns, units = session.execute(
        sa.select(sa.func.count(ReturnItem.return_id.distinct()), sa.func.count()).where(*_waits())
    ).one()
    since = _since()
    query = (
        sa.select(Return.id, Return.number, Return.policy_id, sa.func.count().label("n"), since.label("at"))
        .join(ReturnItem, ReturnItem.return_id == Return.id)
        .where(*_waits())
        .group_by(Return.id, Return.number, Return.policy_id)
        .order_by(since, Return.id)
        .limit(SHOWN)
    )
    rows = session.execute(query).all()
    titles, policies = _titles([row.id for row in rows]), _policies({row.policy_id for row in rows})
    waiting = [
        Waiting(
            row.id, print_rma(row.number), titles[row.id], row.n, due(row.at, policies[row.policy_id], zone)
        )
        for row in rows
    ]
    return Queue(tuple(waiting), returns, units)


def _since() -> sa.ScalarSelect[datetime | None]:
    """When the first parcel of the query's return was received of which a unit is not checked yet."""
    first = sa.select(sa.func.min(Parcel.received_at, type_=Parcel.received_at.type))
    mine = ReturnItem.state == ItemState.RECEIVED, Parcel.return_id == Return.id
    own = first.join(ReturnItem, ReturnItem.parcel_id == Parcel.id).where(*mine)
    return own.correlate(Return).scalar_subquery()


def _waits() -> tuple[sa.ColumnElement[bool], ...]:
    return ReturnItem.tenant_id == here(), ReturnItem.state == ItemState.RECEIVED


def _titles(returns: Collection[uuid.UUID]) -> Mapping[uuid.UUID, tuple[str, ...]]:
    """The articles of each return that wait, in the order of their lines."""
    query = (
        sa.select(ReturnItem.return_id, OrderLine.title)
        .join(OrderLine, OrderLine.id == ReturnItem.order_line_id)
        .where(*_waits(), ReturnItem.return_id.in_(returns))
        .group_by(ReturnItem.return_id, OrderLine.position, OrderLine.title)
        .order_by(ReturnItem.return_id, OrderLine.position)
    )
    titles: dict[uuid.UUID, tuple[str, ...]] = {}
    for id, title in session.execute(query):
        titles[id] = (*titles.get(id, ()), title)
    return titles


def _policies(ids: Collection[uuid.UUID]) -> Mapping[uuid.UUID, Policy]:
    query = sa.select(PolicyVersion).where(PolicyVersion.tenant_id == here(), PolicyVersion.id.in_(ids))
    return {version.id: version.policy for version in session.scalars(query)}


def due(since: datetime, policy: Policy, zone: str) -> Due:
    """By when what came must be checked; the days left are counted in the shop's time zone."""
    found, there = clocks.to_check(since, policy), ZoneInfo(zone)
    left = (found.until.astimezone(there).date() - clock.now().astimezone(there).date()).days
    return Due(found.until, left, found.used)


def due_of(return_: Return, zone: str) -> Due | None:
    """The deadline of what lies on the dock; None while nothing does."""
    since = times_of(return_).unchecked_since
    return due(since, return_.policy.policy, zone) if since else None


def alike(item: ReturnItem) -> list[ReturnItem]:
    """The unit and those of its line that are as it is: on the dock, or checked with the same result."""
    mine = _likeness(item)
    return [item, *(other for other in item.return_.items if other is not item and _likeness(other) == mine)]


def _likeness(item: ReturnItem) -> tuple[object, ...]:
    answers = tuple(sorted((item.answers or {}).items()))
    result = (item.grade, item.disposition, item.outcome, answers, item.refunding)
    return (item.return_line_id, item.state, *result)
