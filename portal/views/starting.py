"""How far a new shop is: which of its first steps are done, by themselves or because somebody said so."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from portal import clock
from portal.audit import Event, Trail
from portal.db import here, session
from portal.money import TEST_CURRENCY
from portal.orders.models import Order
from portal.orders.trying import SOURCE
from portal.people import User
from portal.policies import PolicyVersion
from portal.returns import Return, ReturnState
from portal.tenants.steps import ShopStep, Step


@dataclass(frozen=True)
class Start:
    """What is done. `away`: somebody has put the page away. `scheduled`: another policy has yet to begin."""

    address: bool
    policy: bool
    orders: bool
    people: bool
    trial: bool
    away: bool
    scheduled: bool

    @property
    def done(self) -> int:
        return sum((self.address, self.policy, self.orders, self.people, self.trial))

    @property
    def over(self) -> bool:
        return self.away or self.done == ALL


ALL = 5
MANY = 25  # a shop that has had so many returns is no longer new, whatever was left undone


def settled_in() -> bool:
    """Whether the shop has had many returns. One statement, which reads so many rows of an index."""
    mine = sa.select(sa.literal(1)).where(Return.tenant_id == here(), Return.requested_at.is_not(None))
    return session.scalar(sa.select(sa.func.count()).select_from(mine.limit(MANY).subquery())) == MANY


def start() -> Start:
    """One statement, of which each part ends at the first row it finds."""
    tenant = here()
    changed = sa.exists().where(
        Trail.tenant_id == tenant, Trail.event == Event.SHOP_CHANGED.value, Trail.actor_kind == "person"
    )
    ruled = _other_policy(PolicyVersion.active_from <= clock.now())
    to_come = _other_policy(PolicyVersion.active_from > clock.now())
    sold = sa.exists().where(Order.tenant_id == tenant, Order.currency != TEST_CURRENCY)
    staff = sa.select(sa.func.count()).where(User.tenant_id == tenant).scalar_subquery() > 1
    tried = sa.exists().where(
        Order.tenant_id == tenant, Order.source == SOURCE, Return.order_id == Order.id,
        Return.state == ReturnState.CLOSED,
    )  # fmt: skip
    parts: Sequence[Any] = (
        sa.or_(changed, _said(Step.ADDRESS)), sa.or_(ruled, _said(Step.POLICY)), sold,
        sa.or_(staff, _said(Step.PEOPLE)), sa.or_(tried, _said(Step.TRIAL)), _said(Step.AWAY),
        to_come,
    )  # fmt: skip
    return Start(*map(bool, session.execute(sa.select(*parts)).one()))


def _other_policy(when: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """Whether the shop has a version whose policy is not the one that it began with. Branding, mails and what
    else a version holds do not count; the policies are kept as text, by one writer, and compared so."""
    first = aliased(PolicyVersion)
    mine = (PolicyVersion.tenant_id == here(), first.tenant_id == here(), first.no == 1)
    now, then = sa.cast(PolicyVersion.document, sa.Text), sa.cast(first.document, sa.Text)
    return sa.exists().where(*mine, when, now != then)


def _said(step: Step) -> sa.ColumnElement[bool]:
    return sa.exists().where(ShopStep.tenant_id == here(), ShopStep.step == step)


def trials() -> Sequence[tuple[Order, Return | None]]:
    """The newest test order that is not put away, with its returns."""
    newest = (
        sa.select(Order.id)
        .where(Order.tenant_id == here(), Order.source == SOURCE, Order.cancelled_at.is_(None))
        .order_by(Order.placed_at.desc(), Order.id.desc())
        .limit(1)
    )
    query = (
        sa.select(Order, Return)
        .outerjoin(Return, sa.and_(Return.order_id == Order.id, Return.state != ReturnState.DRAFT))
        .where(Order.id.in_(newest), Order.tenant_id == here())
        .order_by(Return.requested_at)
    )
    return [(order, return_) for order, return_ in session.execute(query)]
