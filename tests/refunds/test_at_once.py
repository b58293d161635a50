"""The other article is sent before the first has come, where the policy says so."""

import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest

from portal import clock
from portal.db import find
from portal.errors import Conflict, Refusal
from portal.ledger import Role
from portal.policies import Grade, Instead, Resolution
from portal.refunds import demands
from portal.refunds.demands.steps import pay
from portal.refunds.demands.tending import demand_here
from portal.returns.models import Return
from portal.web.shopper.owing import owed_by
from tests.harness.sales import Sold
from tests.harness.shops import Shop
from tests.harness.soundness import ends_well
from tests.harness.swapping import Swap
from tests.harness.trading import policy
from tests.refunds.test_exchanges import legs
from tests.refunds.test_refunds import balances

SHIRT = Sold(4000, 1, "SHIRT-M", "Shirt", taxes={"19": 639}, unit_cost=1200, tags=("worn",))

REFUSING = {**policy()["conditions"][0], "unmet": "refused", "match": {"tags": ["worn"]}}
REFUSING.pop("points", None)


def hasty(shop: Shop, at: Callable[..., None]) -> Swap:
    """A shop that sends the other article at once."""
    trade = Swap(shop)
    automatic = {"automatic_up_to": {"EUR": 10**9}, "days": 2}
    trade.rule(policy(conditions=[REFUSING], authorization=automatic, exchange={"ship": "at_once"}))
    at(clock.now() + timedelta(days=10))
    return trade


@pytest.fixture
def swap(shop: Shop, at: Callable[..., None]) -> Swap:
    return hasty(shop, at)


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
        id = demand.id
    at(clock.now() + timedelta(days=1))
    swap.work()
    with shop.transaction(reading=True):
        (told,) = owed_by(find(Return, return_))  # type: ignore[arg-type]
        assert (told.id, told.state) == (id, "open")
    is_paid(shop, swap, id)


def is_paid(shop: Shop, swap: Swap, demand: uuid.UUID) -> None:
    """The link works, and nothing of the exchange is left in the books."""
    swap.pay_link(demand)
    swap.work()
    assert Role.EXCHANGE_CLEARING not in balances(shop)
    ends_well(shop.app)


@pytest.mark.sqlite
def test_who_sends_back_what_is_refused_is_asked_for_the_whole(shop: Shop, swap: Swap) -> None:
    return_ = sent(swap)
    swap.receive(return_)  # type: ignore[arg-type]
    swap.inspect(return_, Grade.UNSELLABLE, met=False)  # type: ignore[arg-type]
    swap.work()
    with shop.transaction(reading=True):
        demand = demands.demand_of(swap.exchange(return_).id)  # type: ignore[arg-type]
        assert demand and (demand.amount, demand.state) == (4000, "open")
        id = demand.id
    assert swap.state(return_) == "closed"  # type: ignore[arg-type]
    is_paid(shop, swap, id)


@pytest.mark.sqlite
def test_nobody_keeps_what_was_sent_at_once_and_gets_the_money(shop: Shop, swap: Swap) -> None:
    return_ = sent(swap)
    with pytest.raises(Conflict):
        swap.change_mind(return_, Resolution.ORIGINAL)  # type: ignore[arg-type]


def came(swap: Swap, return_: object, off: int = 0) -> None:
    """What comes back has come, was checked, perhaps with less for it, and its refund is approved."""
    swap.receive(return_)  # type: ignore[arg-type]
    swap.inspect(return_)  # type: ignore[arg-type]
    if off:
        swap.answer(swap.reduce(return_, amount=off))  # type: ignore[arg-type]
    swap.approve(return_)  # type: ignore[arg-type]
    swap.work()


def wanted(swap: Swap, price: int = 4000, instead: Instead = Instead.ORIGINAL) -> uuid.UUID:
    """An exchange that may be sent at once."""
    return_ = swap.swap(swap.order(SHIRT), {1: 1}, swap.stock("HAT", price, 3), instead)
    swap.work()
    return return_


