"""Receiving units at the dock: as many as there are, in as many parcels as come."""

import uuid
from collections.abc import Mapping, Sequence

from portal import clock
from portal.audit import Actor, Event, record
from portal.errors import Conflict, Refusal
from portal.i18n import say
from portal.inventory import Move, Place, move
from portal.returns.lifecycle import ITEM, ItemState, ReturnState, can
from portal.returns.models import Parcel, Return
from portal.returns.notifying import notify
from portal.returns.parcels import arrive, opened
from portal.returns.pieces import AnyItem, advance, pieces
from portal.returns.standing import place
from portal.together import together

RECEIVABLE = frozenset({ReturnState.AUTHORIZED, ReturnState.PARTIALLY_AUTHORIZED})


def awaited(return_: Return) -> dict[uuid.UUID, list[AnyItem]]:
    """The units that may still come, by return line."""
    waiting: dict[uuid.UUID, list[AnyItem]] = {}
    for item in pieces(return_):
        if can(ITEM, item.state, "receive"):
            waiting.setdefault(item.return_line_id, []).append(item)
    return waiting


@together()
def receive(return_: Return, counts: Mapping[uuid.UUID, int], by: Actor, *, quiet: bool = False) -> Parcel:
    """Receive so many units of each line: {return line id: units}. Lock the return.

    The units that did not come stay awaited. The shopper is mailed unless `quiet`. Raises Refusal with the
    line's id as field for more than are awaited, or when nothing was counted; Conflict when the return
    awaits nothing.
    """
    waiting = awaited(return_)
    if return_.state not in RECEIVABLE or not waiting:
        raise Conflict(say("No unit of this return is awaited any more."))
    coming = _pick(waiting, counts)
    parcel = _unpacked(return_) or arrive(return_, by)
    parcel.counted_at = clock.now()
    cause = take_units(return_, coming, parcel, by)
    place(return_)
    if not quiet:
        notify(return_, "received", parcel.id, cause)
    return parcel


def _unpacked(return_: Return) -> Parcel | None:
    """The parcel of which something odd was reported before its units were counted."""
    parcel = opened(return_)
    return parcel if parcel and parcel.counted_at is None else None


def take_units(return_: Return, items: Sequence[AnyItem], parcel: Parcel, by: Actor) -> uuid.UUID:
    """These units came with the parcel; the trail's first row about them."""
    changes = advance(return_, items, "receive", parcel_id=parcel.id)
    causes = record(return_, Event.ITEM_RECEIVED, by, changes)
    move((_in(item, return_.currency) for item in items), return_.id)
    return causes[0]


def receive_all(return_: Return, by: Actor, *, quiet: bool = False) -> Parcel:
    """Everything that is awaited has come."""
    counts = {line: len(items) for line, items in awaited(return_).items()}
    return receive(return_, counts, by, quiet=quiet)


def _pick(waiting: Mapping[uuid.UUID, list[AnyItem]], counts: Mapping[uuid.UUID, int]) -> list[AnyItem]:
    coming: list[AnyItem] = []
    for line, items in waiting.items():
        count = counts.get(line, 0)
        if not 0 <= count <= len(items):
            raise Refusal(say("At most {n} are awaited.", n=len(items)), str(line))
        coming += items[:count]
    if not coming:
        raise Refusal(say("Count at least one unit."), "counts")
    return coming


def _in(item: AnyItem, currency: str) -> Move:
    line = item.order_line
    return Move(item.id, line.sku, line.title, Place.SHOPPER, Place.DOCK, currency)


def on_dock(return_: Return) -> list[AnyItem]:
    """The units that were received and not yet inspected."""
    return [item for item in pieces(return_) if item.state is ItemState.RECEIVED]
