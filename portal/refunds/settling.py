"""When the money of a return is all where it belongs, the return can close."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from portal.audit import Actor
from portal.db import session
from portal.errors import Conflict
from portal.i18n import say
from portal.policies import Resolution
from portal.refunds.demands.attention import trouble_of
from portal.refunds.lifecycle import LegState
from portal.refunds.models import Refund
from portal.refunds.quoting import payable_items, plan_for
from portal.returns.deciding import close_if_done
from portal.returns.exchanges import holding
from portal.returns.lifecycle import RETURN, ReturnState, can
from portal.returns.models import Return
from portal.returns.notifying import notify
from portal.returns.pieces import sorts
from portal.returns.standing import is_done, is_payable


def refunds_of(return_: Return) -> Sequence[Refund]:
    """The return's refunds with their legs, the first first."""
    if session.new:
        session.flush()
    query = sa.select(Refund).where(Refund.return_id == return_.id).options(joinedload(Refund.legs))
    found = session.scalars(query.order_by(Refund.no), execution_options={"autoflush": False})
    return found.unique().all()


def is_paid(refund: Refund) -> bool:
    """Whether all of it has arrived; a refund that was taken back owes nothing."""
    sent = sum(leg.amount for leg in refund.legs if leg.state is LegState.SUCCEEDED)
    return refund.cancelled_at is not None or sent == refund.amount


def settle(return_: Return, by: Actor) -> None:
    """Close the return if all its refunds are paid and nothing is awaited. Lock the return."""
    refunds = refunds_of(return_)
    for refund in refunds:
        if is_paid(refund) and not refund.cancelled_at and refund.amount:
            notify(return_, "refunded", refund.id)
    units = sorts(return_)
    if return_.goodwill or not all(map(is_paid, refunds)) or any(map(is_payable, units)):
        return
    if return_.attention:
        return_.attention = trouble_of(return_)
    exchanged = return_.resolution is Resolution.EXCHANGE and is_done(return_, units)
    if exchanged and not holding.is_over(return_, by):
        return
    close_if_done(return_, by, units)


def closable(return_: Return) -> bool:
    """Whether it is open and nothing of it is: no unit is awaited or to be checked, no money under way."""
    if return_.goodwill or not can(RETURN, return_.state, "close") or not is_done(return_):
        return False
    return all(map(is_paid, refunds_of(return_)))


def close(return_: Return, by: Actor) -> None:
    """Close a return that was opened again without need. Lock the return. Repeating it is no error."""
    if return_.state is ReturnState.CLOSED:
        return
    if not closable(return_):
        raise Conflict(say("Something of this return is still open."))
    settle(return_, by)


def ready_amount(return_: Return) -> int | None:
    """What could be approved now, in minor units; None when nothing is ready."""
    items, extra = payable_items(return_), return_.goodwill
    return plan_for(return_, items, goodwill=extra).amount if items or extra else None
