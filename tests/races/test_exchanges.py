"""Two shoppers and the last piece of what both want for what they send back."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from portal.catalogue import Variant, reserving
from portal.db import session
from tests.harness.sales import Sold
from tests.harness.swapping import Swap
from tests.harness.trading import Trade
from tests.races.racing import DONE, PATIENCE, REFUSED, Ground, Racer, race

pytestmark = pytest.mark.race
ONE = Sold(3000)


def submit(trade: Trade, draft: uuid.UUID) -> None:
    trade.submit(draft)


def ship(trade: Trade, return_: uuid.UUID) -> None:
    Swap(trade.shop).ship(return_)


def sell_out(trade: Trade, return_: uuid.UUID) -> None:
    Swap(trade.shop).sell_out(return_)


def held(trade: Trade, variant: uuid.UUID) -> int:
    with trade.shop.transaction(reading=True):
        return session.scalars(sa.select(Variant.reserved).where(Variant.id == variant)).one()


def drafts(swap: Swap) -> tuple[uuid.UUID, list[uuid.UUID]]:
    """The last piece of something, and three who want it."""
    hat = swap.stock("HAT", 3000, 1)
    return hat, [swap.swap_draft(swap.order(ONE), {1: 1}, hat) for _ in range(3)]


def test_the_last_piece_goes_to_one(trade: Trade, ground: Ground, broken: Callable[[], set[str]]) -> None:
    hat, wanted = drafts(Swap(trade.shop))
    assert race(ground, *[Racer(submit, [draft]) for draft in wanted]) == [DONE, REFUSED, REFUSED]
    assert held(trade, hat) == 1
    assert broken() == set()


def looks_then_takes(between: Any) -> None:
    """Everybody has looked at the shelf before anybody takes from it."""
    count = reserving._count

    def later(more: Any) -> None:
        between.wait(PATIENCE)
        count(more)

    reserving._count = later


def test_without_the_guards_the_last_piece_goes_to_two(
    trade: Trade, ground: Ground, broken: Callable[[], set[str]]
) -> None:
    """The control of the race above."""
    swap = Swap(trade.shop)
    hat, wanted = drafts(swap)
    assert race(ground, *[Racer(submit, [one], careless=looks_then_takes) for one in wanted]) == [DONE] * 3
    assert held(trade, hat) == 3


def ready(swap: Swap) -> uuid.UUID:
    """An exchange that is to be sent."""
    return_ = swap.swap(swap.order(ONE), {1: 1}, swap.stock("HAT", 3000, 1))
    swap.receive(return_)
    swap.inspect(return_)
    swap.approve(return_)
    swap.work()
    return return_


def test_what_is_sent_is_not_sold_out_as_well(
    trade: Trade, ground: Ground, broken: Callable[[], set[str]]
) -> None:
    swap = Swap(trade.shop)
    return_ = ready(swap)
    assert race(ground, Racer(ship, [return_]), Racer(sell_out, [return_])) == [DONE, REFUSED]
    swap.work()
    assert swap.exchange(return_).state in ("shipped", "ended")
    assert broken() == set()


def test_a_double_click_sends_once(trade: Trade, ground: Ground, broken: Callable[[], set[str]]) -> None:
    swap = Swap(trade.shop)
    return_ = ready(swap)
    assert race(ground, *[Racer(ship, [return_])] * 3) == [DONE, DONE, DONE]
    assert broken() == set()
