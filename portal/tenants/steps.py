"""What an owner has said about the first steps of the shop: that is right, or I do without."""

import uuid
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal import clock
from portal.audit import Actor, Event, record
from portal.db import Base, Tenanted, choice, here
from portal.ids import uuid7
from portal.inserting import insert_new
from portal.tenants.models import Tenant


class Step(StrEnum):
    """`AWAY`: the page itself is put away."""

    ADDRESS = "address"
    POLICY = "policy"
    PEOPLE = "people"
    TRIAL = "trial"
    AWAY = "away"


class ShopStep(Tenanted, Base):
    """That somebody has said so, once."""

    __tablename__ = "shop_step"
    __table_args__ = (sa.UniqueConstraint("tenant_id", "step"),)
    step: Mapped[Step] = mapped_column(choice(Step))
    by: Mapped[uuid.UUID | None]
    at: Mapped[datetime]


def settle_step(shop: Tenant, step: Step, by: Actor) -> None:
    """Nobody need think of this step any more. Lock the shop. Saying it again changes nothing."""
    row = {"id": uuid7(), "tenant_id": here(), "step": step, "by": by.id, "at": clock.now()}
    if insert_new(ShopStep, row):
        record(shop, Event.STEP_SETTLED, by, step=step.value)
