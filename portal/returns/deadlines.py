"""What time itself does to a return."""

from portal.db import locked
from portal.jobs import Lease, Rules, handler
from portal.returns.deciding import expire
from portal.returns.models import Return


@handler("return.expire", Rules(evidence=True))
def expire_return(lease: Lease) -> None:
    """The last day to hand in is long over: end the return if nothing of it has come."""
    expire(locked(Return, lease.ref("return")), lease.by)
