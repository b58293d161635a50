"""Parcels of a return: the label, and what the shopper says of sending it."""

import re
import uuid
from datetime import timedelta

from portal import clock
from portal.audit import Actor, Change, Event, record
from portal.db import session
from portal.errors import Conflict, Refusal
from portal.i18n import say
from portal.ids import uuid7
from portal.jobs import enqueue
from portal.policies import Sending
from portal.returns.lifecycle import ITEM, PARCEL, ParcelState, ReturnState, can, step
from portal.returns.models import Parcel, Return
from portal.returns.pieces import sorts
from portal.returns.standing import place

SENDABLE = frozenset({ReturnState.AUTHORIZED, ReturnState.PARTIALLY_AUTHORIZED})
UNPACKING = timedelta(hours=1)
TRACKING = re.compile(r"[0-9A-Z][0-9A-Z .\-/]{3,58}[0-9A-Z]\Z", re.IGNORECASE)


def open_parcel(return_: Return, by: Actor) -> Parcel:
    """Add the next parcel and ask for its label. Until a carrier's label is there, the shopper can print
    the return address; where they send it at their own cost, that is all there is."""
    with session.no_autoflush:
        parcel = Parcel(id=uuid7(), return_=return_, return_id=return_.id, no=len(return_.parcels) + 1)
    session.add(parcel)
    if return_.sending is not Sending.OWN:
        enqueue("label.issue", {"parcel": parcel.id}, f"label/{parcel.id}")
    return parcel


def label_issued(parcel: Parcel, carrier: str, tracking: str, by: Actor) -> None:
    """Note the carrier's label. Lock the return."""
    before, parcel.state = parcel.state, step(PARCEL, parcel.state, "issue_label")
    parcel.label_at = clock.now()
    _track(parcel, carrier, tracking)
    record(parcel.return_, Event.LABEL_ISSUED, by, [_change(parcel, before)])


def awaited_parcel(return_: Return) -> Parcel | None:
    """The parcel that is still to come; None when none is, or no unit is awaited any more."""
    return next((p for p in return_.parcels if awaits(return_) and can(PARCEL, p.state, "receive")), None)


def awaits(return_: Return) -> bool:
    """Whether a unit of it is still to come."""
    return return_.state in SENDABLE and any(can(ITEM, unit.state, "receive") for unit in sorts(return_))


def mark_sent(return_: Return, tracking: str, by: Actor) -> None:
    """Note that the shopper has sent the parcel; `tracking` may be empty. Lock the return.

    Saying it again corrects the tracking number until the parcel has arrived.
    """
    tracking = checked_tracking(tracking)
    parcel = awaited_parcel(return_)
    if parcel is None:
        raise Conflict(say("No parcel is awaited any more."))
    before = parcel.state
    leaves = can(PARCEL, parcel.state, "send")
    if leaves:
        parcel.state, parcel.sent_at = step(PARCEL, parcel.state, "send"), clock.now()
    if tracking:
        _track(parcel, parcel.carrier, tracking)
    (cause,) = record(return_, Event.PARCEL_SENT, by, [_change(parcel, before)])
    if leaves:
        _await(parcel, cause)
    place(return_)


def _await(parcel: Parcel, cause: uuid.UUID) -> None:
    """Have it looked for when it is late."""
    until = clock.now() + timedelta(days=parcel.return_.policy.policy.deadlines.sent_days)
    parcel.awaited_until = until
    enqueue("parcel.trace", {"parcel": parcel.id}, f"trace/{parcel.id}", until, cause)


def checked_tracking(tracking: str) -> str:
    """The number without blanks around it, which may be empty. Raises Refusal for what is none."""
    tracking = tracking.strip()
    if tracking and not TRACKING.match(tracking):
        text = say("A tracking number has 5 to 60 letters and digits. Leave it empty if you have none.")
        raise Refusal(text, "tracking")
    return tracking


def mark_moving(parcel: Parcel, by: Actor) -> None:
    """Note that the carrier has it. Does nothing when that is no news. Lock the return."""
    if not can(PARCEL, parcel.state, "send"):
        return
    before, parcel.state = parcel.state, step(PARCEL, parcel.state, "send")
    parcel.sent_at = clock.now()
    (cause,) = record(parcel.return_, Event.PARCEL_SENT, by, [_change(parcel, before)])
    _await(parcel, cause)
    place(parcel.return_)


def mark_delivered(parcel: Parcel, by: Actor) -> None:
    """Note that the carrier delivered it. Does nothing when that is no news. Lock the return."""
    if not can(PARCEL, parcel.state, "deliver"):
        return
    before, parcel.state = parcel.state, step(PARCEL, parcel.state, "deliver")
    parcel.delivered_at = clock.now()
    record(parcel.return_, Event.PARCEL_DELIVERED, by, [_change(parcel, before)])
    place(parcel.return_)


def turn_up(return_: Return, tracking: str, by: Actor) -> None:
    """Note the parcel that came before anybody asked; it lies unopened until its return is authorized."""
    parcel = Parcel(return_=return_, return_id=return_.id, no=1, state=ParcelState.AWAITING_LABEL)
    session.add(parcel)
    session.flush()
    before, parcel.state = parcel.state, step(PARCEL, parcel.state, "turn_up")
    parcel.delivered_at = clock.now()
    _track(parcel, "", tracking)
    record(return_, Event.PARCEL_DELIVERED, by, [_change(parcel, before)])


def opened(return_: Return) -> Parcel | None:
    """The parcel that is being unpacked: the last that came within the hour."""
    since = clock.now() - UNPACKING
    lately = [p for p in return_.parcels if p.received_at and p.received_at >= since]
    return max(lately, key=lambda p: p.no, default=None)


def arrive(return_: Return, by: Actor) -> Parcel:
    """The parcel that has come to the dock: the first that is awaited, else a new one."""
    awaited = [p for p in return_.parcels if can(PARCEL, p.state, "receive")]
    parcel = (
        awaited[0] if awaited else Parcel(return_=return_, return_id=return_.id, no=len(return_.parcels) + 1)
    )
    session.add(parcel)
    session.flush()
    before, parcel.state = parcel.state, step(PARCEL, parcel.state, "receive")
    parcel.received_at = clock.now()
    record(return_, Event.PARCEL_RECEIVED, by, [_change(parcel, before)])
    return parcel


def _track(parcel: Parcel, carrier: str, tracking: str) -> None:
    parcel.carrier, parcel.tracking, parcel.tracking_key = carrier, tracking, tracking_key(tracking)


def tracking_key(text: str) -> str:
    """How tracking numbers are compared: letters and digits alone, in capitals."""
    return re.sub(r"[^0-9A-Z]", "", text.upper())


def _change(parcel: Parcel, before: ParcelState) -> Change:
    return Change("parcel", parcel.id, before.value, parcel.state.value)
