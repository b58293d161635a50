"""Two shoppers and the last piece of what both want for what they send back."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from portal.audit import Actor
from portal.catalogue import Variant, reserving
from portal.db import session
from portal.policies import Instead, Resolution
from portal.refunds.exchanges import giving_up, shipping, waiting
from portal.web.ritual import Portal
from tests.harness.sales import Sold
from tests.harness.swapping import Swap
from tests.harness.trading import Trade
from tests.races.racing import DONE, PATIENCE, REFUSED, Ground, Racer, Turn, drop, race

pytestmark = pytest.mark.race
ONE = Sold(3000)


def submit(trade: Trade, draft: uuid.UUID) -> None:
    trade.submit(draft)


def ship(trade: Trade, return_: uuid.UUID) -> None:
    swap = Swap(trade.shop)
    with swap.on_exchange(return_) as exchange:
        shipping.ship(exchange, "DHL", "JJD 0001", swap.clerk)


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
    return swap.ready(swap.stock("HAT", 3000, 1), ONE)


def test_what_is_sent_is_not_sold_out_as_well(
    trade: Trade, ground: Ground, broken: Callable[[], set[str]]
) -> None:
    swap = Swap(trade.shop)
    return_ = ready(swap)
    assert race(ground, Racer(ship, [return_]), Racer(sell_out, [return_])) == [DONE, REFUSED]
    swap.work()
    assert swap.exchange(return_).state in ("shipped", "ended")
    assert broken() == set()


def test_without_the_guards_it_is_sent_and_its_money_goes_as_well(
    app: Portal, trade: Trade, ground: Ground, broken: Callable[[], set[str]]
) -> None:
    """The control of the race above."""
    swap = Swap(trade.shop)
    return_ = ready(swap)
    drop(app, "trail.uq_trail_chain_no", "variant.ck_variant_reserved")
    found = race(
        ground,
        Racer(sell_out, [return_], careless=Turn(reserving.__name__, "release", first=True)),
        Racer(ship, [return_], careless=Turn(reserving.__name__, "lock")),
    )
    assert found == [DONE, DONE]
    swap.work()
    assert swap.exchange(return_).state == "shipped" and len(swap.bank.statement()) == 1
    assert broken() & {"I2", "I3", "I6", "X1"}


def test_a_double_click_sends_once(trade: Trade, ground: Ground, broken: Callable[[], set[str]]) -> None:
    swap = Swap(trade.shop)
    return_ = ready(swap)
    assert race(ground, *[Racer(ship, [return_])] * 3) == [DONE, DONE, DONE]
    assert broken() == set()


def stop_waiting(trade: Trade, return_: uuid.UUID) -> None:
    with Swap(trade.shop).on_exchange(return_) as exchange:
        waiting.stop_waiting(exchange, Resolution.ORIGINAL, Actor("shopper", exchange.return_.order_id))


def give_up(trade: Trade, return_: uuid.UUID) -> None:
    with Swap(trade.shop).on_exchange(return_) as exchange:
        giving_up.give_up(exchange, Resolution.ORIGINAL, trade.clerk)


def keep_again(trade: Trade, return_: uuid.UUID) -> None:
    Swap(trade.shop).keep_again(return_)


def sold_out(swap: Swap) -> uuid.UUID:
    """An exchange that its shopper waits for, of which one piece is there again."""
    return_ = swap.ready(swap.stock("HAT", 3000), ONE, instead=Instead.WAIT)
    swap.sell_out(return_)
    return return_


@pytest.mark.parametrize("desk", [give_up, stop_waiting], ids=["the desk", "a second click"])
def test_who_stops_waiting_is_paid_once(
    trade: Trade, ground: Ground, broken: Callable[[], set[str]], desk: Callable[..., None]
) -> None:
    swap = Swap(trade.shop)
    return_ = sold_out(swap)
    assert race(ground, Racer(stop_waiting, [return_]), Racer(desk, [return_])) == [DONE, REFUSED]
    swap.work()
    assert swap.state(return_) == "closed" and len(swap.bank.statement()) == 1
    assert broken() == set()


def test_who_stops_waiting_is_not_sent_it_as_well(
    trade: Trade, ground: Ground, broken: Callable[[], set[str]]
) -> None:
    swap = Swap(trade.shop)
    return_ = sold_out(swap)
    found = race(ground, Racer(stop_waiting, [return_]), Racer(keep_again, [return_]))
    assert found == [DONE, REFUSED]
    swap.work()
    ended = swap.exchange(return_).state == "ended"
    assert swap.exchange(return_).state in ("ended", "to_ship")
    assert len(swap.bank.statement()) == ended
    assert broken() == set()


def test_without_the_guards_who_stops_waiting_is_paid_and_sent_it(
    app: Portal, trade: Trade, ground: Ground, broken: Callable[[], set[str]]
) -> None:
    """The control of the two races above."""
    swap = Swap(trade.shop)
    return_ = sold_out(swap)
    drop(app, "trail.uq_trail_chain_no")
    found = race(
        ground,
        Racer(keep_again, [return_], careless=Turn(giving_up.__name__, "keep_on", first=True)),
        Racer(stop_waiting, [return_], careless=Turn(waiting.__name__, "give_up")),
    )
    assert found == [DONE, DONE]
    swap.work()
    assert broken()
