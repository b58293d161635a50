"""Where a return stands in one word: a projection of its parcels and items, kept for lists."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

import sqlalchemy as sa

from portal import clock
from portal.db import flush_any, session
from portal.returns.cases.models import UNSOLVED, Case
from portal.returns.clocks import OPEN, Duty, Times, next_due
from portal.returns.lifecycle import ItemState, Outcome, ParcelState, ReturnState, Stage
from portal.returns.models import Parcel, Return, ReturnItem
from portal.returns.pieces import Sort, sorts

FINAL = {
    ReturnState.DRAFT: Stage.DRAFT,
    ReturnState.REQUESTED: Stage.REQUESTED,
    ReturnState.DENIED: Stage.DENIED,
    ReturnState.CANCELLED: Stage.CANCELLED,
    ReturnState.EXPIRED: Stage.EXPIRED,
}
HERE = frozenset({ItemState.RECEIVED, ItemState.WRONG_ITEM})  # something came and waits for somebody
MOVING = frozenset({ParcelState.IN_TRANSIT, ParcelState.DELIVERED})
Units = Sequence[ReturnItem | Sort]
AWAITED = frozenset({ItemState.AUTHORIZED, ItemState.MISSING})


def _stage(return_: Return, units: Units) -> Stage:
    """The stage that follows from the return, its units and its parcels."""
    if return_.state in FINAL:
        return FINAL[return_.state]
    states = {unit.state for unit in units}
    if return_.state is ReturnState.CLOSED:
        return Stage.REFUNDED if any(unit.refunding for unit in units) else Stage.CHECKED
    if states & HERE:
        return Stage.RECEIVED
    if ItemState.INSPECTED in states:
        return Stage.CHECKED
    if ItemState.KEPT in states and not states & AWAITED:
        return Stage.CHECKED  # nothing comes, and nothing is to be looked at
    moving = any(parcel.state in MOVING for parcel in return_.parcels)
    return Stage.ON_ITS_WAY if moving else Stage.APPROVED


def place(return_: Return, units: Units | None = None) -> None:
    """Bring the stored stage up to date, whether anything waits to be paid, and what is due first; every verb
    ends with it.

    `units`: its `sorts`, where they have just been read.
    """
    units = sorts(return_) if units is None else units
    return_.stage = _stage(return_, units)
    return_.payable = return_.goodwill > 0 or any(map(is_payable, units))
    with session.no_autoflush:  # its row is written once, with all of this
        due = next_due(times_of(return_, units), return_.policy.policy)
    return_.duty, return_.due_since, return_.due_at = (due.duty, due.since, due.until) if due else 3 * (None,)


def times_of(return_: Return, units: Units | None = None) -> Times:
    """What its deadlines follow from."""
    units = sorts(return_) if units is None else units
    coming = _coming(return_, units)
    return Times(
        state=return_.state,
        stage=return_.stage,
        requested_at=return_.requested_at,
        decided_at=return_.decided_at,
        answer_by=return_.answer_by,
        hand_in_by=return_.hand_in_by,
        sent_at=coming.sent_at if coming else None,
        awaited_until=coming.awaited_until if coming else None,
        delivered_at=_delivered(return_, units),
        unchecked_since=_came(return_, units, is_unchecked),
        owed_since=_came(return_, units, lambda unit: is_unchecked(unit) or is_payable(unit)),
        objected_since=return_.objected_since,
    )


def _coming(return_: Return, units: Units) -> Parcel | None:
    """The parcel on its way that is late first, while units are awaited."""
    if return_.state not in OPEN or not any(unit.state in AWAITED for unit in units):
        return None
    known = [
        (p.awaited_until, p) for p in return_.parcels if p.awaited_until and p.state is ParcelState.IN_TRANSIT
    ]
    return min(known, key=lambda one: (one[0], one[1].no), default=(None, None))[1]


def _delivered(return_: Return, units: Units) -> datetime | None:
    """When the carrier brought the first parcel that the dock has not taken in, while units are awaited."""
    if return_.state not in OPEN or not any(unit.state in AWAITED for unit in units):
        return None
    return _first(p.delivered_at for p in return_.parcels if p.state is ParcelState.DELIVERED)


def _came(return_: Return, units: Units, which: Callable[[ReturnItem | Sort], bool]) -> datetime | None:
    """When the first parcel was received that such a unit came in."""
    wanted = {unit.parcel_id for unit in units if which(unit)} if return_.state in OPEN else set()
    return _first(parcel.received_at for parcel in return_.parcels if parcel.id in wanted) if wanted else None


def _first(moments: Iterable[datetime | None]) -> datetime | None:
    return min((moment for moment in moments if moment), default=None)


def is_unchecked(item: ReturnItem | Sort) -> bool:
    """Whether it lies on the dock."""
    return item.state is ItemState.RECEIVED


def is_payable(item: ReturnItem | Sort) -> bool:
    """Whether a unit is checked and accepted, or the shopper keeps it, and in no refund yet.

    One of which less is to be refunded waits until the shopper has answered.
    """
    accepted = item.state is ItemState.INSPECTED and item.outcome is not Outcome.REFUSED
    return (accepted or item.state is ItemState.KEPT) and not (item.refunding or item.reducing)


def paid_by(return_: Return) -> datetime | None:
    """By when what is checked goes out; None once that is over, as it is not promised again."""
    promised = return_.due_at if return_.duty is Duty.PAY and return_.payable else None
    return promised if promised and promised > clock.now() else None


def nothing_comes(return_: Return) -> bool:
    """Whether the shopper keeps all that is left of the return."""
    live = [unit for unit in sorts(return_) if unit.live]
    return bool(live) and all(unit.state is ItemState.KEPT for unit in live)


def is_done(return_: Return, units: Units | None = None) -> bool:
    """Whether nothing is awaited any more: every unit has ended or is in a refund, every case is decided.

    `units`: its `sorts`, where they have just been read.
    """
    ended = all(
        not unit.live or (unit.state in {ItemState.INSPECTED, ItemState.KEPT} and unit.refunding)
        for unit in (sorts(return_) if units is None else units)
    )
    return ended and not undecided(return_)


def undecided(return_: Return) -> bool:
    """Whether somebody has to say what becomes of something else that was in a parcel."""
    flush_any(Case)
    mine = sa.select(Case.id).where(Case.return_id == return_.id, Case.state.in_(UNSOLVED))
    return session.scalar(mine.limit(1), execution_options={"autoflush": False}) is not None
