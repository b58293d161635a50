"""A shop that exchanges: no conditions, everything authorized at once, and its orders older than that."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from portal import clock
from tests.harness.shops import Shop
from tests.harness.swapping import Swap
from tests.harness.trading import policy


@pytest.fixture
def swap(shop: Shop, at: Callable[..., None]) -> Swap:
    trade = Swap(shop)
    trade.rule(policy(conditions=[], authorization={"automatic_up_to": {"EUR": 10**9}, "days": 2}))
    at(clock.now() + timedelta(days=10))
    return trade
