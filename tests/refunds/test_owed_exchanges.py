"""What is owed for an exchange that goes ahead, and what becomes of both when nothing is accepted for it."""

import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest

from portal import clock
from portal.db import find
from portal.errors import Conflict
from portal.ledger import Role
from portal.notices import SentMail
from portal.policies import Grade, Instead
from portal.refunds import demands
from portal.refunds.demands import confirming, send_back, stop_asking
from portal.refunds.demands.tending import heard
from portal.refunds.settling import settle
from portal.returns.models import Return
from portal.tenants import locked_shop
from tests.harness.shops import Shop
from tests.harness.soundness import ends_well
from tests.harness.swapping import Swap
from tests.refunds.test_at_once import hasty, wanted
from tests.refunds.test_exchanges import legs
from tests.refunds.test_refunds import balances


@pytest.fixture
def swap(shop: Shop, at: Callable[..., None]) -> Swap:
    return hasty(shop, at)


def owed(shop: Shop, return_: uuid.UUID) -> list[tuple[int, str]]:
    with shop.transaction(reading=True):
        return [(one.amount, one.state.value) for one in demands.demands_of(find(Return, return_))]


def attention(shop: Shop, return_: uuid.UUID) -> str | None:
    with shop.transaction(reading=True):
        return find(Return, return_).attention


def last(shop: Shop, return_: uuid.UUID) -> uuid.UUID:
    with shop.transaction(reading=True):
        return demands.demands_of(find(Return, return_))[-1].id


def refuse(swap: Swap, return_: uuid.UUID) -> None:
    swap.receive(return_)
    swap.inspect(return_, Grade.UNSELLABLE, met=False)


def pay(swap: Swap, return_: uuid.UUID) -> None:
    """At the bank, which tells the portal; nothing of that is worked off yet."""
    id = last(swap.shop, return_)
    swap.bank.pay(swap.link_of(id))
    with swap.shop.transaction():
        heard(id, "paid")


def accept(swap: Swap, return_: uuid.UUID) -> None:
    with swap.shop.transaction(reading=True):
        (item,) = [item.id for item in find(Return, return_).items]
    swap.reopen(return_)
    swap.correct(item)
    swap.inspect(return_)
    swap.approve(return_)


@pytest.mark.parametrize("paid", ["never", "before", "after"])
@pytest.mark.parametrize("accepted", [False, True])
def test_what_was_not_released_ends_where_nothing_is_accepted_for_it(
    shop: Shop, swap: Swap, paid: str, accepted: bool
) -> None:
    return_ = wanted(swap, 4500)
    assert swap.exchange(return_).state == "to_pay"
    if paid == "before":
        pay(swap, return_)
    refuse(swap, return_)
    if paid == "after":
        with swap.on(return_) as held:
            settle(held, swap.clerk)
        pay(swap, return_)
    swap.work()
    assert (swap.exchange(return_).state, swap.state(return_)) == ("ended", "closed")
    assert owed(shop, return_) == [(500, "cancelled" if paid == "never" else "returned")]
    assert Role.EXCHANGE_CLEARING not in balances(shop)
    if accepted:
        accept(swap, return_)
        swap.work()
        assert legs(shop, return_) == [("payment", 4000, "succeeded")]
    assert swap.available(swap.exchange(return_).lines[0].variant_id) == 3
    ends_well(shop.app)


@pytest.mark.sqlite
def test_who_waits_for_what_is_sold_out_waits_no_longer_where_nothing_is_accepted(
    shop: Shop, swap: Swap
) -> None:
    return_ = wanted(swap, instead=Instead.WAIT)
    swap.sell_out(return_)
    refuse(swap, return_)
    swap.work()
    assert (swap.exchange(return_).state, swap.state(return_)) == ("ended", "closed")
    ends_well(shop.app)


@pytest.mark.sqlite
def test_what_may_be_packed_stays_and_is_owed(shop: Shop, swap: Swap) -> None:
    return_ = wanted(swap, 4500)
    swap.pay_for(return_)
    refuse(swap, return_)
    swap.work()
    assert swap.exchange(return_).state == "to_ship"
    swap.ship(return_)
    assert owed(shop, return_) == [(500, "paid"), (4000, "open")]
    ends_well(shop.app)


def test_what_was_not_paid_in_time_is_not_asked_for_again_once_its_exchange_is_given_up(
    shop: Shop, swap: Swap, at: Callable[..., None]
) -> None:
    return_ = wanted(swap, 4500)
    at(clock.now() + timedelta(days=9))
    swap.work()
    assert swap.exchange(return_).state == "ended"
    assert owed(shop, return_) == [(500, "cancelled")]
    assert attention(shop, return_) is None
    with shop.transaction(reading=True) as session:
        (mail,) = [m.text for m in session.query(SentMail) if "was not paid" in m.subject]
    assert "We asked for €5.00 by" in mail
    ends_well(shop.app)


def sent_unpaid(swap: Swap, at: Callable[..., None]) -> uuid.UUID:
    """What was sent at once, for which nothing came that was accepted, and nobody has paid in time."""
    with swap.shop.transaction():
        locked_shop().bank_details = ["Acme", "DE02 1203 0000 0000 2020 51"]
    return_ = wanted(swap)
    swap.ship(return_)
    refuse(swap, return_)
    swap.work()
    at(clock.now() + timedelta(days=9))
    swap.work()
    assert owed(swap.shop, return_) == [(4000, "lapsed")]
    return return_


def test_what_is_owed_may_be_paid_late_and_counts(shop: Shop, swap: Swap, at: Callable[..., None]) -> None:
    return_ = sent_unpaid(swap, at)
    with swap.on_demand(last(shop, return_)) as demand:
        confirming.confirm_paid(demand, "IN 1", swap.clerk)
    swap.work()
    assert owed(shop, return_) == [(4000, "paid")]
    assert attention(shop, return_) is None
    assert Role.EXCHANGE_CLEARING not in balances(shop)
    ends_well(shop.app)


@pytest.mark.sqlite
def test_of_what_was_asked_for_twice_one_payment_counts(
    shop: Shop, swap: Swap, at: Callable[..., None]
) -> None:
    return_ = sent_unpaid(swap, at)
    first = last(shop, return_)
    with swap.on_demand(first) as demand:
        demands.ask(demand.return_, demand.about, 4000, 7, swap.clerk)
    with swap.on_demand(first) as demand:
        confirming.confirm_paid(demand, "IN 1", swap.clerk)
    assert owed(shop, return_) == [(4000, "returning"), (4000, "open")]
    ends_well(shop.app)


def test_what_pays_for_an_exchange_that_goes_on_is_not_given_back_by_itself(shop: Shop, swap: Swap) -> None:
    """It is a payment of the order that stands for it: what goes back twice is gone."""
    return_ = wanted(swap, 4500)
    with swap.on_demand(last(shop, return_)) as demand, pytest.raises(Conflict):
        stop_asking(demand, swap.clerk)
    swap.pay_for(return_)
    for shipped in (False, True):
        if shipped:
            swap.ship(return_)
        with swap.on_demand(last(shop, return_)) as demand, pytest.raises(Conflict):
            send_back(demand, swap.clerk)
    assert owed(shop, return_) == [(500, "paid")]
    ends_well(shop.app)
