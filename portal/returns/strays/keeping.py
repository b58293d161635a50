"""Putting an unknown parcel into quarantine, and solving what it is."""

from portal import clock
from portal.audit import Actor, Change, Event, record
from portal.db import session
from portal.errors import Refusal
from portal.i18n import say
from portal.ids import rma_number
from portal.orders.models import Order
from portal.returns.lifecycle import step
from portal.returns.parcels import checked_tracking, tracking_key
from portal.returns.strays.models import STRAY, Stray, StrayState
from portal.returns.words import checked

LONGEST = 500
EVENTS = {"send_back": Event.STRAY_SENT_BACK, "dispose": Event.STRAY_DISPOSED}


def quarantine(looks: str, sender: str, tracking: str, by: Actor) -> Stray:
    """Keep a parcel that nothing is known of. Raises Refusal without a word on what it looks like."""
    looks = checked(looks, "looks", LONGEST)
    if not looks:
        raise Refusal(say("Say what the parcel and its contents look like."), "looks")
    sender, tracking = checked(sender, "sender", LONGEST), checked_tracking(tracking)
    stray = Stray(number=rma_number(), looks=looks, sender=sender, tracking=tracking)
    stray.state, stray.tracking_key = StrayState.QUARANTINED, tracking_key(tracking)
    stray.found_at, stray.found_by = clock.now(), by.id
    session.add(stray)
    session.flush()
    record(stray, Event.STRAY_FOUND, by, [Change("stray_parcel", stray.id, None, stray.state.value)])
    return stray


def match(stray: Stray, order: Order, by: Actor) -> None:
    """It belongs to this order, and is taken in for it next. Lock the parcel."""
    change = _advance(stray, "match")
    stray.order, stray.order_id = order, order.id
    record(stray, Event.STRAY_MATCHED, by, [change], order=str(order.id))


def end(stray: Stray, way: str, reason: str, by: Actor) -> None:
    """It is sent back to its sender, or disposed of. Lock the parcel. Raises Refusal without a reason."""
    reason = checked(reason, "reason")
    if way not in EVENTS:
        raise Refusal(say("Choose what becomes of it."), "way")
    if not reason:
        raise Refusal(say("Say why."), "reason")
    change = _advance(stray, way)
    stray.reason = reason
    record(stray, EVENTS[way], by, [change])


def _advance(stray: Stray, event: str) -> Change:
    before, stray.state = stray.state, step(STRAY, stray.state, event)
    stray.solved_at = clock.now()
    return Change("stray_parcel", stray.id, before.value, stray.state.value)
