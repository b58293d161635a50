"""Every story is verified at its end; here it is seen that this can fail."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from portal.orders.models import OrderLine
from tests.harness.sales import approved, sell
from tests.harness.shops import Shop
from tests.harness.soundness import ends_well


def add_to_the_counter(shop: Shop, n: int) -> None:
    with shop.transaction() as session:
        session.execute(sa.update(OrderLine).values(claimed=OrderLine.claimed + n))


def test_a_story_that_leaves_a_wrong_counter_does_not_end_well(shop: Shop, worker: Callable[[], int]) -> None:
    approved(shop, sell(shop))
    worker()
    ends_well(shop.app)
    add_to_the_counter(shop, -1)
    with pytest.raises(AssertionError, match="P3"):
        ends_well(shop.app)
    add_to_the_counter(shop, 1)
