"""A shop with as many returns as wanted: a few made by the demo's stories, the others copied row by row."""

import uuid
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from portal.audit import Trail
from portal.db import db, transaction
from portal.ids import rma_number
from portal.orders.models import Order, OrderLine, Payment, Shipment
from portal.provisioning.demo.shops import SHOPS, furnish
from portal.refunds.models import LegAttempt, Refund, RefundLeg, RefundPart
from portal.returns.models import Note, Parcel, Return, ReturnItem, ReturnLine
from portal.tenants import Tenant

COPIED = (
    Order, OrderLine, Payment, Shipment, Return, ReturnLine, Parcel, ReturnItem, Note, Refund, RefundPart,
    RefundLeg, LegAttempt, Trail,
)  # fmt: skip
KEPT = {"tenant_id", "policy_id", "approved_by", "actor_id", "by", "created_by"}
NUMBERED = {"external_id", "number", "number_key", "key", "reference"}  # unique texts
SEEDS = 60  # orders that the demo's stories are told about
BATCH = 2_000

Rows = Sequence[dict[str, Any]]


def fill(app: Any, returns: int) -> str:
    """Make the shop and bring it to so many returns (or a few more); its slug."""
    shop = replace(SHOPS[0], orders=SEEDS)
    with app.app_context():
        furnish(app, lambda told: None, [shop])
        with transaction(reading=True) as session:
            tenant = session.scalars(sa.select(Tenant.id).where(Tenant.slug == shop.new.slug)).one()
        originals = _originals(tenant)
        made = sum(1 for row in originals[Return] if row["number"])
        for k in range(1, -(-returns // made)):
            _copy(tenant, originals, k)
        with db.engine.begin() as connection:
            connection.exec_driver_sql("ANALYZE")
    return shop.new.slug


def _originals(tenant: uuid.UUID) -> dict[Any, Rows]:
    """The rows to copy, parents first; drafts stay alone, since an order has one."""
    with transaction(tenant=tenant, reading=True) as session:
        return {
            model: [dict(row) for row in session.execute(sa.select(model.__table__)).mappings()]
            for model in COPIED
        }


def _copy(tenant: uuid.UUID, originals: dict[Any, Rows], k: int) -> None:
    with transaction(tenant=tenant) as session:
        for model, rows in originals.items():
            copies = [_copied(model, row, k) for row in rows]
            for start in range(0, len(copies), BATCH):
                session.execute(sa.insert(model), copies[start : start + BATCH])


def _copied(model: Any, row: dict[str, Any], k: int) -> dict[str, Any]:
    """The row with ids of its own that keep the rows of one copy together."""
    fresh = {name: _other(name, value, k) for name, value in row.items()}
    if model is Return and row["number"]:
        fresh["number"] = rma_number()
    return fresh


def _other(name: str, value: Any, k: int) -> Any:
    if isinstance(value, uuid.UUID) and name not in KEPT:
        return uuid.UUID(int=value.int ^ (k << 20))
    return f"{value}-{k}" if name in NUMBERED and value else value
