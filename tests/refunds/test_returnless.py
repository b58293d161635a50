"""What a policy lets shoppers keep: refunded or exchanged without the goods, and books and stock tie out."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from portal import clock
from portal.policies import Resolution
from portal.returns.lifecycle import ItemState, ReturnState
from tests.harness.sales import BOOTS, SOCKS, look
from tests.harness.shops import Shop
from tests.harness.soundness import broken
from tests.harness.swapping import Swap
from tests.harness.trading import policy

pytestmark = pytest.mark.sqlite
SMALL = {"id": "small", "label": "Not worth a parcel", "up_to": {"EUR": 2_000}}
FEE = {"id": "all", "label": "For all", "points": 1_000}


@pytest.fixture
def swap(shop: Shop, at: Callable[..., None]) -> Swap:
    swap = Swap(shop)
    swap.rule(policy(returnless=[SMALL], fees=[FEE], conditions=[]))
    at(clock.now() + timedelta(days=10))
    return swap


def states(swap: Swap, return_: object) -> list[ItemState]:
    return sorted(item.state for item in look(swap.shop, return_).items)  # type: ignore[arg-type]


def test_something_else_is_given_for_what_is_kept(swap: Swap) -> None:
    hat = swap.stock("HAT", 2_500, 3, unit_cost=500)
    return_ = swap.swap(swap.order(SOCKS), {1: 1}, hat)
    assert states(swap, return_) == [ItemState.KEPT]
    swap.approve(return_)
    swap.work()
    assert swap.pay_for(return_) == 2_500 - 1_701
    swap.ship(return_)
    swap.work()
    assert (swap.state(return_), swap.exchange(return_).state) == ("closed", "shipped")
    assert broken(swap.shop.app) == {}


def test_a_part_is_kept_and_the_rest_comes_back_with_label_and_fee(swap: Swap) -> None:
    return_ = swap.ask(swap.order(SOCKS, BOOTS), {1: 2, 2: 1}, "changed_mind", Resolution.ORIGINAL)
    assert states(swap, return_) == [ItemState.AUTHORIZED, ItemState.KEPT, ItemState.KEPT]
    quoted = look(swap.shop, return_).return_.quoted
    swap.approve(return_)
    swap.receive(return_)
    swap.inspect(return_)
    swap.approve(return_)
    swap.work()
    found = look(swap.shop, return_).return_
    assert found.state is ReturnState.CLOSED
    assert quoted == 3_402 + 17_010 - 1_429 - 490
    assert broken(swap.shop.app) == {}
