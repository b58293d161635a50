"""An exchange and its lines. All amounts in minor units of the return's currency, taxes in them."""

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Base, Tenanted, choice, inside
from portal.orders.models import Order
from portal.returns.exchanges.lifecycle import ExchangeState
from portal.returns.models import Return, ReturnLine

ALIVE = sa.text("state <> 'ended'")


class Exchange(Tenanted, Base):
    """The other articles that a return is exchanged for, in one parcel; at most one of a return is alive.

    `number`: under which the shop's own system sends it. `value`: what all of it costs, known once it is
    approved, or may be sent before; `refund_id`: the first refund of those that pay for it. `held_until`:
    when what is kept for the shopper is let go, if nothing has come. `sold_out_at`: when somebody found that
    it is not there. `released_at`: when the shop's systems were told first that it may be sent. `order_id`:
    the order that stands for it since it was sent.
    """

    __tablename__ = "exchange"
    __table_args__ = (
        sa.Index("uq_exchange_alive", "return_id", unique=True, sqlite_where=ALIVE, postgresql_where=ALIVE),
        sa.UniqueConstraint("tenant_id", "number"),
        sa.Index(None, "tenant_id", "state", "changed_at", "id"),
        sa.CheckConstraint("value >= 0", name="value"),
        sa.CheckConstraint("state <> 'shipped' OR shipped_at IS NOT NULL", name="shipped"),
    )
    return_id: Mapped[uuid.UUID] = inside("return", indexed=True)
    order_id: Mapped[uuid.UUID | None] = inside("orders")
    refund_id: Mapped[uuid.UUID | None] = inside("refund")
    number: Mapped[str] = mapped_column(sa.String(24))
    state: Mapped[ExchangeState] = mapped_column(choice(ExchangeState), default=ExchangeState.WANTED)
    currency: Mapped[str] = mapped_column(sa.String(3))
    value: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    held_until: Mapped[datetime]
    sold_out_at: Mapped[datetime | None]
    released_at: Mapped[datetime | None]
    shipped_at: Mapped[datetime | None]
    carrier: Mapped[str] = mapped_column(sa.String(60), default="")
    tracking: Mapped[str] = mapped_column(sa.String(80), default="")
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads it so
    return_: Mapped[Return] = relationship(foreign_keys=[return_id])
    order: Mapped[Order | None] = relationship(foreign_keys=[order_id])
    lines: Mapped[list["ExchangeLine"]] = relationship(
        foreign_keys="ExchangeLine.exchange_id", back_populates="exchange", order_by="ExchangeLine.no"
    )


class ExchangeLine(Tenanted, Base):
    """What the units of one line of the return are exchanged for, as it was when it was requested.

    `asked` pieces, of which `quantity` go out, one for each unit that was accepted. `at_price_paid`: a piece
    costs what was paid for the unit and `amount`, which may be below zero; else it costs `amount`. `rates`:
    the tax rates, in per cent. `value`, with `taxes` by rate in it, is known with the exchange's.
    """

    __tablename__ = "exchange_line"
    __table_args__ = (
        sa.UniqueConstraint("exchange_id", "return_line_id"),
        sa.CheckConstraint("asked > 0", name="asked"),
        sa.CheckConstraint("quantity >= 0 AND quantity <= asked", name="quantity"),
        sa.CheckConstraint("at_price_paid OR amount >= 0", name="amount"),
        sa.CheckConstraint("value >= 0", name="value"),
    )
    exchange_id: Mapped[uuid.UUID] = inside("exchange", indexed=True)
    return_line_id: Mapped[uuid.UUID] = inside("return_line")
    variant_id: Mapped[uuid.UUID] = inside("variant")
    no: Mapped[int]
    sku: Mapped[str] = mapped_column(sa.String(120))
    title: Mapped[str] = mapped_column(sa.String(300))
    variant: Mapped[str] = mapped_column(sa.String(200), default="")
    image: Mapped[str] = mapped_column(sa.String(500), default="")
    category: Mapped[str] = mapped_column(sa.String(120), default="")
    tags: Mapped[list[Any]] = mapped_column(default=list)
    unit_cost: Mapped[int | None]
    asked: Mapped[int]
    quantity: Mapped[int] = mapped_column(default=0)
    at_price_paid: Mapped[bool]
    amount: Mapped[int]
    rates: Mapped[list[Any]]
    value: Mapped[int] = mapped_column(default=0)
    taxes: Mapped[dict[str, Any]] = mapped_column(default=dict)
    exchange: Mapped[Exchange] = relationship(foreign_keys=[exchange_id], back_populates="lines")
    return_line: Mapped[ReturnLine] = relationship(foreign_keys=[return_line_id])
