"""What time itself does to a reduction."""

from portal import clock
from portal.db import find, locked
from portal.jobs import Lease, Rules, handler
from portal.returns.models import Return
from portal.returns.reductions.answering import lapse
from portal.returns.reductions.models import Reduction, ReductionState


@handler("reduction.lapse", Rules(evidence=True))
def lapse_reduction(lease: Lease) -> None:
    """The shopper's time to answer is over. One that comes a moment early by this clock comes again."""
    locked(Return, lease.ref("return"))
    reduction = find(Reduction, lease.ref("reduction"))
    early = reduction.answer_by - clock.now()
    if reduction.state is ReductionState.PROPOSED and early.total_seconds() > 0:
        return lease.later(early)
    return lapse(reduction, lease.by)
