"""Stock for reading: what lies where, and what moved."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from portal.db import here, session
from portal.ids import print_rma
from portal.inventory import OUTSIDE, Place, StockMovement, location_id
from portal.returns import Return, ReturnItem
from portal.returns.inspecting import UNPOSTED
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
    """A page of articles by SKU. `before` and `after`: the SKUs that the pages beside it begin from."""

    rows: Sequence[Level]
    before: str | None = None
    after: str | None = None


def levels(typed: str = "", *, after: str = "", before: str = "", most: int = paging.MOST) -> Levels:
    """Articles that came back, by SKU; those whose SKU begins with what was typed, whatever its case.

    The page begins behind the SKU `after`, or ends in front of `before`.
    """
    columns = [_level(place).label(place.value) for place in INSIDE]
    query = sa.select(StockMovement.sku, sa.func.max(StockMovement.title).label("title"), *columns)
    query = query.where(StockMovement.tenant_id == here()).group_by(StockMovement.sku).limit(most + 1)
    if typed:
        query = query.where(sa.func.lower(StockMovement.sku).startswith(typed.lower(), autoescape=True))
    if before and not after:
        return _earlier(query.where(StockMovement.sku < before), most)
    rows = [_of(row) for row in session.execute(_behind(query, after).order_by(StockMovement.sku))]
    more, rows = len(rows) > most, rows[:most]
    first = rows[0].sku if rows and after else None
    return Levels(rows, first, rows[-1].sku if more else None)


def _behind(query: paging.Query, sku: str) -> paging.Query:
    return query.where(StockMovement.sku > sku) if sku else query


def _earlier(query: paging.Query, most: int) -> Levels:
    rows = [_of(row) for row in session.execute(query.order_by(StockMovement.sku.desc()))]
    more, rows = len(rows) > most, rows[:most][::-1]
    first = rows[0].sku if more else None
    return Levels(rows, first, rows[-1].sku if rows else None)


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


def values() -> Mapping[Place, Mapping[str, int]]:
    """What the units at each place are worth, in minor units by currency. In one statement.

    A unit carries its value from when it leaves the dock, so there is none there; the places together hold
    what the inventory account says.
    """
    dock, worth = location_id(here(), Place.DOCK), StockMovement.quantity * StockMovement.unit_cost
    back = StockMovement.destination_id == dock
    place = sa.case((back, StockMovement.origin_id), else_=StockMovement.destination_id).label("place")
    signed = sa.cast(sa.func.sum(sa.case((back, -worth), else_=worth)), sa.BigInteger).label("value")
    query = sa.select(place, StockMovement.currency, signed)
    query = query.where(StockMovement.tenant_id == here(), StockMovement.unit_cost.is_not(None))
    found: dict[Place, dict[str, int]] = {}
    for id, currency, value in session.execute(query.group_by(place, StockMovement.currency)):
        found.setdefault(_places()[id], {})[currency] = value
    return found


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

    @property
    def rma(self) -> str:
        return print_rma(self.number) if self.number else ""


def movements(sku: str, place: Place | None, spot: paging.Spot) -> paging.Slice[Moved]:
    """The newest first; of one article or to and from one place, where these are given."""
    query = _movements()
    if sku:
        query = query.where(StockMovement.sku == sku)
    if place:
        id = location_id(here(), place)
        query = query.where(sa.or_(StockMovement.origin_id == id, StockMovement.destination_id == id))
    return paging.cut(query, BY_TIME, spot, _moved)


BY_TIME = paging.Order(StockMovement, (StockMovement.at, StockMovement.id))
COLUMNS = ("id", "at", "sku", "title", "quantity", "unit_cost", "currency")


def _movements() -> sa.Select[Any]:
    columns = [getattr(StockMovement, name) for name in COLUMNS]
    return (
        sa.select(*columns, StockMovement.origin_id, StockMovement.destination_id)
        .add_columns(Return.id.label("return_id"), Return.number)
        .outerjoin(Return, Return.id == StockMovement.about)
        .where(StockMovement.tenant_id == here())
    )


def _places() -> Mapping[uuid.UUID, Place]:
    return {location_id(here(), place): place for place in Place}


def _moved(query: paging.Query) -> Sequence[Moved]:
    places = _places()
    return [
        Moved(
            **{name: getattr(row, name) for name in (*COLUMNS, "return_id", "number")},
            origin=places[row.origin_id],
            destination=places[row.destination_id],
        )
        for row in session.execute(query)
    ]


def uncosted(spot: paging.Spot) -> paging.Slice[Moved]:
    """The units that left the dock for a place where they count, without a cost that the books could take.

    A check that was taken back does not count, nor a unit that nobody has decided on or that went back.
    """
    query = _movements().join(ReturnItem, ReturnItem.id == StockMovement.item_id)
    return paging.cut(query.where(*_without_cost()), BY_TIME, spot, _moved)


def uncosted_units() -> int:
    """How many of them there are."""
    query = sa.select(sa.func.count()).select_from(StockMovement)
    return (
        session.scalar(query.join(ReturnItem, ReturnItem.id == StockMovement.item_id).where(*_without_cost()))
        or 0
    )


def _without_cost() -> tuple[sa.ColumnElement[bool], ...]:
    later, out = aliased(StockMovement), location_id(here(), Place.DOCK)
    corrected = sa.exists().where(
        later.item_id == StockMovement.item_id, later.destination_id == out, later.id > StockMovement.id
    )
    return (
        StockMovement.tenant_id == here(),
        StockMovement.origin_id == out,
        StockMovement.unit_cost.is_(None),
        ReturnItem.disposition.not_in(UNPOSTED),
        ~corrected,
    )
