"""G1: goodwill was granted by somebody who might, within their budget, and is in its refund once."""

from collections.abc import Iterator
from itertools import groupby

import sqlalchemy as sa

from portal.checks.looking import Look, key
from portal.checks.people import amounts, careers, documents, role_at, rules_at
from portal.people.roles import Permission, may
from portal.refunds.goodwill import Goodwill
from portal.refunds.models import Refund
from portal.returns.lifecycle import ReturnState
from portal.returns.models import Return


def budgeted(look: Look) -> Iterator[str]:
    """An amount with which somebody granted more in a month than the policy of that moment allowed, or that
    nobody entitled granted, or of another month than its moment's, wherever the shop is."""
    people, rules = careers(look), documents(look)
    order = (Goodwill.granted_by, Goodwill.month, Goodwill.currency, Goodwill.granted_at, Goodwill.id)
    query = sa.select(*order, Goodwill.amount, Goodwill.withdrawn_at)
    query = query.where(Goodwill.tenant_id == look.tenant).order_by(*order)
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
                yield key(Goodwill, row.id)


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
