"""Orders as the shop's own system knows them. Money in minor units of the order's currency."""

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Base, Tenanted, inside
from portal.money import TEST_CURRENCY

FLAGGED = sa.text("json_array_length(flags) > 0 AND NOT accepted")  # as both databases say it


class Order(Tenanted, Base):
    """A sale. `reserved` is what refunds hold or have sent; with `refunded_outside` never above `captured`.

    `number` is as printed; `number_key`, `email_key` and `postcode_key` are how people's typing is compared.
    Delivery belongs to the order, not to its units: charged before `delivery_discount`, with taxes by rate.
    `accepted`: a person has taken the figures that do not add up as they are; a projection of the order's
    acceptances.
    """

    __tablename__ = "orders"
    __table_args__ = (
        sa.UniqueConstraint("tenant_id", "source", "external_id"),
        sa.Index(None, "tenant_id", "number_key"),
        sa.Index(None, "tenant_id", "email_key", "placed_at"),
        sa.Index(None, "tenant_id", "placed_at", "id"),
        sa.Index(
            "ix_orders_flagged",
            "tenant_id",
            "placed_at",
            "id",
            sqlite_where=FLAGGED,
            postgresql_where=FLAGGED,
        ),
        sa.CheckConstraint("reserved >= 0 AND reserved <= captured", name="reserved"),
        sa.CheckConstraint("refunded_outside >= 0", name="outside"),
    )
    source: Mapped[str] = mapped_column(sa.String(20))
    external_id: Mapped[str] = mapped_column(sa.String(120))
    digest: Mapped[str] = mapped_column(sa.String(64))
    number: Mapped[str] = mapped_column(sa.String(60))
    number_key: Mapped[str] = mapped_column(sa.String(60))
    placed_at: Mapped[datetime]
    currency: Mapped[str] = mapped_column(sa.String(3))
    prices_include_tax: Mapped[bool]
    language: Mapped[str | None] = mapped_column(sa.String(12))
    name: Mapped[str] = mapped_column(sa.String(200))
    email: Mapped[str] = mapped_column(sa.String(254))
    email_key: Mapped[str] = mapped_column(sa.String(254))
    postcode_key: Mapped[str] = mapped_column(sa.String(20))
    address: Mapped[list[Any]]
    country: Mapped[str] = mapped_column(sa.String(2), default="")
    delivery_charged: Mapped[int] = mapped_column(default=0)
    delivery_discount: Mapped[int] = mapped_column(default=0)
    delivery_standard: Mapped[int] = mapped_column(default=0)
    delivery_taxes: Mapped[dict[str, Any]] = mapped_column(default=dict)
    captured: Mapped[int] = mapped_column(default=0)
    reserved: Mapped[int] = mapped_column(default=0)
    refunded_outside: Mapped[int] = mapped_column(default=0)
    flags: Mapped[list[Any]] = mapped_column(default=list)
    accepted: Mapped[bool] = mapped_column(default=False)
    cancelled_at: Mapped[datetime | None]
    imported_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads it so
    lines: Mapped[list["OrderLine"]] = relationship(
        foreign_keys="OrderLine.order_id", back_populates="order", order_by="OrderLine.position"
    )
    payments: Mapped[list["Payment"]] = relationship(
        foreign_keys="Payment.order_id", order_by="Payment.position"
    )
    shipments: Mapped[list["Shipment"]] = relationship(
        foreign_keys="Shipment.order_id", order_by="Shipment.position"
    )

    @property
    def refundable(self) -> int:
        """What may still be refunded, in minor units."""
        return max(0, self.captured - self.reserved - self.refunded_outside)

    @property
    def test(self) -> bool:
        """Whether it was made to try things; whatever comes of it stands apart, and no money moves."""
        return self.currency == TEST_CURRENCY

    @property
    def flagged(self) -> bool:
        """Whether its figures do not add up and nobody has taken them as they are."""
        return bool(self.flags) and not self.accepted


