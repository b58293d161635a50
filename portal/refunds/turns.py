"""Refunds of the orders that a till's spending paid, in the order in which they were approved."""

import uuid
from collections.abc import Collection

import sqlalchemy as sa

from portal.db import here
from portal.ledger import JournalEntry
from portal.orders.models import Order, Payment
from portal.refunds.models import Refund


def refunds_paid_with(
    kind: str, references: Collection[str], currency: str
) -> sa.Select[int, str, uuid.UUID]:
    """The number in the books of each refund that stands, the reference, and the order that names it for a
    payment of this kind.

    A refund stands from its approval until that is taken back, sent or not: what of it failed is owed. The
    books number approvals while those hold what was spent; the clocks of two machines may differ.
    """
    approved = (JournalEntry.source_kind == "refund.approved", JournalEntry.source_id == Refund.id)
    query = sa.select(JournalEntry.no, Payment.reference, Payment.order_id).select_from(Payment)
    query = query.join(Order, Order.id == Payment.order_id).join(Refund, Refund.order_id == Order.id)
    query = query.join(JournalEntry, sa.and_(JournalEntry.tenant_id == Refund.tenant_id, *approved))
    named = (Payment.kind == kind, Payment.reference.in_(references), Payment.captured > 0)
    stands = (Refund.cancelled_at.is_(None), Refund.amount > 0)
    return query.where(Payment.tenant_id == here(), *named, *stands, Order.currency == currency)