def test_what_comes_back_before_the_other_was_sent_pays_for_it(shop: Shop, swap: Swap) -> None:
    return_ = wanted(swap)
    came(swap, return_)
    assert (swap.exchange(return_).state, swap.state(return_)) == ("to_ship", "authorized")
    swap.ship(return_)
    swap.work()
    assert swap.state(return_) == "closed"
    assert Role.EXCHANGE_CLEARING not in balances(shop)
    ends_well(shop.app)


def test_who_waits_for_it_goes_on_waiting_when_the_first_has_come(shop: Shop, swap: Swap) -> None:
    return_ = wanted(swap, instead=Instead.WAIT)
    swap.sell_out(return_)
    came(swap, return_)
    assert swap.exchange(return_).state == "waiting"
    swap.keep_again(return_)
    swap.ship(return_)
    assert swap.state(return_) == "closed"
    ends_well(shop.app)


@pytest.mark.parametrize("sent_first", [True, False])
def test_what_is_taken_off_later_is_owed_beside_what_was_paid(
    shop: Shop, swap: Swap, sent_first: bool
) -> None:
    return_ = wanted(swap, 4500)
    assert swap.pay_for(return_) == 500
    if sent_first:
        swap.ship(return_)
    came(swap, return_, off=300)
    if not sent_first:
        swap.ship(return_)
    with shop.transaction(reading=True):
        rest = demands.demand_of(return_)
        assert rest and rest.amount == 300
        id = rest.id
    swap.pay_link(id)
    swap.work()
    assert Role.EXCHANGE_CLEARING not in balances(shop)
    assert swap.state(return_) == "closed"
    ends_well(shop.app)


def test_who_changes_their_mind_gets_back_what_they_paid_for_it(shop: Shop, swap: Swap) -> None:
    return_ = wanted(swap, 4500)
    swap.pay_for(return_)
    exchange = swap.exchange(return_)
    swap.change_mind(return_, Resolution.ORIGINAL)
    swap.work()
    with shop.transaction(reading=True):
        demand = demands.demand_of(exchange.id)
        assert demand and demand.state.value == "returned"
    came(swap, return_)
    assert swap.state(return_) == "closed"
    ends_well(shop.app)


@pytest.mark.sqlite
def test_two_units_that_come_one_after_the_other_pay_in_one(shop: Shop, swap: Swap) -> None:
    two = Sold(8000, 2, "SHIRT-M", "Shirt", taxes={"19": 1278}, tags=("worn",))
    return_ = swap.swap(swap.order(two), {1: 2}, swap.stock("HAT", 4000, 3))
    swap.work()
    swap.ship(return_)
    swap.receive(return_, {1: 1})
    swap.inspect(return_)
    with pytest.raises(Refusal):
        swap.approve(return_)
    swap.receive(return_)
    swap.inspect(return_)
    swap.approve(return_)
    swap.work()
    assert swap.state(return_) == "closed"
    assert legs(shop, return_) == [("exchange", 8000, "succeeded")]
    assert Role.EXCHANGE_CLEARING not in balances(shop)
    ends_well(shop.app)


@pytest.mark.sqlite
def test_who_does_not_pay_what_is_asked_about_the_return_gets_what_they_chose(
    swap: Swap, at: Callable[..., None]
) -> None:
    """The difference was paid, and less came back than that was worked out from."""
    return_ = swap.swap(swap.order(SHIRT), {1: 1}, swap.stock("HAT", 4500, 3))
    swap.work()
    with swap.on_exchange(return_) as exchange:
        demand = demands.demand_of(exchange.id)
        assert demand
        id = demand.id
    swap.receive(return_)
    swap.inspect(return_)
    swap.answer(swap.reduce(return_, amount=300))
    swap.work()
    paid = swap.bank.pay(swap.link_of(id))
    with swap.shop.transaction():
        pay(demand_here(id), paid["payment"], swap.clerk)
    swap.approve(return_)
    swap.work()
    assert swap.exchange(return_).state == "to_pay"
    at(clock.now() + timedelta(days=60))
    swap.work()
    assert swap.exchange(return_).state == "ended"
    ends_well(swap.shop.app)
