"""Deciding on a return: authorize, deny, cancel, expire, close, reopen. Lock the return first."""

import uuid
from collections.abc import Collection, Sequence
from datetime import timedelta

from portal import clock
from portal.audit import Actor, Change, Event, record
from portal.db import session
from portal.errors import Conflict, Refusal
from portal.i18n import say
from portal.jobs import enqueue
from portal.returns.claiming import release
from portal.returns.exchanges import holding
from portal.returns.lifecycle import ITEM, RETURN, ItemState, ReturnState, can, step
from portal.returns.models import Note, Return
from portal.returns.notifying import notify
from portal.returns.parcels import open_parcel
from portal.returns.pieces import AnyItem, advance, as_written, pieces, sorts
from portal.returns.receiving import receive_all
from portal.returns.reminding import moments
from portal.returns.standing import MOVING, Units, is_done, place, undecided

# Nothing has come of a return while each of its units is in one of these.
WAITING = frozenset({ItemState.CLAIMED, ItemState.AUTHORIZED, ItemState.DECLINED})
IDLE = timedelta(days=7)  # what was opened again, and then left alone, is looked at after this


def authorize(
    return_: Return,
    by: Actor,
    declined: Collection[uuid.UUID] = (),
    reason: str = "",
    *,
    counted_by: Actor | None = None,
    kept: Collection[uuid.UUID] = (),
    units: Sequence[AnyItem] | None = None,
) -> None:
    """Authorize the claimed items, all but `declined` (item ids), which need a reason for the shopper.

    Issues the parcel's label and mails the shopper; what came unannounced is taken in instead, as it was
    counted, by `counted_by` where that was just now. Where nothing comes, because the shopper keeps all of
    its lines (`kept`, their ids), there is neither label nor mail. `units`: its `pieces`, where they are
    known. Raises Conflict when it was decided
    already, Refusal when nothing would be left or the reason is missing.
    """
    units = pieces(return_) if units is None else units
    no = [item for item in units if item.id in declined]
    yes = [item for item in units if item.id not in declined]
    if not yes:
        return deny(return_, reason, by)
    if no:
        _say_why(return_, reason, by)
    changes = [_advance(return_, "authorize_partly" if no else "authorize")]
    changes += advance(return_, yes, "authorize") + advance(return_, no, "decline")
    release(no)
    _decided(return_)
    causes = record(return_, Event.RETURN_AUTHORIZED, by, changes, policy_version=return_.policy.no)
    if return_.unannounced:
        receive_all(return_, counted_by or by, quiet=by.kind == "system")
    elif any(item.return_line_id not in kept for item in yes):
        open_parcel(return_, by)
        notify(return_, "approved", cause=causes[0])
    _go_on(return_, by, causes[0])
    decided = as_written(yes, state=ItemState.AUTHORIZED) + as_written(no, state=ItemState.DECLINED)
    place(return_, None if return_.unannounced else decided)
    return None


def _go_on(return_: Return, by: Actor, cause: uuid.UUID) -> None:
    """Look at it when its time is over; what need not wait until then goes ahead."""
    first, _ = next(moments(return_))
    enqueue("return.expire", {"return": return_.id}, f"expire/{return_.id}", first, cause)
    holding.go_ahead(return_, by, cause)


def deny(return_: Return, reason: str, by: Actor) -> None:
    """Deny the whole return. The reason goes to the shopper; Refusal if it is empty."""
    _say_why(return_, reason, by)
    units = pieces(return_)
    changes = [_advance(return_, "deny"), *advance(return_, units, "decline")]
    release(units)
    return_.decided_at = return_.closed_at = clock.now()
    causes = record(return_, Event.RETURN_DENIED, by, changes, policy_version=return_.policy.no)
    holding.end(return_, by)
    notify(return_, "denied", cause=causes[0])
    place(return_)


def cancel(return_: Return, by: Actor) -> None:
    """Cancel before anything has been sent. Repeating it is no error."""
    if return_.state is ReturnState.CANCELLED:
        return
    if not cancellable(return_):
        raise Conflict(say("A parcel is on its way or has arrived, so this cannot be cancelled any more."))
    _end(return_, "cancel", Event.RETURN_CANCELLED, by)


