"""Stored value for reading: whose, how much, and each one's statement."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from portal.db import here, session
from portal.ids import print_rma
from portal.orders.keys import email_key
from portal.refunds.models import Refund, RefundLeg, StoreCredit
from portal.refunds.values import Holder, sort_of
from portal.returns import Return
from portal.views import paging


def credits(typed: str, currency: str, spot: paging.Spot) -> paging.Slice[StoreCredit]:
    """By owner; those whose address begins with what was typed, and of one currency, if not empty."""
    query = sa.select(StoreCredit).where(StoreCredit.tenant_id == here())
    if typed.strip():
        query = query.where(StoreCredit.owner_key.startswith(email_key(typed), autoescape=True))
    if currency:
        query = query.where(StoreCredit.currency == currency)
    columns = (StoreCredit.owner_key, StoreCredit.currency, StoreCredit.id)
    order = paging.Order(StoreCredit, columns, descending=False)
    return paging.cut(query, order, spot, paging.things)


@dataclass(frozen=True)
class Holding:
    """How many owners a currency has, and what they hold together, in minor units."""

    owners: int
    balance: int


def holdings() -> Mapping[str, Holding]:
    """By currency, in one statement."""
    together = sa.cast(sa.func.sum(StoreCredit.balance), sa.BigInteger)
    query = sa.select(StoreCredit.currency, sa.func.count(), together)
    mine = query.where(StoreCredit.tenant_id == here()).group_by(StoreCredit.currency)
    return {
        currency: Holding(n, balance)
        for currency, n, balance in session.execute(mine.order_by(StoreCredit.currency))
    }


@dataclass(frozen=True)
class Line:
    """A line of a statement. `balance`: what there was after it. `return_id`: where it was issued for one."""

    id: uuid.UUID
    at: datetime
    kind: str
    source: str
    amount: int
    balance: int
    return_id: uuid.UUID | None
    number: str | None

    @property
    def rma(self) -> str:
        return print_rma(self.number) if self.number else ""


def statement(held: Holder, spot: paging.Spot) -> paging.Slice[Line]:
    """The newest lines first."""
    sort = sort_of(held)
    entry = sort.entry
    after = sa.func.sum(entry.amount).over(order_by=(entry.at, entry.id))
    each = sa.select(
        entry.id, entry.at, entry.kind, entry.source, entry.amount,
        sa.cast(after, sa.BigInteger).label("balance"),
    ).where(sort.of == held.id, entry.tenant_id == here())  # fmt: skip
    one = each.subquery()
    order = paging.Order(entry, (entry.at, entry.id), shown=(one.c.at, one.c.id))
    found = paging.cut(sa.select(one), order, spot, paging.rows)
    returns = _returns([row.source for row in found.rows if row.kind in {"issue", "refill"}])
    lines = [_line(row, returns) for row in found.rows]
    return paging.Slice(lines, found.before, found.after)


Returns = Mapping[str, tuple[uuid.UUID, str | None]]


def _line(row: Any, returns: Returns) -> Line:
    id, number = returns.get(row.source, (None, None))
    return Line(**row._mapping, return_id=id, number=number)


def _returns(legs: list[str]) -> Returns:
    """The return that each leg was about."""
    query = (
        sa.select(RefundLeg.id, Return.id, Return.number)
        .join(Refund, Refund.id == RefundLeg.refund_id)
        .join(Return, Return.id == Refund.return_id)
        .where(RefundLeg.tenant_id == here(), RefundLeg.id.in_([uuid.UUID(leg) for leg in legs]))
    )
    found = session.execute(query) if legs else ()
    return {str(leg): (id, number) for leg, id, number in found}
