"""What was decided against the rules for an order, with who did, for whoever reads a verdict."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from portal.db import here, session
from portal.orders.models import OrderLine
from portal.people import User
from portal.policies import Override, OverrideKind


@dataclass(frozen=True)
class Exceptional:
    """An override with its author's name, the article it is about ("" for the whole order), and whether it
    holds still."""

    made: Override
    who: str
    title: str
    holds: bool


def exceptions_of(order: uuid.UUID) -> Sequence[Exceptional]:
    """The newest first. One statement."""
    query = (
        sa.select(Override, User.name, OrderLine.title)
        .outerjoin(User, User.id == Override.by)
        .outerjoin(OrderLine, OrderLine.id == Override.order_line_id)
        .where(Override.tenant_id == here(), Override.order_id == order)
        .order_by(Override.at.desc(), Override.id.desc())
    )
    told, seen = [], set()
    for made, who, title in session.execute(query):
        first = made.order_line_id not in seen
        seen.add(made.order_line_id)
        holds = first and made.kind is not OverrideKind.WITHDRAW
        told.append(Exceptional(made, who or "", title or "", holds))
    return told


def by_id(order: uuid.UUID) -> Mapping[str, Exceptional]:
    """The same by their ids, as findings name them."""
    return {str(one.made.id): one for one in exceptions_of(order)}
