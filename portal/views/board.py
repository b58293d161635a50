"""The board of returns: how many stand where, and the rows of a view."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from portal import clock
from portal.db import here, session
from portal.ids import read_rma
from portal.orders.keys import email_key, number_key
from portal.orders.models import Order, OrderLine
from portal.policies import Resolution
from portal.refunds.models import RefundProposal
from portal.refunds.seconding import stands
from portal.returns import Parcel, Return, ReturnItem, ReturnLine, ReturnState, Stage
from portal.returns.clocks import Due, Duty
from portal.returns.models import DUE, PAYABLE
from portal.returns.parcels import tracking_key
from portal.views import paging


class View(StrEnum):
    """A named part of the board: what waits for somebody, then a stage each."""

    OPEN = "open"
    TO_PAY = "to_pay"
    SECOND = "second"
    FAILED = "failed"
    LATE = "late"
    UNANSWERED = "unanswered"
    OBJECTED = "objected"
    REQUESTED = "requested"
    APPROVED = "approved"
    ON_ITS_WAY = "on_its_way"
    RECEIVED = "received"
    CHECKED = "checked"
    REFUNDED = "refunded"
    DENIED = "denied"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    ALL = "all"


WAITING = (View.UNANSWERED, View.OBJECTED, View.TO_PAY, View.SECOND, View.FAILED, View.LATE)
STAGES = tuple(View(stage.value) for stage in Stage if stage is not Stage.DRAFT)
UNDER_WAY = (View.REQUESTED, View.APPROVED, View.ON_ITS_WAY, View.RECEIVED, View.CHECKED)


class Sorting(StrEnum):
    """By request, or those with a deadline alone, the soonest first."""

    NEWEST = "newest"
    OLDEST = "oldest"
    DUE = "due"


@dataclass(frozen=True)
class Wish:
    """What of the board is wanted. `typed` is what somebody looks for; `within` days of its request."""

    view: View = View.OPEN
    resolution: Resolution | None = None
    reason: str = ""
    within: int | None = None
    typed: str = ""
    sorting: Sorting = Sorting.NEWEST

    @property
    def plain(self) -> bool:
        """Whether it is a view with nothing more asked for."""
        return self == Wish(self.view, sorting=self.sorting)


@dataclass(frozen=True)
class Count:
    """How many returns, and what they came to when they were requested, in minor units by currency."""

    n: int = 0
    money: Mapping[str, int] = field(default_factory=dict)

    def __add__(self, other: "Count") -> "Count":
        names = sorted({*self.money, *other.money})
        both = {name: self.money.get(name, 0) + other.money.get(name, 0) for name in names}
        return Count(self.n + other.n, both)


NOW: sa.BindParameter[datetime] = sa.bindparam("now", callable_=clock.now)
HERE: sa.BindParameter[uuid.UUID] = sa.bindparam("tenant", callable_=here)
_PROPOSED = sa.select(RefundProposal.return_id).where(RefundProposal.tenant_id == HERE, stands())
# One person has approved the refund, and it waits for the other.
HALFWAY = sa.and_(PAYABLE, Return.id.in_(_PROPOSED))
SPECIAL: Mapping[View, sa.ColumnElement[bool]] = {
    View.OPEN: sa.and_(Return.closed_at.is_(None), Return.requested_at.is_not(None)),
    View.TO_PAY: sa.and_(PAYABLE),
    View.SECOND: HALFWAY,
    View.FAILED: Return.attention.is_not(None),
    View.UNANSWERED: Return.unanswered_since.is_not(None),
    View.OBJECTED: Return.objected_since.is_not(None),
    View.LATE: sa.and_(DUE, Return.due_at < NOW, Return.duty != Duty.HAND_IN),  # the shop's turn
    View.ALL: Return.stage != Stage.DRAFT,
}  # as the indexes say it, word for word


def _of_view(view: View) -> sa.ColumnElement[bool]:
    return SPECIAL[view] if view in SPECIAL else Return.stage == Stage(view.value)


def _counting() -> paging.Query:
    """A count each: SQLite counts the rows of one stage four times as fast as it groups all by stage."""
    return sa.union_all(*(_counted(view) for view in (View.OPEN, *WAITING, *UNDER_WAY)))


def _counted(view: View) -> paging.Query:
    whole = sa.select(sa.literal(view.value), sa.func.count()).select_from(Return)
    return whole.where(Return.tenant_id == HERE, _of_view(view))


COUNTING = _counting()  # statements that every page asks are built once: building takes longer than asking


def counts() -> dict[View, int]:
    """How many returns are in each view of what is under way.

    In one statement that reads indexes alone. It stands beside every page, so what is over is not counted:
    that would cost each page more with every year of the shop, and nobody acts on the number.
    """
    return {View(view): n for view, n in session.connection().execute(COUNTING)}


def matching(wish: Wish) -> list[sa.ColumnElement[bool]]:
    """The conditions of a wish. What was typed is held against every kind of number and address."""
    found = [Return.tenant_id == HERE, _of_view(wish.view)]
    if wish.sorting is Sorting.DUE:
        found.append(sa.and_(DUE))
    if wish.resolution:
        found.append(Return.resolution == wish.resolution)
    if wish.reason:
        said = aliased(ReturnLine)
        found.append(sa.exists().where(said.return_id == Return.id, said.reason == wish.reason))
    if wish.within is not None:
        found.append(Return.requested_at > clock.now() - timedelta(days=wish.within))
    if wish.typed:
        found.append(Return.id.in_(_named(wish.typed)))
    return found


def _named(typed: str) -> sa.CompoundSelect[Any]:
    """The returns that this RMA number, order number, address or tracking number is about."""
    mine, tenant = sa.select(Return.id).where(Return.tenant_id == here()), here()
    orders = mine.join(Order, Order.id == Return.order_id)
    parcels = sa.select(Parcel.return_id).where(Parcel.tenant_id == tenant)
    return sa.union(
        mine.where(Return.number == (read_rma(typed) or "")),
        orders.where(Order.number_key == number_key(typed)),
        orders.where(Order.email_key == email_key(typed), Order.email_key != ""),
        mine.where(Return.recipient_key == email_key(typed), Return.recipient_key != ""),
        parcels.where(Parcel.tracking_key == tracking_key(typed), Parcel.tracking_key != ""),
    )


TOTAL = sa.select(
    Return.currency, sa.func.count(), sa.cast(sa.func.sum(Return.quoted), sa.BigInteger)
).group_by(Return.currency)


@cache
def _plain_total(wish: Wish) -> paging.Query:
    return TOTAL.where(*matching(wish))


def total(wish: Wish) -> Count:
    """How many returns a wish finds."""
    found, query = Count(), _plain_total(wish) if wish.plain else TOTAL.where(*matching(wish))
    for currency, n, money in session.connection().execute(query):
        found += Count(n, {currency: money})
    return found


class Row(NamedTuple):
    """A return on the board, in the order of `ROWS`.

    `title`, `image` and `reason` (a code) are of its first article, of so many `lines`.
    """

    id: uuid.UUID
    number: str
    order: str
    name: str
    stage: Stage
    state: ReturnState
    failed: bool
    unanswered: bool
    ready: bool
    halfway: bool
    gift: bool
    resolution: Resolution
    unasked: bool
    currency: str
    quoted: int
    units: int
    requested_at: datetime
    objected_since: datetime | None
    duty: Duty | None
    due_since: datetime | None
    due_at: datetime | None
    policy_id: uuid.UUID
    title: str
    image: str
    reason: str
    lines: int

    @property
    def due(self) -> Due | None:
        """What has to be done first."""
        if self.duty and self.due_since and self.due_at:
            return Due(self.duty, self.due_since, self.due_at)
        return None


_lines = sa.select(sa.func.count()).where(ReturnLine.return_id == Return.id).correlate(Return)
ROWS = (
    sa.select(
        Return.id, Return.number, Order.number.label("order"), Order.name, Return.stage, Return.state,
        Return.attention.is_not(None).label("failed"), Return.unanswered_since.is_not(None),
        Return.payable.label("ready"), HALFWAY.label("halfway"), Return.gift.is_not(None).label("gift"),
        Return.resolution, Return.unasked,
        Return.currency, Return.quoted, Return.units, Return.requested_at, Return.objected_since,
        Return.duty, Return.due_since, Return.due_at, Return.policy_id,
        OrderLine.title, OrderLine.image, sa.func.coalesce(ReturnLine.reason, ""), _lines.scalar_subquery(),
    )
    .join(Order, Order.id == Return.order_id)
    .join(ReturnItem, sa.and_(ReturnItem.return_id == Return.id, ReturnItem.no == 1))
    .join(ReturnLine, ReturnLine.id == ReturnItem.return_line_id)
    .join(OrderLine, OrderLine.id == ReturnItem.order_line_id)
)  # fmt: skip


def rows(wish: Wish, spot: paging.Spot, most: int = paging.MOST) -> paging.Slice[Row]:
    """A page of the board, in one statement and one for the spot."""
    if wish.plain and spot == paging.Spot() and most == paging.MOST:
        found = paging.opened(_plain_rows(wish), paging.rows)
    else:
        found = paging.cut(ROWS.where(*matching(wish)), _order(wish), spot, paging.rows, most)
    return paging.Slice([Row._make(row) for row in found.rows], found.before, found.after)


def _order(wish: Wish) -> paging.Order:
    return paging.Order(Return, key_of(wish.sorting), descending=wish.sorting is Sorting.NEWEST)


def key_of(sorting: Sorting) -> tuple[Any, Any]:
    """The columns that the board is sorted by."""
    return (Return.due_at if sorting is Sorting.DUE else Return.requested_at), Return.id


@cache
def _plain_rows(wish: Wish) -> paging.Query:
    return _order(wish).opening(ROWS.where(*matching(wish)))


def only(wish: Wish) -> uuid.UUID | None:
    """The return whose own number was typed, if it was one."""
    number = read_rma(wish.typed)
    query = sa.select(Return.id).where(Return.tenant_id == here(), Return.number == number)
    return session.scalars(query).one_or_none() if number else None
