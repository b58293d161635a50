"""What was sent at once is paid once, however late it is known what came back for it."""

import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest

from portal import clock
from portal.checks import verify
from portal.db import find
from portal.ledger import Role
from portal.policies import Grade
from portal.refunds.demands.steps import pay
from portal.refunds.demands.tending import demand_here
from portal.refunds.owing import demands_for
from portal.returns.models import Return
from tests.harness.sales import Sold
from tests.harness.shops import Shop
from tests.harness.soundness import ends_well
from tests.harness.swapping import Swap
from tests.refunds.test_at_once import SHIRT, swap
from tests.refunds.test_exchanges import joins, legs
from tests.refunds.test_refunds import balances

__all__ = ["swap"]
TWO = Sold(8000, 2, "SHIRT-M", "Shirt", taxes={"19": 1278}, tags=("worn",))


def sent(swap: Swap, sold: Sold = SHIRT, price: int = 4000) -> uuid.UUID:
    return_ = swap.swap(swap.order(sold), {1: sold.quantity}, swap.stock("HAT", price, 3))
    swap.work()
    swap.ship(return_)
    return return_


def refused(swap: Swap, sold: Sold = SHIRT, price: int = 4000) -> uuid.UUID:
    """It was sent, what came back is refused, and the whole is asked for."""
    return_ = sent(swap, sold, price)
    swap.receive(return_)
    swap.inspect(return_, Grade.UNSELLABLE, met=False)
    swap.work()
    assert swap.state(return_) == "closed"
    return return_


def looked_at_again(swap: Swap, return_: uuid.UUID, off: int = 0) -> None:
    """The first of the units that were refused is accepted after all, perhaps with less for it."""
    if swap.state(return_) == "closed":
        swap.reopen(return_)
    with swap.on(return_) as held:
        item = next(item.id for item in held.items if not item.live)
    swap.correct(item)
    swap.inspect(return_)
    if off:
        swap.answer(swap.reduce(return_, amount=off))
    swap.approve(return_)


def asked(swap: Swap, return_: uuid.UUID) -> list[tuple[int, str]]:
    with swap.on_exchange(return_) as exchange:
        return [(demand.amount, demand.state.value) for demand in demands_for(exchange)]


def pay_what_is_open(swap: Swap, return_: uuid.UUID) -> None:
    swap.work()
    with swap.on_exchange(return_) as exchange:
        (id,) = [demand.id for demand in demands_for(exchange) if demand.state == "open"]
    swap.pay_link(id)
    swap.work()


def at_rest(shop: Shop, swap: Swap, return_: uuid.UUID) -> None:
    assert swap.state(return_) == "closed"
    assert Role.EXCHANGE_CLEARING not in balances(shop)
    ends_well(shop.app)


def test_what_is_accepted_after_all_need_not_be_paid(shop: Shop, swap: Swap) -> None:
    return_ = refused(swap)
    assert asked(swap, return_) == [(4000, "open")]
    looked_at_again(swap, return_)
    assert asked(swap, return_) == [(4000, "cancelled")]
    swap.work()
    assert legs(shop, return_) == [("exchange", 4000, "succeeded")]
    at_rest(shop, swap, return_)


def test_who_has_paid_it_gets_the_money_for_what_is_accepted_after_all(shop: Shop, swap: Swap) -> None:
    return_ = refused(swap)
    pay_what_is_open(swap, return_)
    looked_at_again(swap, return_)
    swap.work()
    assert asked(swap, return_) == [(4000, "paid")]
    assert legs(shop, return_) == [("payment", 4000, "succeeded")]
    at_rest(shop, swap, return_)


def test_what_was_not_paid_in_time_needs_nobody_any_more_when_nothing_is_owed(
    shop: Shop, swap: Swap, at: Callable[..., None]
) -> None:
    return_ = refused(swap)
    at(clock.now() + timedelta(days=30))
    swap.work()
    assert asked(swap, return_) == [(4000, "lapsed")]
    looked_at_again(swap, return_)
    swap.work()
    assert asked(swap, return_) == [(4000, "cancelled")]
    with shop.transaction(reading=True):
        assert find(Return, return_).attention is None
    at_rest(shop, swap, return_)


def test_a_link_that_is_paid_while_the_refund_is_approved_takes_nothing_twice(shop: Shop, swap: Swap) -> None:
    """The shopper has paid at the gateway, which is heard of after the approval and before its job."""
    return_ = refused(swap)
    with swap.on_exchange(return_) as exchange:
        (demand,) = [demand.id for demand in demands_for(exchange)]
    paid = swap.bank.pay(swap.link_of(demand))
    looked_at_again(swap, return_)
    with shop.transaction():
        pay(demand_here(demand), paid["payment"], swap.clerk)
    swap.work()
    assert asked(swap, return_) == [(4000, "returned")]
    assert legs(shop, return_) == [("exchange", 4000, "succeeded")]
    at_rest(shop, swap, return_)


