"""I1, I2: what refunds hold of an order and of its payments."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from portal.checks.looking import Look
from portal.orders.models import Order, Payment
from portal.refunds.lifecycle import LegState
from portal.refunds.models import Refund, RefundLeg

HELD = (LegState.APPROVED, LegState.SUBMITTED, LegState.UNKNOWN, LegState.PENDING, LegState.SUCCEEDED)


def _held(look: Look, by: Any) -> sa.Subquery:
    """The sum of held legs by the order or the payment."""
    return (
        sa.select(by.label("of"), sa.func.sum(RefundLeg.amount).label("held"))
        .join(Refund, Refund.id == RefundLeg.refund_id)
        .where(RefundLeg.tenant_id == look.tenant, RefundLeg.state.in_(HELD))
        .group_by(by)
        .subquery()
    )


def capped(look: Look) -> Iterator[str]:
    """More is held, and refunded elsewhere, than was captured. There are no cases yet to name an excess."""
    for kind, by in ((Order, Refund.order_id), (Payment, RefundLeg.payment_id)):
        sums = _held(look, by)
        over = sums.c.held + kind.refunded_outside > kind.captured
        yield from look.named(kind, kind.id == sums.c.of, over)


def counted(look: Look) -> Iterator[str]:
    """The counter is not the sum of the legs that hold."""
    for kind, by in ((Order, Refund.order_id), (Payment, RefundLeg.payment_id)):
        sums = _held(look, by)
        held = sa.select(sums.c.held).where(sums.c.of == kind.id).scalar_subquery()
        yield from look.named(kind, kind.reserved != sa.func.coalesce(held, 0))
