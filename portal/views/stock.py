"""Stock for reading: what lies where, and what moved."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from portal.db import here, session
from portal.inventory import OUTSIDE, Place, StockMovement, location_id
from portal.returns import Return
from portal.views import paging

INSIDE = tuple(place for place in Place if place not in OUTSIDE)


@dataclass(frozen=True)
class Level:
    """How many units of an article lie at each place of the shop."""

    sku: str
    title: str
    units: Mapping[Place, int]

    @property
    def total(self) -> int:
        return sum(self.units.values())


@dataclass(frozen=True)
class Levels:
    """A page of articles by SKU. `after`: the SKU that the next page begins behind."""

    rows: Sequence[Level]
    after: str | None


def levels(typed: str = "", after: str = "", most: int = paging.MOST) -> Levels:
    """Articles of which something came back, by SKU; those whose SKU begins with what was typed."""
    columns = [_level(place).label(place.value) for place in INSIDE]
    query = (
        sa.select(StockMovement.sku, sa.func.max(StockMovement.title).label("title"), *columns)
        .where(StockMovement.tenant_id == here(), StockMovement.sku > after)
        .group_by(StockMovement.sku)
        .order_by(StockMovement.sku)
        .limit(most + 1)
    )
    if typed:
        query = query.where(StockMovement.sku.startswith(typed, autoescape=True))
    rows = [_of(row) for row in session.execute(query)]
    return Levels(rows[:most], rows[most - 1].sku if len(rows) > most else None)


def _level(place: Place) -> sa.ColumnElement[int]:
    id, n = location_id(here(), place), StockMovement.quantity
    signed = sa.case((StockMovement.destination_id == id, n), (StockMovement.origin_id == id, -n), else_=0)
    return sa.cast(sa.func.sum(signed), sa.BigInteger)


def _of(row: Any) -> Level:
    return Level(row.sku, row.title, {place: getattr(row, place.value) for place in INSIDE})


def totals() -> Mapping[Place, int]:
    """How many units lie at each place, in one statement."""
    query = sa.select(*(_level(place) for place in INSIDE)).where(StockMovement.tenant_id == here())
    return {place: n or 0 for place, n in zip(INSIDE, session.execute(query).one(), strict=True)}


@dataclass(frozen=True)
class Moved:
    """Units that moved. `unit_cost`: the value that each carries, in minor units, if known."""

    id: uuid.UUID
    at: datetime
    sku: str
    title: str
    origin: Place
    destination: Place
    quantity: int
    unit_cost: int | None
    currency: str
    return_id: uuid.UUID | None
    number: str | None


def movements(sku: str, place: Place | None, spot: paging.Spot) -> paging.Slice[Moved]:
    """The newest first; of one article or to and from one place, where these are given."""
    columns = [getattr(StockMovement, name) for name in COLUMNS]
    query = (
        sa.select(*columns, StockMovement.origin_id, StockMovement.destination_id)
        .add_columns(Return.id.label("return_id"), Return.number)
        .outerjoin(Return, Return.id == StockMovement.about)
        .where(StockMovement.tenant_id == here())
    )
    if sku:
        query = query.where(StockMovement.sku == sku)
    if place:
        id = location_id(here(), place)
        query = query.where(sa.or_(StockMovement.origin_id == id, StockMovement.destination_id == id))
    order = paging.Order(StockMovement, (StockMovement.at, StockMovement.id))
    return paging.cut(query, order, spot, _moved)


COLUMNS = ("id", "at", "sku", "title", "quantity", "unit_cost", "currency")


def _moved(query: paging.Query) -> Sequence[Moved]:
    places = {location_id(here(), place): place for place in Place}
    return [
        Moved(
            **{name: getattr(row, name) for name in (*COLUMNS, "return_id", "number")},
            origin=places[row.origin_id],
            destination=places[row.destination_id],
        )
        for row in session.execute(query)
    ]
