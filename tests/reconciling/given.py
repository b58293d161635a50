"""Runs as tests have them made."""

import uuid
from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa

from portal.audit import Actor
from portal.audit.actors import SYSTEM
from portal.db import find
from portal.jobs.worker import step
from portal.reconciling import Reconciliation, ReconciliationLine, ReconciliationSum
from portal.reconciling.ordering import order, span
from portal.tenants import locked_shop
from tests.harness.shops import Shop


def ordered(shop: Shop, day: date, kind: str = "month", by: Actor = SYSTEM) -> uuid.UUID:
    with shop.transaction():
        return order(locked_shop(), *span(kind, day), by).id


def reconciled(shop: Shop, day: date, kind: str = "month") -> uuid.UUID:
    """A run that the worker has done."""
    id = ordered(shop, day, kind)
    while step(shop.app):
        pass
    return id


def seen(shop: Shop, id: uuid.UUID) -> Reconciliation:
    with shop.transaction(reading=True) as session:
        run = find(Reconciliation, id)
        session.expunge_all()
        return run


def lines(shop: Shop, id: uuid.UUID) -> Sequence[ReconciliationLine]:
    with shop.transaction(reading=True) as session:
        query = sa.select(ReconciliationLine).where(ReconciliationLine.run_id == id)
        found = session.scalars(query.order_by(ReconciliationLine.no)).all()
        session.expunge_all()
        return found


def verdicts(shop: Shop, id: uuid.UUID) -> list[str]:
    return [line.verdict.value for line in lines(shop, id)]


def sums(shop: Shop, id: uuid.UUID) -> dict[tuple[str, str, str], tuple[int, int, int]]:
    with shop.transaction(reading=True) as session:
        found = session.scalars(sa.select(ReconciliationSum).where(ReconciliationSum.run_id == id))
        return {(s.gateway, s.currency, s.way.value): (s.here, s.booked, s.there) for s in found}
