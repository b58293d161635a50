"""All orders of one address, each with its returns, and whether something of it can go back now."""

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from portal.db import here, session
from portal.i18n import Message, say
from portal.orders.models import Order, OrderLine
from portal.policies import Answer, Verdict
from portal.policies.judging import judge_order
from portal.policies.overrides import each_standing
from portal.policies.rules import last_day
from portal.policies.versions import each_in_force
from portal.returns import Return, ReturnState
from portal.returns.drafting import missing_step
from portal.returns.models import ReturnLine
from portal.views import paging

MOST = 20
NOTHING = say("Nothing of this order can go back now.")


@dataclass(frozen=True)
class Past:
    """An order as its buyer sees it. `returns`: those that were requested, the newest first.

    `draft`: the return that was begun, if one was. `until`: the first moment that is too late for the first
    article that can go back. `why`: what keeps all of it from going back; None when something can.
    """

    order: Order
    lines: Sequence[OrderLine]
    returns: Sequence[Return]
    draft: Return | None
    until: datetime | None
    why: Message | None

    @property
    def last(self) -> datetime | None:
        """A moment of the last day on which that article can go back."""
        return last_day(self.until) if self.until else None

    @property
    def step(self) -> str:
        """Where the order's return stands: a step of the wizard."""
        return missing_step(self.draft) or "review"


def orders_of(email_key: str, zone: str, spot: paging.Spot) -> paging.Slice[Past]:
    """A page of an address's orders, the newest first. `zone` is the shop's time zone."""
    query = sa.select(Order).where(Order.tenant_id == here(), Order.email_key == email_key)
    whole = query.options(selectinload(Order.lines), selectinload(Order.shipments))
    by_date = paging.Order(Order, (Order.placed_at, Order.id))
    found = paging.cut(whole, by_date, spot, paging.things, MOST)
    return paging.Slice(_told(found.rows, zone), found.before, found.after)


def _told(orders: Sequence[Order], zone: str) -> list[Past]:
    if not orders:
        return []
    policies = each_in_force({order.placed_at for order in orders})
    standing = each_standing([order.id for order in orders])
    returns = _returns([order.id for order in orders])
    told = []
    for order in orders:
        version = policies[order.placed_at]
        verdicts = judge_order(order, version.policy, version.no, zone, standing[order.id])
        told.append(_past(order, verdicts, returns[order.id]))
    return told


def _past(order: Order, verdicts: Mapping[int, Verdict], returns: Sequence[Return]) -> Past:
    lines = [line for line in order.lines if not line.gone]
    of_lines = [verdicts[line.position] for line in lines]
    open_ = [verdict for verdict in of_lines if verdict.answer is not Answer.NO]
    return Past(
        order=order,
        lines=lines,
        returns=[one for one in returns if one.state is not ReturnState.DRAFT],
        draft=next((one for one in returns if one.state is ReturnState.DRAFT), None),
        until=min((verdict.until for verdict in open_ if verdict.until), default=None),
        why=None if open_ else why_not(of_lines),
    )


def why_not(verdicts: Sequence[Verdict]) -> Message:
    """What all of them say no for; of days that ended the last one. A plain no where they differ."""
    refusals = [{f.rule: f.text for f in verdict.why} for verdict in verdicts]
    shared = [rule for rule in (refusals[0] if refusals else ()) if all(rule in each for each in refusals)]
    if not shared:
        return NOTHING
    ends = [verdict.until.timestamp() if verdict.until else 0 for verdict in verdicts]
    return refusals[ends.index(max(ends))][shared[0]]


def _returns(orders: Sequence[uuid.UUID]) -> Mapping[uuid.UUID, Sequence[Return]]:
    """Of each order what its buyer began or requested, the newest first."""
    mine = sa.and_(Return.tenant_id == here(), Return.gift.is_(None))
    query = sa.select(Return).where(mine, Return.order_id.in_(orders))
    chosen = selectinload(Return.lines).joinedload(ReturnLine.order_line)
    found: Mapping[uuid.UUID, list[Return]] = defaultdict(list)
    for one in session.scalars(query.options(chosen).order_by(Return.created_at.desc(), Return.id.desc())):
        found[one.order_id].append(one)
    return found
