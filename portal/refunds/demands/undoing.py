"""What the desk takes back of demands: asking, and what was paid."""

from portal.audit import Actor
from portal.errors import Conflict
from portal.i18n import say
from portal.refunds.demands.asking import cancel
from portal.refunds.demands.lifecycle import PAYABLE, DemandState
from portal.refunds.demands.models import Demand
from portal.refunds.demands.purpose import exchange_for
from portal.refunds.demands.returning import give_back

STANDING = frozenset({*PAYABLE, DemandState.LAPSED, DemandState.PAID})


def is_bound(demand: Demand) -> bool:
    """Whether an exchange goes on that costs what it asks for, so that it stands and falls with that."""
    return demand.state in STANDING and exchange_for(demand) is not None


def stop_asking(demand: Demand, by: Actor) -> None:
    """Somebody asks for it no longer. Lock the return. Raises Conflict while it is owed, or paid."""
    _must_be_free(demand)
    cancel(demand, by)


def send_back(demand: Demand, by: Actor) -> None:
    """Somebody gives back what was paid, or tries that again. Lock the return.

    Raises Conflict where it pays for an exchange that goes on: an order stands for what was sent, and gives
    it back with that.
    """
    _must_be_free(demand)
    give_back(demand, by)


def _must_be_free(demand: Demand) -> None:
    if is_bound(demand):
        raise Conflict(say("This pays for the exchange. Give that up, or take back what was sent for it."))
