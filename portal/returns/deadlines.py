"""What time itself does to a return: its shopper is reminded, and then it is over."""

from portal import clock
from portal.db import locked
from portal.jobs import Lease, Rules, handler
from portal.returns.clocks import OPEN
from portal.returns.deciding import expire, waits
from portal.returns.models import Return
from portal.returns.notifying import notify
from portal.returns.reminding import END, moments


@handler("return.expire", Rules(evidence=True))
def expire_return(lease: Lease) -> None:
    """Remind the shopper while there is time to hand in; long after it end the return, if nothing has come.

    It wakes up for each of these moments. A reminder whose time went by unseen is left to the next one.
    """
    return_, now = locked(Return, lease.ref("return")), clock.now()
    past = [event for at, event in moments(return_) if at <= now]
    ahead = [at for at, _ in moments(return_) if at > now]
    if past and waits(return_):
        _act(return_, past[-1], lease)
    if ahead and return_.state in OPEN:
        lease.later(ahead[0] - now)


def _act(return_: Return, event: str, lease: Lease) -> None:
    if event == END:
        expire(return_, lease.by)
    elif return_.hand_in_by and clock.now() < return_.hand_in_by:
        notify(return_, event)
