"""Demands that no gateway sees: a person has seen the money come in, or has sent it back, and says so."""

import sqlalchemy as sa

from portal.audit import Actor
from portal.db import here, session
from portal.errors import Conflict, Refusal
from portal.i18n import say
from portal.refunds.demands.lifecycle import OVER, DemandState
from portal.refunds.demands.models import Demand, DemandRefund
from portal.refunds.demands.returning import begin, returned
from portal.refunds.demands.steps import pay
from portal.refunds.routing import MANUAL
from portal.refunds.transferring import REFERENCE


def payable_by_hand(demand: Demand) -> bool:
    """Whether somebody may say that it was paid; also when the time was over."""
    return demand.gateway == MANUAL and demand.state in {DemandState.OPEN, *OVER}


def returnable_by_hand(demand: Demand) -> bool:
    """Whether somebody may say that it was sent back: by hand it came, or the gateway could not."""
    by_hand = demand.gateway == MANUAL and demand.state is DemandState.RETURNING
    return by_hand or demand.state is DemandState.STUCK


def confirm_paid(demand: Demand, reference: str, by: Actor) -> None:
    """It was paid, under this reference of the bank's. Lock the return.

    Raises Conflict when somebody was first; Refusal for a reference that another payment has.
    """
    if not payable_by_hand(demand):
        raise Conflict(say("Somebody has seen to this already."))
    reference = _checked(reference)
    same = sa.select(Demand.id).where(
        Demand.tenant_id == here(), Demand.gateway == MANUAL, Demand.payment == reference
    )
    if session.scalar(same.limit(1)):
        raise Refusal(say("Another transfer was confirmed under this reference."), "reference")
    pay(demand, reference, by)


def confirm_returned(demand: Demand, reference: str, by: Actor) -> None:
    """It was sent back by hand, under this reference. Lock the return. Raises Conflict, Refusal."""
    if not returnable_by_hand(demand):
        raise Conflict(say("Somebody has seen to this already."))
    reference = _checked(reference)
    same = sa.select(DemandRefund.id).where(
        DemandRefund.tenant_id == here(), DemandRefund.gateway == MANUAL, DemandRefund.reference == reference
    )
    if session.scalar(same.limit(1)):
        raise Refusal(say("Another transfer was confirmed under this reference."), "reference")
    tried = begin(demand, MANUAL)
    tried.reference = reference
    returned(tried, {"confirmed": True}, by)


def _checked(reference: str) -> str:
    reference = " ".join(reference.split())
    if not REFERENCE.fullmatch(reference):
        raise Refusal(say("Type the bank's reference in plain letters and digits, at most 60."), "reference")
    return reference