class OrderLine(Tenanted, Base):
    """An article and how many. `subtotal` is quantity × price before `discount`, which has its share of the
    order's discount; `taxes` is {rate in per cent: amount}, inside the price or on top as the order says.

    `claimed` counts the units that live returns hold. `gone`: the order no longer has the line; it is kept
    because a return that has ended, or a draft, names it.
    """

    __tablename__ = "order_line"
    __table_args__ = (
        sa.UniqueConstraint("order_id", "position"),
        sa.CheckConstraint("quantity > 0", name="quantity"),
        sa.CheckConstraint("claimed >= 0 AND claimed <= quantity", name="claimed"),
        sa.CheckConstraint("discount >= 0 AND discount <= subtotal", name="discount"),
    )
    order_id: Mapped[uuid.UUID] = inside("orders", indexed=True)
    position: Mapped[int]
    external_id: Mapped[str] = mapped_column(sa.String(120))
    sku: Mapped[str] = mapped_column(sa.String(120))
    title: Mapped[str] = mapped_column(sa.String(300))
    variant: Mapped[str] = mapped_column(sa.String(200), default="")
    quantity: Mapped[int]
    subtotal: Mapped[int]
    discount: Mapped[int] = mapped_column(default=0)
    taxes: Mapped[dict[str, Any]] = mapped_column(default=dict)
    category: Mapped[str] = mapped_column(sa.String(120), default="")
    tags: Mapped[list[Any]] = mapped_column(default=list)
    unit_cost: Mapped[int | None]
    image: Mapped[str] = mapped_column(sa.String(500), default="")
    claimed: Mapped[int] = mapped_column(default=0)
    gone: Mapped[bool] = mapped_column(default=False)
    order: Mapped[Order] = relationship(foreign_keys=[order_id], back_populates="lines")


class Payment(Tenanted, Base):
    """Money that was captured. `reserved` is what refund legs to this payment hold or have sent."""

    __tablename__ = "payment"
    __table_args__ = (
        sa.UniqueConstraint("order_id", "position"),
        sa.CheckConstraint("reserved >= 0 AND reserved <= captured", name="reserved"),
        sa.CheckConstraint("refunded_outside >= 0", name="outside"),
        sa.Index(None, "tenant_id", "reference"),
    )
    order_id: Mapped[uuid.UUID] = inside("orders", indexed=True)
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(sa.String(20))
    gateway: Mapped[str] = mapped_column(sa.String(40))
    reference: Mapped[str] = mapped_column(sa.String(120))
    label: Mapped[str] = mapped_column(sa.String(80), default="")
    captured: Mapped[int]
    reserved: Mapped[int] = mapped_column(default=0)
    refunded_outside: Mapped[int] = mapped_column(default=0)

    @property
    def refundable(self) -> int:
        return max(0, self.captured - self.reserved - self.refunded_outside)


class Shipment(Tenanted, Base):
    """A parcel to the shopper. `positions` are the order lines in it; null means the whole order."""

    __tablename__ = "shipment"
    __table_args__ = (sa.UniqueConstraint("order_id", "position"),)
    order_id: Mapped[uuid.UUID] = inside("orders", indexed=True)
    position: Mapped[int]
    shipped_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]
    carrier: Mapped[str] = mapped_column(sa.String(60), default="")
    tracking: Mapped[str] = mapped_column(sa.String(80), default="")
    positions: Mapped[list[Any] | None]


class OrderAcceptance(Tenanted, Base):
    """That a person took the figures of an order as they were, though they do not add up, and why.

    `figures` stands for all of them: an import that changes one asks for a person again.
    """

    __tablename__ = "order_acceptance"
    order_id: Mapped[uuid.UUID] = inside("orders")
    figures: Mapped[str] = mapped_column(sa.String(64))
    reason: Mapped[str] = mapped_column(sa.Text)
    by: Mapped[uuid.UUID | None]
    at: Mapped[datetime]
