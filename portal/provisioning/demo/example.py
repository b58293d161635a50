"""An order for whoever wants to try the shopper's way."""

import sqlalchemy as sa

from portal.db import session, transaction
from portal.orders.models import Order, Shipment
from portal.returns.models import Return
from portal.tenants import Tenant


def open_order(slug: str) -> tuple[str, str] | None:
    """Number and e-mail address of the order that arrived last and of which nothing was sent back yet."""
    with transaction(reading=True):
        shop = sa.select(Tenant.id).where(Tenant.slug == slug).scalar_subquery()
        returned = sa.select(Return.id).where(Return.order_id == Order.id)
        query = (
            sa.select(Order.number, Order.email)
            .join(Shipment, Shipment.order_id == Order.id)
            .where(Order.tenant_id == shop, Shipment.delivered_at.is_not(None), ~returned.exists())
            .order_by(Shipment.delivered_at.desc())
        )
        found = session.execute(query.limit(1)).one_or_none()
        return found and (found.number, found.email)
