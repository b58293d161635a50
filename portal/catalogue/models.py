"""Products, their variants, and what was told of how many there are. Money in minor units."""

import uuid
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Base, Tenanted, choice, inside

SOLD = sa.text("offered AND sku <> ''")  # as both databases say it
HELD = sa.text("state = 'held'")


class Product(Tenanted, Base):
    """What its variants have in common. `prices_include_tax` is None where the source does not say."""

    __tablename__ = "product"
    __table_args__ = (sa.UniqueConstraint("tenant_id", "source", "external_id"),)
    source: Mapped[str] = mapped_column(sa.String(20))
    external_id: Mapped[str] = mapped_column(sa.String(255))
    digest: Mapped[str] = mapped_column(sa.String(64))
    title: Mapped[str] = mapped_column(sa.String(300))
    vendor: Mapped[str] = mapped_column(sa.String(120), default="")
    category: Mapped[str] = mapped_column(sa.String(120), default="")
    tags: Mapped[list[Any]] = mapped_column(default=list)
    image: Mapped[str] = mapped_column(sa.String(500), default="")
    currency: Mapped[str] = mapped_column(sa.String(3))
    prices_include_tax: Mapped[bool | None]
    active: Mapped[bool] = mapped_column(default=True)
    imported_at: Mapped[datetime]
    variants: Mapped[list["Variant"]] = relationship(
        foreign_keys="Variant.product_id", back_populates="product", order_by="Variant.position"
    )


class Variant(Tenanted, Base):
    """What can be bought. `attributes` are ordered pairs of name and value; `tax_rates` are in per cent, None
    where the source does not say.

    `gone`: its product no longer lists it; it is never deleted. `offered`: it is active, its product is, and
    it is not gone. No two offered variants of a source share a SKU. `found_by`: what it is searched by.
    `on_hand`, told for the moment `on_hand_at`, is a projection of the variant's levels; None where stock is
    not tracked. `reserved` is the sum of its held reservations.
    """

    __tablename__ = "variant"
    __table_args__ = (
        sa.UniqueConstraint("product_id", "external_id"),
        sa.Index(None, "tenant_id", "sku", "id"),
        sa.Index(
            "uq_variant_sold",
            *("tenant_id", "source", "sku"),
            unique=True,
            sqlite_where=SOLD,
            postgresql_where=SOLD,
        ),
        sa.CheckConstraint("price >= 0", name="price"),
        sa.CheckConstraint("unit_cost >= 0", name="cost"),
        sa.CheckConstraint("NOT offered OR (active AND NOT gone)", name="offered"),
        sa.CheckConstraint("on_hand IS NULL OR on_hand_at IS NOT NULL", name="level"),
        sa.CheckConstraint("reserved >= 0", name="reserved"),
    )
    product_id: Mapped[uuid.UUID] = inside("product", indexed=True)
    position: Mapped[int]
    source: Mapped[str] = mapped_column(sa.String(20))
    external_id: Mapped[str] = mapped_column(sa.String(400))
    sku: Mapped[str] = mapped_column(sa.String(120))
    attributes: Mapped[list[Any]] = mapped_column(default=list)
    found_by: Mapped[str] = mapped_column(sa.Text, default="")
    price: Mapped[int]
    unit_cost: Mapped[int | None]
    tax_rates: Mapped[list[Any] | None]
    image: Mapped[str] = mapped_column(sa.String(500), default="")
    active: Mapped[bool] = mapped_column(default=True)
    gone: Mapped[bool] = mapped_column(default=False)
    offered: Mapped[bool] = mapped_column(default=True)
    on_hand: Mapped[int | None]
    on_hand_at: Mapped[datetime | None]
    reserved: Mapped[int] = mapped_column(default=0)
    product: Mapped[Product] = relationship(foreign_keys=[product_id], back_populates="variants")


class StockLevel(Tenanted, Base):
    """How many there were of a variant at a moment, as its source told; None: not tracked. Append-only.

    The latest moment counts; of two words on one moment, the one that came later. `looked`: not its source
    told, but somebody here looked at the shelf.
    """

    __tablename__ = "stock_level"
    __table_args__ = (sa.Index(None, "variant_id", "at", "id"),)
    variant_id: Mapped[uuid.UUID] = inside("variant", indexed=True)
    at: Mapped[datetime]
    on_hand: Mapped[int | None]
    told_at: Mapped[datetime]
    looked: Mapped[bool] = mapped_column(default=False)


class ReservationState(StrEnum):
    """`taken`: what was held has left the shelf."""

    HELD = "held"
    RELEASED = "released"
    TAKEN = "taken"


class Reservation(Tenanted, Base):
    """Pieces of a variant that are kept for somebody, `about` whom, until they are taken or let go."""

    __tablename__ = "reservation"
    __table_args__ = (
        sa.CheckConstraint("quantity > 0", name="quantity"),
        sa.Index("ix_reservation_held", "variant_id", sqlite_where=HELD, postgresql_where=HELD),
        sa.Index(
            "uq_reservation_about",
            *("about", "variant_id"),
            unique=True,
            sqlite_where=HELD,
            postgresql_where=HELD,
        ),
    )
    variant_id: Mapped[uuid.UUID] = inside("variant")
    about: Mapped[uuid.UUID]
    quantity: Mapped[int]
    state: Mapped[ReservationState] = mapped_column(choice(ReservationState), default=ReservationState.HELD)
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