def cancellable(return_: Return) -> bool:
    """Whether it may still be cancelled: nothing has been sent or received."""
    sent = any(parcel.state in MOVING or parcel.received_at for parcel in return_.parcels)
    waiting = all(unit.state in WAITING for unit in sorts(return_))
    return can(RETURN, return_.state, "cancel") and waiting and not sent and not holding.was_sent(return_)


def waits(return_: Return) -> bool:
    """Whether it is authorized, and nothing of it has come or is on its way."""
    waiting = all(unit.state in WAITING for unit in sorts(return_))
    sent = any(parcel.state in MOVING for parcel in return_.parcels)
    return waiting and not sent and can(RETURN, return_.state, "expire") and not undecided(return_)


def expire(return_: Return, by: Actor, mail: str = "expired") -> None:
    """End an authorized return of which nothing has come, and tell the shopper by that mail. Does nothing if
    something has."""
    if waits(return_):
        notify(return_, mail, cause=_end(return_, "expire", Event.RETURN_EXPIRED, by))


def _end(return_: Return, event: str, told: Event, by: Actor) -> uuid.UUID:
    ending = [item for item in pieces(return_) if can(ITEM, item.state, event)]
    changes = [_advance(return_, event), *advance(return_, ending, event)]
    release(ending)
    return_.closed_at = clock.now()
    (cause, *_) = record(return_, told, by, changes)
    holding.end(return_, by)
    place(return_)
    return cause


def give_up(return_: Return, by: Actor) -> None:
    """Stop waiting for the units that have not come. A job closes the return if nothing else is open."""
    late = [i for i in pieces(return_) if i.state in {ItemState.AUTHORIZED, ItemState.MISSING}]
    if not late:
        raise Conflict(say("No unit is awaited any more."))
    came = any(parcel.received_at for parcel in return_.parcels)
    if not came and not any(unit.state is ItemState.KEPT for unit in sorts(return_)):
        return cancel(return_, by)
    changes = advance(return_, late, "cancel")
    release(late)
    causes = record(return_, Event.ITEM_MISSING, by, changes)
    enqueue("refund.ready", {"return": return_.id}, f"ready/{return_.id}/{causes[0]}", cause=causes[0])
    place(return_)
    return None


def close_if_done(return_: Return, by: Actor, units: Units) -> None:
    """Close the return when nothing is awaited any more. The caller has seen that no money is open, and has
    just read `units`, its `sorts`."""
    if not can(RETURN, return_.state, "close") or not is_done(return_, units):
        return
    change = _advance(return_, "close")
    return_.closed_at = clock.now()
    record(return_, Event.RETURN_CLOSED, by, [change])
    place(return_, units)


def reopen(return_: Return, reason: str, by: Actor) -> None:
    """Open a closed return again; the reason is kept as a note.

    What happens next closes it when nothing is open any more. If nothing happens, a job does.
    """
    if not reason.strip():
        raise Refusal(say("Say why it is opened again."), "reason")
    change = _advance(return_, "reopen")
    return_.closed_at = None
    (cause,) = record(return_, Event.RETURN_REOPENED, by, [change])
    add_note(return_, "reopened", reason, by)
    look_at = clock.now() + IDLE
    enqueue("refund.ready", {"return": return_.id}, f"ready/{return_.id}/{cause}", look_at, cause)
    place(return_)


def add_note(return_: Return, kind: str, text: str, by: Actor) -> None:
    """Keep free text about the return. `kind`: internal, denial, reopened, kept or inspection."""
    session.add(Note(return_id=return_.id, kind=kind, text=text.strip(), by=by.id, at=clock.now()))


def _say_why(return_: Return, reason: str, by: Actor) -> None:
    if not reason.strip():
        raise Refusal(say("Give the shopper a reason."), "reason")
    add_note(return_, "denial", reason, by)


def _advance(return_: Return, event: str) -> Change:
    before, return_.state = return_.state, step(RETURN, return_.state, event)
    return Change("return", return_.id, before.value, return_.state.value)


def _decided(return_: Return) -> None:
    return_.decided_at, days = clock.now(), return_.policy.policy.hand_in_days
    return_.hand_in_by = return_.decided_at + timedelta(days=days)
