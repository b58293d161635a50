"""Locations, and the movements of units between them."""

import uuid
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, Tenanted, choice, inside


class Place(StrEnum):
    """Where a unit can be. Shopper and gone lie outside the shop and may go below zero."""

    SHOPPER = "shopper"
    DOCK = "dock"
    SELLABLE = "sellable"
    OPEN_BOX = "open_box"
    REFURBISH = "refurbish"
    QUARANTINE = "quarantine"
    GONE = "gone"


OUTSIDE = frozenset({Place.SHOPPER, Place.GONE})


class Location(Tenanted, Base):
    __tablename__ = "location"
    __table_args__ = (sa.UniqueConstraint("tenant_id", "place"),)
    place: Mapped[Place] = mapped_column(choice(Place))
    name: Mapped[str] = mapped_column(sa.String(80))


class StockMovement(Tenanted, Base):
    """Units of an article that moved. `unit_cost` is the value a unit carries, in minor units, if known."""

    __tablename__ = "stock_movement"
    __table_args__ = (
        sa.CheckConstraint("quantity > 0", name="some"),
        sa.CheckConstraint("origin_id <> destination_id", name="moves"),
        sa.Index(None, "tenant_id", "at"),
        sa.Index(None, "tenant_id", "sku", "at"),  # what moved since a level was told
        sa.Index(None, "item_id"),
    )
    at: Mapped[datetime]
    sku: Mapped[str] = mapped_column(sa.String(120))
    title: Mapped[str] = mapped_column(sa.String(300))
    origin_id: Mapped[uuid.UUID] = inside("location")
    destination_id: Mapped[uuid.UUID] = inside("location")
    quantity: Mapped[int]
    unit_cost: Mapped[int | None]
    currency: Mapped[str] = mapped_column(sa.String(3))
    item_id: Mapped[uuid.UUID]
    about: Mapped[uuid.UUID]
    corrects: Mapped[uuid.UUID | None]
