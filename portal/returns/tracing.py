"""Parcels that were sent, as somebody said, and do not come: the shopper is asked, a person may decide, and
in the end the return is over. Never without a mail."""

from datetime import timedelta

from portal import clock
from portal.audit import Actor, Change, Event, record
from portal.db import find, locked, session
from portal.errors import Conflict
from portal.i18n import say
from portal.jobs import Lease, Rules, handler
from portal.returns.deciding import expire, waits
from portal.returns.lifecycle import PARCEL, ParcelState, step
from portal.returns.models import Parcel, Return
from portal.returns.notifying import notify
from portal.returns.parcels import awaits
from portal.returns.standing import place

ASKING = timedelta(days=7)  # how long somebody has to answer or to decide, once it is late


def late_parcel(return_: Return) -> Parcel | None:
    """The first that should have come by now; None where none is awaited."""
    now = clock.now()
    if not awaits(return_):
        return None
    return next(
        (p for p in return_.parcels if is_missing(p) and p.awaited_until and p.awaited_until <= now), None
    )


def is_missing(parcel: Parcel) -> bool:
    """Whether it was sent and nobody has seen it arrive, at a day until which it is awaited."""
    return parcel.state is ParcelState.IN_TRANSIT and parcel.awaited_until is not None


def wait_longer(return_: Return, by: Actor) -> None:
    """Await the late parcel as long again from now. Lock the return. Raises Conflict where none is late."""
    parcel = _late(return_)
    parcel.awaited_until = clock.now() + timedelta(days=return_.policy.policy.deadlines.sent_days)
    same = parcel.state.value
    record(return_, Event.PARCEL_AWAITED, by, [Change("parcel", parcel.id, same, same)])
    place(return_)


def stop_looking(return_: Return, by: Actor) -> None:
    """The late parcel is lost. Lock the return. Raises Conflict where none is late."""
    lose(_late(return_), by)


def _late(return_: Return) -> Parcel:
    parcel = late_parcel(return_)
    if parcel is None:
        raise Conflict(say("No parcel is late any more."))
    return parcel


def lose(parcel: Parcel, by: Actor) -> None:
    """The parcel will not come. Where nothing else of the return has come or is on its way, that is the end
    of it, and its shopper is told; the rest stays awaited until somebody stops waiting. Lock the return."""
    return_ = parcel.return_
    before, parcel.state = parcel.state, step(PARCEL, parcel.state, "lose")
    record(return_, Event.PARCEL_LOST, by, [Change("parcel", parcel.id, before.value, parcel.state.value)])
    if waits(return_):
        expire(return_, by, "parcel_lost")
    place(return_)


@handler("parcel.trace", Rules(evidence=True))
def trace(lease: Lease) -> None:
    """Ask the shopper when it is late, and end it when nobody has answered or decided for long enough."""
    parcel = find(Parcel, lease.ref("parcel"))
    return_ = locked(Return, parcel.return_id)
    session.refresh(parcel)
    if not (is_missing(parcel) and parcel.awaited_until and awaits(return_)):
        return
    now, late = clock.now(), parcel.awaited_until
    if now < late:
        lease.later(late - now)
    elif now < late + ASKING:
        notify(return_, "not_arrived", parcel.id)
        lease.later(late + ASKING - now)
    else:
        lose(parcel, lease.by)
