"""Shops with a source of labels, and returns whose parcel wants one."""

import uuid
from collections.abc import Sequence

import sqlalchemy as sa

from portal.db import session
from portal.returns.carriers.pool import NewLabel, add_labels
from portal.returns.models import Parcel
from portal.tenants.current import locked_shop
from tests.harness.sales import requested, sell
from tests.harness.shops import Shop


def pdf(no: int) -> bytes:
    return b"%PDF-1.7\n%" + str(no).encode()


def gets_labels_from(shop: Shop, source: str) -> None:
    with shop.transaction():
        locked_shop().carrier = source


def fill_pool(shop: Shop, *numbers: int) -> int:
    with shop.transaction():
        return add_labels("DHL", [NewLabel(f"JD 01460000{no:04}", pdf(no)) for no in numbers], shop.actor())


def authorized(shop: Shop, count: int = 1, **facts: str) -> list[uuid.UUID]:
    """The parcels of so many returns that were authorized."""
    returns = [requested(shop, sell(shop, number=str(2001 + n), **facts)) for n in range(count)]
    return [parcels_of(shop, id)[0].id for id in returns]


def parcels_of(shop: Shop, return_: uuid.UUID) -> Sequence[Parcel]:
    with shop.transaction(reading=True):
        found = session.scalars(sa.select(Parcel).where(Parcel.return_id == return_)).all()
        session.expunge_all()
    return found


def parcel(shop: Shop, id: uuid.UUID) -> Parcel:
    with shop.transaction(reading=True):
        found = session.scalars(sa.select(Parcel).where(Parcel.id == id)).one()
        session.expunge_all()
    return found
