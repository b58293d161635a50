"""Where a return stands in one word: a projection of its parcels and items, kept for lists."""

import sqlalchemy as sa

from portal.db import session
from portal.returns.cases.models import UNSOLVED, Case
from portal.returns.lifecycle import ItemState, Outcome, ParcelState, ReturnState, Stage
from portal.returns.models import Return, ReturnItem

FINAL = {
    ReturnState.DRAFT: Stage.DRAFT,
    ReturnState.REQUESTED: Stage.REQUESTED,
    ReturnState.DENIED: Stage.DENIED,
    ReturnState.CANCELLED: Stage.CANCELLED,
    ReturnState.EXPIRED: Stage.EXPIRED,
}
HERE = frozenset({ItemState.RECEIVED, ItemState.WRONG_ITEM})  # something came and waits for somebody
MOVING = frozenset({ParcelState.IN_TRANSIT, ParcelState.DELIVERED})
AWAITED = frozenset({ItemState.AUTHORIZED, ItemState.MISSING})


def stage_of(return_: Return) -> Stage:
    """The stage that follows from the return, its items and its parcels."""
    if return_.state in FINAL:
        return FINAL[return_.state]
    states = {item.state for item in return_.items}
    if return_.state is ReturnState.CLOSED:
        return Stage.REFUNDED if any(item.refunding for item in return_.items) else Stage.CHECKED
    if states & HERE:
        return Stage.RECEIVED
    if ItemState.INSPECTED in states:
        return Stage.CHECKED
    if ItemState.KEPT in states and not states & AWAITED:
        return Stage.CHECKED  # nothing comes, and nothing is to be looked at
    moving = any(parcel.state in MOVING for parcel in return_.parcels)
    return Stage.ON_ITS_WAY if moving else Stage.APPROVED


def place(return_: Return) -> None:
    """Bring the stored stage up to date, and whether a unit waits to be paid; every verb ends with it."""
    return_.stage = stage_of(return_)
    return_.payable = any(is_payable(item) for item in return_.items)


def is_payable(item: ReturnItem) -> bool:
    """Whether a unit is checked and accepted, or the shopper keeps it, and in no refund yet."""
    accepted = item.state is ItemState.INSPECTED and item.outcome is not Outcome.REFUSED
    return (accepted or item.state is ItemState.KEPT) and not item.refunding


def nothing_comes(return_: Return) -> bool:
    """Whether the shopper keeps all that is left of the return."""
    live = [item for item in return_.items if item.live]
    return bool(live) and all(item.state is ItemState.KEPT for item in live)


def is_done(return_: Return) -> bool:
    """Whether nothing is awaited any more: every unit has ended or is in a refund, every case is decided."""
    ended = all(
        not item.live or (item.state in {ItemState.INSPECTED, ItemState.KEPT} and item.refunding)
        for item in return_.items
    )
    return ended and not undecided(return_)


def undecided(return_: Return) -> bool:
    """Whether somebody has to say what becomes of something else that was in a parcel."""
    mine = sa.select(Case.id).where(Case.return_id == return_.id, Case.state.in_(UNSOLVED))
    return session.scalar(mine.limit(1)) is not None
