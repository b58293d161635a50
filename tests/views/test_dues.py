"""By when money must go back: one rule for the board, the record and the dock."""

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta

from portal import clock
from portal.db import find, locked
from portal.returns import Outcome, Return
from portal.returns.receiving import awaited, receive
from portal.views import board, dock
from portal.views.board import Wish
from portal.views.dues import owed_since
from portal.views.paging import Spot
from tests.harness.sales import SOCKS, approve_ready, check, requested, sell
from tests.harness.shops import Shop

At = Callable[[datetime], None]
NOON = datetime.fromisoformat("2026-11-20T12:00:00+00:00")
DAY = timedelta(days=1)


def arrives(shop: Shop, id: uuid.UUID, n: int) -> None:
    """A parcel with so many units."""
    with shop.transaction():
        return_ = locked(Return, id)
        receive(return_, {next(iter(awaited(return_))): n}, shop.actor())


def seen(shop: Shop, id: uuid.UUID) -> tuple[datetime | None, datetime | None, datetime | None]:
    """Since when something is owed, by the record, by the board, and until when it must be checked."""
    with shop.transaction(reading=True):
        (row,) = [row for row in board.rows(Wish(board.View.ALL), Spot()).rows if row.id == id]
        waiting = [found.due.until for found in dock.queue("Europe/Berlin").rows if found.id == id]
        bench = dock.due_of(dock.bench(id), "Europe/Berlin")
        assert [bench.until] == waiting if bench else waiting == []
        return owed_since(find(Return, id)), row.came_at, waiting[0] if waiting else None


def test_the_desk_and_the_dock_name_one_date_while_parcels_come_one_after_another(shop: Shop, at: At) -> None:
    at(NOON)
    id = requested(shop, sell(shop, SOCKS))
    assert seen(shop, id) == (None, None, None)
    arrives(shop, id, 1)
    at(NOON + 3 * DAY)
    arrives(shop, id, 1)
    with shop.transaction(reading=True):
        until = NOON + timedelta(days=find(Return, id).policy.policy.pay_days)
    assert seen(shop, id) == (NOON, NOON, until)
    check(shop, id)
    assert seen(shop, id) == (NOON, NOON, None)
    approve_ready(shop, id)
    assert seen(shop, id) == (None, None, None)


def test_what_is_paid_no_longer_hurries_what_came_later(shop: Shop, at: At) -> None:
    at(NOON)
    id = requested(shop, sell(shop, SOCKS))
    arrives(shop, id, 1)
    check(shop, id)
    approve_ready(shop, id)
    at(NOON + 3 * DAY)
    arrives(shop, id, 1)
    since, on_board, until = seen(shop, id)
    assert since == on_board == clock.now() and until and until > NOON + 14 * DAY


def test_what_is_refused_is_not_owed(shop: Shop, at: At) -> None:
    at(NOON)
    id = requested(shop, sell(shop, SOCKS))
    arrives(shop, id, 1)
    check(shop, id)
    assert seen(shop, id)[:2] == (NOON, NOON)
    with shop.transaction():
        for item in find(Return, id).items:
            item.outcome = item.outcome and Outcome.REFUSED
    assert seen(shop, id) == (None, None, None)
