"""Keeping pieces of variants for somebody. What can still be had is on hand and not reserved."""

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from portal import clock
from portal.catalogue.levels import OnHand, moved_since, on_hand
from portal.catalogue.models import Product, Reservation, ReservationState, Variant
from portal.db import here, session
from portal.errors import Conflict
from portal.i18n import say


class SoldOut(Conflict):
    """Too few of a variant are left."""


@dataclass(frozen=True, slots=True)
class Stock:
    """How many of a variant there are, by its level, and how many of them are kept for somebody."""

    level: OnHand
    reserved: int

    @property
    def available(self) -> int | None:
        """Never below zero; None where stock is not tracked."""
        return None if self.level.pieces is None else max(0, self.level.pieces - self.reserved)

    def has(self, quantity: int) -> bool:
        return self.available is None or self.available >= quantity


def stock_of(variants: Collection[uuid.UUID]) -> Mapping[uuid.UUID, Stock]:
    """Of each of the shop's variants, in two statements."""
    levels = on_hand(variants)
    mine = sa.select(Variant.id, Variant.reserved).where(Variant.tenant_id == here())
    rows = session.execute(mine.where(Variant.id.in_(variants)))
    return {id: Stock(levels[id], reserved) for id, reserved in rows}


def can_be_had(quantity: int) -> sa.ColumnElement[bool]:
    """For a query of variants: what `Stock.has` says."""
    return sa.or_(Variant.on_hand.is_(None), Variant.on_hand + moved_since() - Variant.reserved >= quantity)


def reserve(wanted: Mapping[uuid.UUID, int], about: uuid.UUID) -> None:
    """Keep pieces of variants, {variant: how many}: all of them or none. Locks the variants by id.

    Raises SoldOut when one is offered no longer or too few of it are left.
    """
    lock(wanted)
    stocks, offered = stock_of(wanted), _offered(wanted)
    for id, quantity in wanted.items():
        if id not in offered or not stocks[id].has(quantity):
            raise SoldOut(say("{title} is sold out.", title=_name(id)))
    now = clock.now()
    for id, quantity in wanted.items():
        session.add(Reservation(variant_id=id, about=about, quantity=quantity, made_at=now))
    _count(wanted)


def release(about: uuid.UUID) -> bool:
    """Let go of all that is held for somebody; whether anything was."""
    return _end(about, ReservationState.RELEASED)


def take(about: uuid.UUID) -> bool:
    """What is held for somebody leaves the shelf: the caller moves it. Whether anything was held."""
    return _end(about, ReservationState.TAKEN)


def held(about: uuid.UUID) -> bool:
    query = sa.select(Reservation.id).where(Reservation.tenant_id == here(), Reservation.about == about)
    return session.scalar(query.where(Reservation.state == ReservationState.HELD).limit(1)) is not None


def lock(variants: Collection[uuid.UUID]) -> None:
    """In the order of their ids, so that two who want the same do not wait for each other for ever."""
    query = sa.select(Variant.id).where(Variant.tenant_id == here(), Variant.id.in_(variants))
    session.execute(query.order_by(Variant.id).with_for_update(of=Variant, key_share=True)).all()


def _offered(variants: Collection[uuid.UUID]) -> set[uuid.UUID]:
    query = sa.select(Variant.id).where(Variant.tenant_id == here(), Variant.id.in_(variants))
    return set(session.scalars(query.where(Variant.offered)))


def _end(about: uuid.UUID, state: ReservationState) -> bool:
    mine = (Reservation.tenant_id == here(), Reservation.about == about)
    query = sa.select(Reservation).where(*mine, Reservation.state == ReservationState.HELD)
    ending = session.scalars(query).all()
    lock({one.variant_id for one in ending})
    for one in ending:
        one.state, one.ended_at = state, clock.now()
    _count({one.variant_id: -one.quantity for one in ending})
    return bool(ending)


def _count(more: Mapping[uuid.UUID, int]) -> None:
    if not more:
        return
    change = sa.update(Variant).where(Variant.id.in_(more), Variant.tenant_id == here())
    change = change.values(reserved=Variant.reserved + sa.case(dict(more), value=Variant.id))
    session.execute(change.execution_options(synchronize_session=False))


def _name(variant: uuid.UUID) -> str:
    query = sa.select(Product.title, Variant.attributes).join(Variant, Variant.product_id == Product.id)
    title, attributes = session.execute(query.where(Variant.id == variant)).one()
    return ", ".join([title, *(value for _, value in attributes)])
