"""By when what has come must be checked and paid: one rule for the board, the record and the dock."""

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta

from portal import clock
from portal.db import find, locked
from portal.returns import Outcome, Return
from portal.returns.clocks import Due, Duty, dues
from portal.returns.parcels import mark_delivered, mark_moving
from portal.returns.receiving import awaited, receive
from portal.returns.standing import place, times_of
from portal.views import board, dock
from portal.views.board import Wish
from portal.views.paging import Spot
from tests.harness.sales import SOCKS, approve_ready, check, requested, sell
from tests.harness.shops import Shop
from tests.harness.soundness import broken

At = Callable[[datetime], None]
NOON = datetime.fromisoformat("2026-12-14T12:00:00+00:00")
DAY = timedelta(days=1)


def arrives(shop: Shop, id: uuid.UUID, n: int) -> None:
    """A parcel with so many units."""
    with shop.transaction():
        return_ = locked(Return, id)
        receive(return_, {next(iter(awaited(return_))): n}, shop.actor())


def seen(shop: Shop, id: uuid.UUID) -> list[Due]:
    """What is due by the record. The board names the first of it, the dock when units must be checked."""
    with shop.transaction(reading=True):
        return_ = find(Return, id)
        found = dues(times_of(return_), return_.policy.policy)
        (row,) = [row for row in board.rows(Wish(board.View.ALL), Spot()).rows if row.id == id]
        assert row.due == (found[0] if found else None)
        waiting = [held.due.until for held in dock.queue("Europe/Berlin").rows if held.id == id]
        bench = dock.due_of(dock.bench(id), "Europe/Berlin")
        assert waiting == [due.until for due in found if due.duty is Duty.INSPECT]
        assert waiting == ([bench.until] if bench else [])
        return found


def told(shop: Shop, id: uuid.UUID) -> list[tuple[Duty, timedelta]]:
    return [(due.duty, due.until - NOON) for due in seen(shop, id)]


def test_the_desk_and_the_dock_name_one_date_while_parcels_come_one_after_another(shop: Shop, at: At) -> None:
    at(NOON)
    id = requested(shop, sell(shop, SOCKS))
    assert told(shop, id) == [(Duty.HAND_IN, 14 * DAY)]
    arrives(shop, id, 1)
    at(NOON + 3 * DAY)
    arrives(shop, id, 1)
    assert told(shop, id) == [(Duty.INSPECT, 3 * DAY), (Duty.PAY, 14 * DAY)]
    check(shop, id)
    assert told(shop, id) == [(Duty.PAY, 14 * DAY)]
    approve_ready(shop, id)
    assert told(shop, id) == []
    assert broken(shop.app) == {}


def test_what_is_paid_no_longer_hurries_what_came_later(shop: Shop, at: At) -> None:
    at(NOON)
    id = requested(shop, sell(shop, SOCKS))
    arrives(shop, id, 1)
    check(shop, id)
    approve_ready(shop, id)
    at(NOON + 3 * DAY)
    arrives(shop, id, 1)
    assert told(shop, id) == [(Duty.INSPECT, 6 * DAY), (Duty.PAY, 17 * DAY)]


def test_what_is_refused_is_not_owed(shop: Shop, at: At) -> None:
    at(NOON)
    id = requested(shop, sell(shop, SOCKS))
    arrives(shop, id, 1)
    check(shop, id)
    with shop.transaction():
        return_ = locked(Return, id)
        for item in return_.items:
            item.outcome = item.outcome and Outcome.REFUSED
        place(return_)
    assert told(shop, id) == []


def test_a_parcel_that_the_carrier_brought_is_to_be_taken_in(shop: Shop, at: At) -> None:
    at(NOON)
    id = requested(shop, sell(shop, SOCKS))
    with shop.transaction():
        (parcel,) = locked(Return, id).parcels
        mark_moving(parcel, shop.actor())
        assert parcel.return_.duty is Duty.ARRIVE  # nobody here can hurry it; late, it is looked for
        mark_delivered(parcel, shop.actor())
    assert told(shop, id) == [(Duty.RECEIVE, 2 * DAY)]
    assert broken(shop.app) == {}
    at(clock.now() + DAY)
    arrives(shop, id, 2)
    assert told(shop, id) == [(Duty.INSPECT, 4 * DAY), (Duty.PAY, 15 * DAY)]
