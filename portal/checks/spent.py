"""I16: what a till has released, or what was refunded with one order, is paid out in no other way."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from portal.checks.credit import SORTS, Sort
from portal.checks.looking import Look, batches, key
from portal.ledger import JournalEntry
from portal.orders.models import Order, Payment
from portal.refunds.lifecycle import HELD
from portal.refunds.models import Refund, RefundLeg


def doubled(look: Look) -> Iterator[str]:
    """A release of what an order named that had been refunded before, and that refund stands. The books tell
    what was before; a payment that the shop's system named only afterwards was not known yet."""
    for sort in SORTS:
        entry, back = sort.entry, aliased(JournalEntry)
        query = sa.select(entry.id).distinct().join(sort.holder, sort.holder.id == sort.of)
        query = query.join(Payment, sa.and_(Payment.reference == entry.source, Payment.id < entry.id))
        query = query.join(Order, Order.id == Payment.order_id).join(Refund, Refund.order_id == Order.id)
        query = query.join(JournalEntry, _posted(JournalEntry, "refund.approved", Refund))
        query = query.join(back, _posted(back, f"{sort.word}.released", entry))
        mine = (entry.tenant_id == look.tenant, Payment.tenant_id == look.tenant, entry.kind == "release")
        query = query.where(*mine, *_named(sort), JournalEntry.no < back.no)
        yield from (key(entry, row.id) for row in look.each(query))


def _posted(entry: Any, kind: str, of: Any) -> sa.ColumnElement[bool]:
    mine = (entry.tenant_id == of.tenant_id, entry.source_kind == kind, entry.source_id == of.id)
    return sa.and_(*mine)


def _named(sort: Sort) -> tuple[sa.ColumnElement[bool], ...]:
    """A payment of an order that pays for something, and a refund of that order that stands."""
    pays = (Payment.kind == sort.to.value, Payment.captured > 0, Order.currency == sort.holder.currency)
    return (*pays, Refund.cancelled_at.is_(None), Refund.amount > 0)


def overdrawn(look: Look) -> Iterator[str]:
    """An order of which more stands refunded than what paid it is worth: what a till has released, and what
    pays another order that was refunded before, is worth nothing. Or a leg back to such a payment."""
    for sort in SORTS:
        worth: dict[Any, int] = {}
        for row in _worthless(look, sort):
            worth[row.order_id] = worth.get(row.order_id, 0) + max(row.worth, 0)
            back = (RefundLeg.payment_id == row.id, RefundLeg.state.in_(HELD))
            yield from look.named(RefundLeg, *back)
        for id, lost in worth.items():
            short = Order.captured - Order.refunded_outside - Order.reserved < lost
            yield from look.named(Order, Order.id == id, Order.reserved > 0, short)


def _worthless(look: Look, sort: Sort) -> Iterator[Any]:
    """The payments of this kind through which nothing goes back any more."""
    spent, back = sort.entry, aliased(sort.entry)
    released = sa.exists().where(
        back.tenant_id == spent.tenant_id, back.kind == "release", back.source == spent.source
    )
    query = sa.select(Payment.id, Payment.order_id, Payment.reference, Order.currency)
    query = query.add_columns((Payment.captured - Payment.refunded_outside).label("worth"), released)
    query = query.join(Order, Order.id == Payment.order_id).join(spent, spent.source == Payment.reference)
    query = query.join(
        sort.holder, sa.and_(sort.holder.id == sort.of, sort.holder.currency == Order.currency)
    )
    mine = (Payment.tenant_id == look.tenant, spent.tenant_id == look.tenant, spent.kind == "spend")
    for rows in batches(look.each(query.where(*mine, Payment.kind == sort.to.value))):
        first = _first(look, sort, {row.reference for row in rows})
        for row in rows:
            if row[-1] or first.get((row.reference, row.currency), row.order_id) != row.order_id:
                yield row


def _first(look: Look, sort: Sort, references: set[str]) -> dict[tuple[str, str], Any]:
    """Of the orders that name a reference, the first of which anything was refunded, by the books."""
    query = sa.select(JournalEntry.no, Payment.reference, Order.currency, Order.id)
    query = query.join(Refund, _posted(JournalEntry, "refund.approved", Refund))
    query = query.join(Order, Order.id == Refund.order_id).join(Payment, Payment.order_id == Order.id)
    pays = (Payment.kind == sort.to.value, Payment.captured > 0, Payment.reference.in_(references))
    stands = (Refund.cancelled_at.is_(None), Refund.amount > 0)
    rows = look.all(query.where(Payment.tenant_id == look.tenant, *pays, *stands))
    rows = sorted(rows, key=lambda row: row.no, reverse=True)
    return {(reference, currency): order for _, reference, currency, order in rows}
