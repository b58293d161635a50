"""Demands that no gateway sees: a person has seen the money come in, or has sent it back, and says so."""

from sqlalchemy.orm import InstrumentedAttribute

from portal.audit import Actor
from portal.errors import Conflict
from portal.i18n import say
from portal.refunds.demands.lifecycle import OVER, DemandState
from portal.refunds.demands.models import Demand, DemandRefund
from portal.refunds.demands.returning import begin, returned
from portal.refunds.demands.steps import pay
from portal.refunds.models import RefundLeg
from portal.refunds.routing import MANUAL
from portal.refunds.transferring import must_be_plain, must_be_unused


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
    reference = _checked(reference, Demand.payment)
    pay(demand, reference, by)


def confirm_returned(demand: Demand, reference: str, by: Actor) -> None:
    """It was sent back by hand, under this reference, which no refund may have either. Lock the return.

    Raises Conflict, Refusal.
    """
    if not returnable_by_hand(demand):
        raise Conflict(say("Somebody has seen to this already."))
    reference = _checked(reference, DemandRefund.reference, RefundLeg.reference)
    tried = begin(demand, MANUAL)
    tried.reference = reference
    returned(tried, {"confirmed": True}, by)


def _checked(reference: str, *columns: InstrumentedAttribute[str]) -> str:
    reference = " ".join(reference.split())
    must_be_plain(reference)
    must_be_unused(reference, *columns)
    return reference
