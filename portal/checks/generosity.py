"""G1: goodwill was granted, or what was owed let go, by somebody who might, within their budget, once."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

import sqlalchemy as sa

from portal.checks.exchanges import under_way
from portal.checks.looking import Look, key
from portal.checks.people import amounts, careers, documents, role_at, rules_at
from portal.people.roles import Permission, may
from portal.refunds.demands import Demand
from portal.refunds.goodwill import Goodwill, Waiver
from portal.refunds.models import Refund
from portal.refunds.waiving import OWED
from portal.returns.exchanges.lifecycle import ExchangeState
from portal.returns.exchanges.models import Exchange
from portal.returns.lifecycle import ReturnState
from portal.returns.models import Return

ORDER = ("granted_by", "month", "currency", "granted_at", "id")


def budgeted(look: Look) -> Iterator[str]:
    """An amount with which somebody granted more in a month than the policy of that moment allowed, or that
    nobody entitled granted, or of another month than its moment's, wherever the shop is."""
    people, rules = careers(look), documents(look)
    query = sa.union_all(*(_granted(kind, look) for kind in (Goodwill, Waiver))).order_by(*ORDER)
    for _, rows in groupby(look.each(query), lambda row: (row.granted_by, row.month, row.currency)):
        kept = 0
        for row in rows:
            counts = row.withdrawn_at is None
            kept += row.amount if counts else 0
            most = amounts(rules_at(rules, row.granted_at), "goodwill_budget").get(row.currency, 0)
            role = role_at(people.get(row.granted_by, []), row.granted_at)
            entitled = role is not None and may(role, Permission.GRANT_GOODWILL)
            near = -1 <= (row.granted_at.date() - row.month).days <= 31 and row.month.day == 1
            if not entitled or not near or (counts and kept > most):
                yield key(Waiver if row.let_go else Goodwill, row.id)


def _granted(kind: type[Goodwill | Waiver], look: Look) -> sa.Select[Any]:
    columns = (*(getattr(kind, name) for name in ORDER), kind.amount, kind.withdrawn_at)
    let_go = sa.literal(kind is Waiver).label("let_go")
    return sa.select(*columns, let_go).where(kind.tenant_id == look.tenant)


def let_go(look: Look) -> Iterator[str]:
    """What was let go of another amount, currency or return than its demand, or of one that is not over; and
    for an exchange that was given up, unless a job is about to take it back."""
    same = sa.and_(Waiver.amount == Demand.amount, Waiver.currency == Demand.currency)
    over = sa.and_(Waiver.return_id == Demand.return_id, Demand.state.not_in(OWED))
    fits = sa.exists().where(Demand.id == Waiver.demand_id, same, over)
    yield from look.named(Waiver, ~fits)
    gone = sa.select(Waiver.id, Waiver.exchange_id).where(Waiver.tenant_id == look.tenant)
    gone = gone.join(Exchange, Exchange.id == Waiver.exchange_id)
    for row in look.all(gone.where(Exchange.state == ExchangeState.ENDED, Waiver.withdrawn_at.is_(None))):
        if f"exchange.over/{row.exchange_id}" not in under_way(look, "exchange.over"):
            yield key(Waiver, row.id)


def given(look: Look) -> Iterator[str]:
    """A refund whose goodwill is not the sum of what was granted for it; an amount of another return or
    currency; a return that closed over what waits."""
    granted = sa.select(sa.func.coalesce(sa.func.sum(Goodwill.amount), 0))
    parts = granted.where(Goodwill.refund_id == Refund.id).scalar_subquery()
    due = sa.case((Refund.cancelled_at.is_(None), Refund.goodwill), else_=0)
    yield from look.named(Refund, parts != due)
    elsewhere = sa.and_(Goodwill.refund_id == Refund.id, Goodwill.return_id != Refund.return_id)
    yield from look.named(Goodwill, elsewhere)
    yield from look.named(Goodwill, Goodwill.return_id == Return.id, Goodwill.currency != Return.currency)
    yield from look.named(Return, Return.state == ReturnState.CLOSED, Return.goodwill > 0)
