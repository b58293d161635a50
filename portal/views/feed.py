"""The shop's feed as its own systems read it: plain values, by number."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import Any

import sqlalchemy as sa

from portal.db import here, session
from portal.errors import Conflict
from portal.feed import FeedEntry
from portal.i18n import say
from portal.ids import print_rma
from portal.ledger import Book
from portal.orders.models import Order
from portal.returns import Return

MOST, USUAL = 500, 100
Change = Mapping[str, Any]


@dataclass(frozen=True)
class Changes:
    """Some of the feed. `next` is the number to ask after, `last` the highest that there is."""

    changes: Sequence[Change]
    next: int
    last: int


def changes(after: int = 0, limit: int = USUAL) -> Changes:
    """What was told after a number, the oldest first, at most `limit`; two statements.

    Raises Conflict for a number that the feed has not reached: it is another shop's, or of a database that
    was since put back to an older state, and whoever went on from there would miss what comes next.
    """
    last = session.scalars(sa.select(Book.next_change - 1).where(Book.tenant_id == here())).one()
    if after > last:
        raise Conflict(say("The feed ends at {last}. Begin anew, or find out what became of it.", last=last))
    found = [_said(row) for row in session.execute(_asking(after).limit(limit))]
    reached = found[-1]["no"] if found else after
    return Changes(found, reached, max(last, reached))


def _asking(after: int) -> Any:
    columns = (Return.number.label("rma"), Order.id.label("order_id"), Order.number, Order.source)
    query = (
        sa.select(FeedEntry, *columns, Order.external_id)
        .outerjoin(Return, Return.id == FeedEntry.about)
        .outerjoin(Order, Order.id == Return.order_id)
    )
    mine = query.where(FeedEntry.tenant_id == here(), FeedEntry.no > after)
    return mine.order_by(FeedEntry.no)


def _said(row: Any) -> Change:
    told: FeedEntry = row.FeedEntry
    return {
        "no": told.no,
        "at": told.at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "kind": told.kind,
        "id": str(told.subject_id),
        "return": {"id": str(told.about), "rma": print_rma(row.rma)} if row.rma else None,
        "order": _order(row) if row.order_id else None,
        "amount": None if told.amount is None else {"minor": told.amount, "currency": told.currency},
        "details": told.data,
    }


def _order(row: Any) -> Change:
    ids = {"id": str(row.order_id), "number": row.number}
    return ids | {"source": row.source, "external_id": row.external_id}
