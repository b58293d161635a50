"""It is sold out, though the level says otherwise: nobody else is offered it, until there is another word."""

import uuid
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from portal.audit import Event, Trail
from portal.catalogue import StockLevel
from portal.catalogue.reserving import SoldOut
from portal.db import session
from portal.errors import Refusal
from portal.policies import Instead
from tests.harness.sales import Sold
from tests.harness.shops import Shop
from tests.harness.soundness import broken
from tests.harness.swapping import Swap

ONE = Sold(3000)


@pytest.fixture
def swap(shop: Shop, at: Callable[..., None]) -> Swap:
    return Swap(shop)


def found(shop: Shop, return_: uuid.UUID) -> list[object]:
    """What the trail says of levels."""
    with shop.transaction(reading=True):
        query = sa.select(Trail.data).where(Trail.chain == return_, Trail.event == Event.EXCHANGE_SOLD_OUT)
        return [data.get("levels") for data in session.scalars(query)]


@pytest.mark.parametrize("instead", [Instead.WAIT, Instead.ORIGINAL])
def test_what_is_not_there_is_offered_to_nobody_else(shop: Shop, swap: Swap, instead: Instead) -> None:
    hat = swap.stock("HAT", 3000, 3)
    return_ = swap.ready(hat, ONE, instead=instead)
    late = swap.swap_draft(swap.order(ONE), {1: 1}, hat)
    swap.sell_out(return_)
    assert swap.available(hat) == 0
    assert found(shop, return_) == [{str(hat): [3, 0]}]
    with pytest.raises(SoldOut):
        swap.submit(late)
    with pytest.raises(Refusal, match="It is sold out"):
        swap.swap_draft(swap.order(ONE), {1: 1}, hat)
    swap.work()
    assert broken(shop.app) == {}


def test_what_is_kept_for_others_stays_theirs(shop: Shop, swap: Swap) -> None:
    hat = swap.stock("HAT", 3000, 5)
    first, second = swap.ready(hat, ONE, instead=Instead.WAIT), swap.ready(hat, ONE)
    swap.sell_out(first)
    assert swap.available(hat) == 0 and found(shop, first) == [{str(hat): [5, 1]}]
    swap.ship(second)
    assert swap.available(hat) == 0 and swap.state(second) == "closed"
    assert broken(shop.app) == {}


@pytest.mark.parametrize("told", [None, 2, 0])
def test_who_says_that_it_is_there_again_is_believed_unless_the_source_has_told_since(
    shop: Shop, swap: Swap, told: int | None
) -> None:
    hat = swap.stock("HAT", 3000, 3)
    return_ = swap.ready(hat, ONE, instead=Instead.WAIT)
    swap.sell_out(return_)
    if told is not None:
        swap.tell(hat, told)
    if told == 0:
        with pytest.raises(SoldOut):
            swap.keep_again(return_)
    else:
        swap.keep_again(return_)
        assert swap.available(hat) == (told or 1) - 1
        swap.ship(return_)
    assert broken(shop.app) == {}


@pytest.mark.sqlite
def test_what_comes_back_and_is_sellable_can_be_had_again(shop: Shop, swap: Swap) -> None:
    hat = swap.stock("HAT", 3000, 3)
    swap.sell_out(swap.ready(hat, ONE))
    back = swap.ask(swap.order(Sold(3000, 1, "HAT", "Hat")), {1: 1})
    swap.receive(back)
    swap.inspect(back)
    assert swap.available(hat) == 1


@pytest.mark.sqlite
def test_nothing_is_said_of_what_nobody_counts_or_of_which_of_two_is_not_there(
    shop: Shop, swap: Swap
) -> None:
    loose, hat, cap = swap.stock("LOOSE", 3000), swap.stock("HAT", 1000, 3), swap.stock("CAP", 1000, 3)
    swap.sell_out(swap.ready(loose, ONE))
    order = swap.order(Sold(1000, 1, "A", "A"), Sold(1000, 1, "B", "B"))
    both = swap.swap(order, {1: 1, 2: 1}, {1: hat, 2: cap})
    swap.sell_out(both)
    assert [swap.available(one) for one in (loose, hat, cap)] == [None, 3, 3]
    assert found(shop, both) == [None]
    with shop.transaction(reading=True):
        assert not session.scalars(sa.select(StockLevel).where(StockLevel.looked)).all()
