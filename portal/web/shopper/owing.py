"""What a shopper has to pay, or has paid, in their words."""

from collections.abc import Sequence

from portal.i18n import say
from portal.refunds.demands import Demand, DemandState, demands_of
from portal.refunds.demands.tending import is_over
from portal.returns import Return
from portal.tenants import this_shop

OWING = {
    DemandState.PAID: say("paid"),
    DemandState.LAPSED: say("not paid in time"),
    DemandState.RETURNING: say("on its way back to you"),
    DemandState.STUCK: say("on its way back to you"),
    DemandState.RETURNED: say("given back"),
}


def account_for(owed: Sequence[Demand]) -> Sequence[str]:
    """Where to transfer what no gateway takes; nothing where that is not asked for."""
    by_hand = any(demand.state is DemandState.OPEN and not demand.link for demand in owed)
    return this_shop().bank_details if by_hand else ()


def owed_by(return_: Return) -> Sequence[Demand]:
    """Those that there is something to say of: the last for each thing, and what was paid."""
    found = demands_of(return_)
    last = {demand.about: demand.id for demand in found}
    payable = () if found and is_over(return_) else (DemandState.OPEN,)
    told = [demand for demand in found if demand.state in (*payable, *OWING)]
    return [demand for demand in told if demand.paid_at or last[demand.about] == demand.id]