@pytest.mark.parametrize("paid", [True, False])
def test_of_two_that_were_refused_one_is_accepted_after_all(shop: Shop, swap: Swap, paid: bool) -> None:
    return_ = refused(swap, TWO)
    if paid:
        pay_what_is_open(swap, return_)
    looked_at_again(swap, return_)
    swap.work()
    if paid:
        assert legs(shop, return_) == [("payment", 4000, "succeeded")]
    else:
        assert legs(shop, return_) == [("exchange", 4000, "succeeded")]
        assert [amount for amount, state in asked(swap, return_) if state == "open"] == [4000]
        pay_what_is_open(swap, return_)
    at_rest(shop, swap, return_)


def one_of_two(swap: Swap, price: int = 4000) -> uuid.UUID:
    """Both were sent at once; one that came back was accepted and refunded, the other refused."""
    return_ = sent(swap, TWO, price)
    swap.receive(return_, {1: 1})
    swap.inspect(return_)
    swap.receive(return_)
    swap.inspect(return_, Grade.UNSELLABLE, met=False)
    swap.approve(return_)
    swap.work()
    return return_


@pytest.mark.parametrize("paid", [True, False])
def test_what_is_accepted_after_a_refund_first_pays_what_is_owed(shop: Shop, swap: Swap, paid: bool) -> None:
    return_ = one_of_two(swap)
    assert asked(swap, return_) == [(4000, "open")]
    if paid:
        pay_what_is_open(swap, return_)
    looked_at_again(swap, return_, off=300)
    swap.work()
    if paid:
        assert legs(shop, return_) == [("exchange", 4000, "succeeded"), ("payment", 3700, "succeeded")]
    else:
        assert legs(shop, return_) == [("exchange", 4000, "succeeded"), ("exchange", 3700, "succeeded")]
        assert asked(swap, return_) == [(4000, "cancelled"), (300, "open")]
        pay_what_is_open(swap, return_)
    at_rest(shop, swap, return_)


def test_only_what_is_over_goes_out_in_money(shop: Shop, swap: Swap) -> None:
    return_ = one_of_two(swap, 3000)
    assert asked(swap, return_) == [(2000, "open")]
    looked_at_again(swap, return_)
    assert asked(swap, return_) == [(2000, "cancelled")]
    swap.work()
    assert [leg[:2] for leg in legs(shop, return_)] == [
        *[("exchange", 4000), ("exchange", 2000)],
        ("payment", 2000),
    ]
    at_rest(shop, swap, return_)


def test_a_second_approval_before_the_job_of_the_first_gives_nothing_twice(shop: Shop, swap: Swap) -> None:
    """It is fixed with the approval what is given for which units, and by no job later."""
    return_ = swap.swap(swap.order(TWO), {1: 1}, swap.stock("HAT", 4000, 3))
    swap.receive(return_)
    swap.inspect(return_)
    swap.approve(return_)
    joins(swap, return_, 0)
    swap.inspect(return_)
    swap.approve(return_)
    swap.work()
    swap.ship(return_)
    assert legs(shop, return_) == [("exchange", 4000, "succeeded"), ("payment", 4000, "succeeded")]
    at_rest(shop, swap, return_)


def test_what_was_refused_before_the_other_was_sent_is_owed_once_it_is(shop: Shop, swap: Swap) -> None:
    return_ = swap.swap(swap.order(SHIRT), {1: 1}, swap.stock("HAT", 4000, 3))
    swap.work()
    swap.receive(return_)
    swap.inspect(return_, Grade.UNSELLABLE, met=False)
    swap.work()
    swap.ship(return_)
    swap.work()
    assert asked(swap, return_) == [(4000, "open")]
    pay_what_is_open(swap, return_)
    at_rest(shop, swap, return_)


def x1(shop: Shop) -> bool:
    with shop.app.app_context():
        return next(line.ok for line in verify() if line.id == "X1")


def test_a_demand_for_what_is_not_owed_is_named(
    shop: Shop, swap: Swap, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.refunds.approving.call_off", lambda *_: None)
    monkeypatch.setattr("portal.refunds.exchanges.applying.call_off", lambda *_: None)
    return_ = refused(swap)
    looked_at_again(swap, return_)
    swap.work()
    assert asked(swap, return_) == [(4000, "open")]
    assert not x1(shop)
