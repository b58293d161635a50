"""Returns that were chosen on the board, as they now stand."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa

from portal.db import here, session
from portal.ids import print_rma
from portal.orders.models import Order
from portal.returns import Return, ReturnState


@dataclass(frozen=True)
class Chosen:
    """A return in short. `quoted` in minor units of its currency."""

    id: uuid.UUID
    number: str
    version: int
    state: ReturnState
    name: str
    order: str
    units: int
    quoted: int
    currency: str

    @property
    def rma(self) -> str:
        return print_rma(self.number)

    @property
    def waits(self) -> bool:
        """For a decision."""
        return self.state is ReturnState.REQUESTED


def chosen(ids: Collection[uuid.UUID]) -> list[Chosen]:
    """Those of this shop, the newest first; one statement. A draft is its shopper's alone."""
    query = (
        sa.select(
            Return.id, Return.number, Return.version, Return.state, Order.name, Order.number.label("order"),
            Return.units, Return.quoted, Return.currency,
        )
        .join(Order, Order.id == Return.order_id)
        .where(Return.tenant_id == here(), Return.state != ReturnState.DRAFT, Return.id.in_(ids))
        .order_by(Return.requested_at.desc(), Return.id.desc())
    )  # fmt: skip
    return [Chosen(**row._mapping) for row in session.execute(query)]
