"""Changing one's mind about what comes back for a return, until somebody has looked at a unit of it."""

from portal.audit import Actor, Event, record
from portal.errors import Conflict, Refusal
from portal.i18n import say
from portal.policies import Resolution
from portal.returns.drafting import offered
from portal.returns.exchanges import holding
from portal.returns.lifecycle import ItemState, ReturnState
from portal.returns.models import Return
from portal.returns.pieces import sorts

CHANGEABLE = frozenset({ReturnState.REQUESTED, ReturnState.AUTHORIZED, ReturnState.PARTIALLY_AUTHORIZED})
DECIDED = frozenset({ItemState.INSPECTED, ItemState.KEPT})


def changeable(return_: Return) -> bool:
    """Whether another resolution may still be chosen: there is one, no refund is due yet, and the other
    article was not sent at once."""
    undecided = not any(unit.state in DECIDED or unit.refunding for unit in sorts(return_))
    open_ = return_.state in CHANGEABLE and undecided and len(offered(return_)) > 1
    return open_ and not holding.was_sent(return_)


def change_resolution(return_: Return, resolution: Resolution | None, by: Actor) -> None:
    """Choose another resolution. Lock the return. Choosing the same again changes nothing.

    Raises Conflict once a unit was checked or kept, or the other article was sent; Refusal for what the
    policy does not offer.
    """
    if not changeable(return_):
        raise Conflict(say("This can no longer be changed: somebody has checked or decided it."))
    if resolution is None or resolution not in offered(return_):
        raise Refusal(say("Choose what you would like."), "resolution")
    before = return_.resolution
    if resolution is before:
        return
    holding.end(return_, by)
    return_.resolution = resolution
    was = before.value if before else ""
    record(return_, Event.RESOLUTION_CHANGED, by, resolution=resolution.value, instead_of=was)
