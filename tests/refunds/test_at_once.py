"""The other article is sent before the first has come, where the policy says so."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from portal import clock
from portal.errors import Conflict
from portal.ledger import Role
from portal.refunds import demands
from tests.harness.sales import Sold
from tests.harness.shops import Shop
from tests.harness.soundness import ends_well
from tests.harness.swapping import Swap
from tests.harness.trading import policy
from tests.refunds.test_refunds import balances

SHIRT = Sold(4000, 1, "SHIRT-M", "Shirt", taxes={"19": 639}, unit_cost=1200)


@pytest.fixture
def swap(shop: Shop, at: Callable[..., None]) -> Swap:
    trade = Swap(shop)
    automatic = {"automatic_up_to": {"EUR": 10**9}, "days": 2}
    trade.rule(policy(conditions=[], authorization=automatic, exchange={"ship": "at_once"}))
    at(clock.now() + timedelta(days=10))
    return trade


def sent(swap: Swap) -> object:
    """An exchange that is on its way, and nothing has come yet."""
    return_ = swap.swap(swap.order(SHIRT), {1: 1}, swap.stock("HAT", 4000, 3))
    swap.work()
    assert swap.exchange(return_).state == "to_ship"
    swap.ship(return_)
    return return_


def test_what_was_sent_at_once_is_paid_when_the_first_has_come(shop: Shop, swap: Swap) -> None:
    return_ = sent(swap)
    assert balances(shop)[Role.EXCHANGE_CLEARING] == 4000
    with pytest.raises(Conflict):
        swap.cancel(return_)  # type: ignore[arg-type]
    swap.receive(return_)  # type: ignore[arg-type]
    swap.inspect(return_)  # type: ignore[arg-type]
    swap.approve(return_)  # type: ignore[arg-type]
    swap.work()
    assert swap.state(return_) == "closed"  # type: ignore[arg-type]
    assert Role.EXCHANGE_CLEARING not in balances(shop)
    ends_well(shop.app)


def test_who_sends_nothing_back_is_asked_for_the_whole(
    shop: Shop, swap: Swap, at: Callable[..., None]
) -> None:
    return_ = sent(swap)
    at(clock.now() + timedelta(days=40))
    swap.work()
    assert swap.state(return_) == "expired"  # type: ignore[arg-type]
    exchange = swap.exchange(return_)  # type: ignore[arg-type]
    with shop.transaction(reading=True):
        demand = demands.demand_of(exchange.id)
        assert demand and demand.amount == 4000
    ends_well(shop.app)
