"""Where a return stands in one word: a projection of its parcels and items, kept for lists."""

from collections.abc import Sequence

import sqlalchemy as sa

from portal.db import session
from portal.returns.cases.models import UNSOLVED, Case
from portal.returns.lifecycle import ItemState, Outcome, ParcelState, ReturnState, Stage
from portal.returns.models import Return, ReturnItem
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
    """Bring the stored stage up to date, and whether anything waits to be paid; every verb ends with it.

    `units`: its `sorts`, where they have just been read.
    """
    units = sorts(return_) if units is None else units
    return_.stage = _stage(return_, units)
    return_.payable = return_.goodwill > 0 or any(map(is_payable, units))


def is_payable(item: ReturnItem | Sort) -> bool:
    """Whether a unit is checked and accepted, or the shopper keeps it, and in no refund yet.

    One of which less is to be refunded waits until the shopper has answered.
    """
    accepted = item.state is ItemState.INSPECTED and item.outcome is not Outcome.REFUSED
    return (accepted or item.state is ItemState.KEPT) and not (item.refunding or item.reducing)


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
    mine = sa.select(Case.id).where(Case.return_id == return_.id, Case.state.in_(UNSOLVED))
    return session.scalar(mine.limit(1)) is not None
