"""Another article for what comes back: the amounts, the books, the shelf, from the request to the parcel."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal import clock
from portal.catalogue.reserving import SoldOut
from portal.db import find, session
from portal.errors import Refusal
from portal.ledger import Role
from portal.notices import SentMail
from portal.orders.models import Order
from portal.people.roles import Role as StaffRole
from portal.policies import Grade, Instead, Resolution
from portal.refunds import seconding
from portal.refunds.limiting import Alone
from portal.refunds.models import Refund
from portal.refunds.quoting import open_items, plan_for
from portal.returns.cases import handling
from portal.returns.exchanges.models import Exchange
from tests.harness.sales import Sold
from tests.harness.shops import Shop
from tests.harness.soundness import ends_well as sound
from tests.harness.swapping import SHIRT, Swap
from tests.harness.trading import policy
from tests.refunds.test_refunds import balances


def legs(shop: Shop, return_: object) -> list[tuple[str, int, str]]:
    with shop.transaction(reading=True):
        refunds = session.scalars(sa.select(Refund).where(Refund.return_id == return_))
        return [(leg.destination.value, leg.amount, leg.state.value) for r in refunds for leg in r.legs]


def order_of(shop: Shop, exchange: Exchange) -> Order:
    """The order that stands for what was sent."""
    assert exchange.order_id
    with shop.transaction(reading=True):
        order = find(Order, exchange.order_id)
        order.lines, order.payments, order.shipments  # noqa: B018 - loads them
        session.expunge_all()
        return order


@pytest.mark.sqlite
def test_an_exempt_sale_is_exchanged_without_tax(swap: Swap) -> None:
    swap.stock("SHIRT-M", 4000, 3, product="shirt", tax_rates=["19"])
    sister = swap.stock("SHIRT-L", 4000, 3, product="shirt", tax_rates=["19"])
    other = swap.stock("HAT", 4000, 3, tax_rates=["19"])
    for wanted in (sister, other):
        sold = Sold(4000, 1, "SHIRT-M", "Shirt")
        return_ = swap.swap(swap.order(sold, prices_include_tax=False, country="CH"), {1: 1}, wanted)
        checked(swap, return_)
        assert [(line.value, line.taxes) for line in swap.exchange(return_).lines] == [(4000, {})]
    abroad = Sold(4000, 1, "SHIRT-M", "Shirt", taxes={"20": 667})
    return_ = swap.swap(swap.order(abroad), {1: 1}, other)
    checked(swap, return_)
    assert [(line.value, line.taxes) for line in swap.exchange(return_).lines] == [(4000, {"20": 667})]


@pytest.mark.sqlite
def test_what_is_kept_again_for_an_approval_is_let_go_again(swap: Swap, at: Callable[..., None]) -> None:
    hat = swap.stock("HAT", 4000, 3)
    return_ = swap.swap(swap.order(SHIRT), {1: 1}, hat)
    swap.work()
    swap.receive(return_)
    swap.inspect(return_)
    at(swap.exchange(return_).held_until + timedelta(days=1))
    swap.work()
    assert swap.available(hat) == 3
    with swap.on(return_) as held:
        seconding.propose(held, 4000, swap.clerk, None, Alone("EUR", each=100))
    swap.work()
    assert swap.available(hat) == 2
    at(swap.exchange(return_).held_until + timedelta(seconds=1))
    swap.work()
    assert swap.available(hat) == 3
    sound(swap.shop.app)


@pytest.mark.sqlite
@pytest.mark.parametrize("only", ["original", "exchange"])
def test_what_the_shop_has_no_more_costs_the_lower_fee_of_money_and_exchange(swap: Swap, only: str) -> None:
    fee = {"id": "restock", "label": "Restocking", "match": {}, "points": 2000, "resolutions": [only]}
    swap.rule(policy(conditions=[], fees=[fee]))
    order = swap.order(SHIRT, placed_at=clock.now())  # so that these rules are its own
    return_ = swap.swap(order, {1: 1}, swap.stock("HAT", 4000, 3))
    with swap.on(return_) as held:
        wanted = Resolution(only)
        assert plan_for(held, open_items(held), wanted).fees > 0
    swap.receive(return_)
    swap.inspect(return_)
    swap.sell_out(return_)
    with swap.on(return_) as held:
        assert plan_for(held, open_items(held)).fees == 0
        assert held.resolution is Resolution.ORIGINAL


@pytest.mark.sqlite
def test_kept_again_are_the_pieces_that_were_accepted(swap: Swap) -> None:
    hat, cap = swap.stock("HAT", 1000, 1), swap.stock("CAP", 1000, 1)
    order = swap.order(Sold(1000, 1, "A", "A"), Sold(1000, 1, "B", "B"))
    return_ = swap.swap(order, {1: 1, 2: 1}, {1: hat, 2: cap}, Instead.WAIT)
    swap.work()
    swap.receive(return_, {1: 1})
    swap.inspect(return_)
    swap.give_up(return_)
    swap.approve(return_)
    swap.work()
    swap.sell_out(return_)
    swap.swap(swap.order(Sold(1000)), {1: 1}, cap)
    swap.keep_again(return_)
    assert (swap.available(hat), swap.available(cap)) == (0, 0)


def checked(swap: Swap, return_: object) -> None:
    """What comes back has come, was checked, and its refund is approved."""
    swap.receive(return_)  # type: ignore[arg-type]
    swap.inspect(return_)  # type: ignore[arg-type]
    swap.approve(return_)  # type: ignore[arg-type]
    swap.work()


def test_the_same_article_in_another_size_costs_nothing_and_moves_no_money(shop: Shop, swap: Swap) -> None:
    swap.stock("SHIRT-M", 4500, 3, product="shirt", unit_cost=1200)
    large = swap.stock("SHIRT-L", 4500, 3, product="shirt", unit_cost=1250)
    return_ = swap.swap(swap.order(SHIRT), {1: 1}, large)
    assert swap.available(large) == 2
    checked(swap, return_)
    assert (swap.exchange(return_).state, swap.state(return_)) == ("to_ship", "authorized")
    swap.ship(return_)
    swap.work()
    sent = swap.exchange(return_)
    assert (sent.state, sent.value, swap.state(return_)) == ("shipped", 4000, "closed")
    assert swap.available(large) == 2
    assert legs(shop, return_) == [("exchange", 4000, "succeeded")]
    assert balances(shop).get(Role.EXCHANGE_CLEARING, 0) == balances(shop).get(Role.REFUNDS_PAYABLE, 0) == 0
    assert balances(shop).get(Role.SALES, 0) + balances(shop).get(Role.SALES_RETURNS, 0) == 0
    assert balances(shop).get(Role.INVENTORY, 0) == 1200 - 1250
    sound(shop.app)


def test_a_cheaper_article_gives_back_the_difference(shop: Shop, swap: Swap) -> None:
    sock = swap.stock("SOCK", 1500, 1, tax_rates=["19"])
    return_ = swap.swap(swap.order(SHIRT), {1: 1}, sock)
    checked(swap, return_)
    swap.ship(return_)
    assert legs(shop, return_) == [("exchange", 1500, "succeeded"), ("payment", 2500, "succeeded")]
    assert balances(shop).get(Role.SALES, 0) == -(1500 - 239)
    assert swap.state(return_) == "closed"
    sound(shop.app)


def test_a_dearer_article_is_sent_when_the_difference_is_paid(shop: Shop, swap: Swap) -> None:
    coat = swap.stock("COAT", 4500, 1)
    return_ = swap.swap(swap.order(SHIRT), {1: 1}, coat)
    checked(swap, return_)
    assert swap.exchange(return_).state == "to_pay"
    with pytest.raises(Refusal):
        swap.ship(return_)
    assert swap.pay_for(return_) == 500
    assert swap.exchange(return_).state == "to_ship"
    swap.ship(return_)
    assert legs(shop, return_) == [("exchange", 4000, "succeeded")]
    assert balances(shop).get(Role.EXCHANGE_CLEARING, 0) == 0
    assert balances(shop).get(Role.SALES, 0) == -(4500 - 718)
    assert [p.captured for p in order_of(shop, swap.exchange(return_)).payments] == [4000, 500]
    assert swap.state(return_) == "closed"
    sound(shop.app)


@pytest.mark.parametrize(
    ("instead", "gone"),
    [(Instead.ORIGINAL, "payment"), (Instead.STORE_CREDIT, "store_credit")],
)
def test_what_is_sold_out_is_given_as_was_chosen(shop: Shop, swap: Swap, instead: Instead, gone: str) -> None:
    hat = swap.stock("HAT", 4000, 1)
    return_ = swap.swap(swap.order(SHIRT), {1: 1}, hat, instead)
    checked(swap, return_)
    swap.sell_out(return_)
    swap.work()
    assert swap.exchange(return_).state == "ended"
    assert legs(shop, return_) == [("exchange", 4000, "cancelled"), (gone, 4000, "succeeded")]
    assert swap.state(return_) == "closed"
    assert balances(shop).get(Role.EXCHANGE_CLEARING, 0) == balances(shop).get(Role.SALES, 0) == 0
    sound(shop.app)


def test_what_was_paid_two_ways_goes_back_both_ways_when_nothing_can_be_sent(shop: Shop, swap: Swap) -> None:
    order = swap.order(SHIRT, paid=[1500, 2500])
    return_ = swap.swap(order, {1: 1}, swap.stock("HAT", 3900, 1))
    checked(swap, return_)
    swap.sell_out(return_)
    swap.work()
    back = [(way, amount) for way, amount, state in legs(shop, return_) if state == "succeeded"]
    assert sorted(back) == [("payment", 100), ("payment", 1400), ("payment", 2500)]
    assert ("exchange", 3900, "cancelled") in legs(shop, return_)
    assert swap.state(return_) == "closed"
    sound(shop.app)


def test_what_was_approved_a_moment_before_it_is_given_up_is_given_back(shop: Shop, swap: Swap) -> None:
    return_ = swap.swap(swap.order(SHIRT), {1: 1}, swap.stock("HAT", 4000, 1))
    swap.receive(return_)
    swap.inspect(return_)
    swap.approve(return_)
    swap.sell_out(return_)  # before the worker came to the refund
    swap.work()
    assert legs(shop, return_) == [("exchange", 4000, "cancelled"), ("payment", 4000, "succeeded")]
    assert swap.state(return_) == "closed"
    sound(shop.app)


def test_who_waits_gets_it_when_it_is_there_again(shop: Shop, swap: Swap) -> None:
    hat = swap.stock("HAT", 4000)
    return_ = swap.swap(swap.order(SHIRT), {1: 1}, hat, Instead.WAIT)
    checked(swap, return_)
    swap.sell_out(return_)
    assert swap.exchange(return_).state == "waiting"
    swap.keep_again(return_)
    swap.ship(return_)
    assert swap.state(return_) == "closed"
    sound(shop.app)


def test_the_last_piece_is_kept_until_the_return_ends_otherwise(shop: Shop, swap: Swap) -> None:
    hat = swap.stock("HAT", 4000, 1)
    first = swap.swap(swap.order(SHIRT), {1: 1}, hat)
    with pytest.raises(Refusal):
        swap.swap_draft(swap.order(SHIRT), {1: 1}, hat)
    swap.cancel(first)
    assert swap.available(hat) == 1
    late = swap.swap_draft(swap.order(SHIRT), {1: 1}, hat)
    swap.swap(swap.order(SHIRT), {1: 1}, hat)
    with pytest.raises(SoldOut):
        swap.submit(late)
    sound(shop.app)


def test_only_what_is_accepted_is_given_something_for(shop: Shop, swap: Swap) -> None:
    hat = swap.stock("HAT", 4000, 5)
    pair = Sold(8000, 2, "SHIRT-M", "Shirt", taxes={"19": 1277})
    return_ = swap.swap(swap.order(pair), {1: 2}, hat)
    swap.receive(return_, {1: 1})
    swap.inspect(return_)
    with pytest.raises(Refusal, match="all has come"):
        swap.approve(return_)
    swap.give_up(return_)
    swap.approve(return_)
    swap.work()
    swap.ship(return_)
    sent = swap.exchange(return_)
    assert (sent.value, sent.lines[0].quantity, swap.available(hat)) == (4000, 1, 4)
    sound(shop.app)


def test_nothing_accepted_nothing_given(shop: Shop, swap: Swap) -> None:
    hat = swap.stock("HAT", 4000, 1)
    seal = Sold(4000, 1, "CREAM", "Cream", tags=["hygiene"])
    swap.rule(policy())
    return_ = swap.swap(swap.order(seal, placed_at=clock.now()), {1: 1}, hat)
    swap.receive(return_)
    swap.inspect(return_, met=False, grade=Grade.DAMAGED)
    swap.work()
    assert (swap.exchange(return_).state, swap.state(return_), swap.available(hat)) == ("ended", "closed", 1)
    sound(shop.app)


def test_an_approval_that_is_taken_back_fixes_nothing_of_what_is_given(shop: Shop, swap: Swap) -> None:
    """The article costs nothing, so all of the refund is money, and it may be taken back."""
    gift = swap.stock("GIFT", 0, 5)
    swap.rule(policy())
    pair = Sold(8000, 2, "CREAM", "Cream", tags=["hygiene"])
    return_ = swap.swap(swap.order(pair, placed_at=clock.now()), {1: 2}, gift)
    swap.receive(return_, {1: 1})
    swap.inspect(return_)
    swap.receive(return_)
    swap.inspect(return_, met=False, grade=Grade.DAMAGED)
    refund = swap.approve(return_)
    assert [line.quantity for line in swap.exchange(return_).lines] == [1]
    swap.cancel_refund(refund)
    assert [line.quantity for line in swap.exchange(return_).lines] == [0]
    with swap.on(return_) as held:
        refused = next(item.id for item in held.items if not item.live)
    swap.correct(refused)
    swap.inspect(return_)
    swap.approve(return_)
    swap.work()
    swap.ship(return_)
    assert [line.quantity for line in swap.exchange(return_).lines] == [2]
    assert swap.state(return_) == "closed"
    sound(shop.app)


def test_what_is_taken_off_what_comes_back_is_paid_on_top(shop: Shop, swap: Swap) -> None:
    large = swap.stock("SHIRT-L", 4500, 3, product="shirt")
    swap.stock("SHIRT-M", 4500, 3, product="shirt")
    return_ = swap.swap(swap.order(SHIRT), {1: 1}, large)
    swap.receive(return_)
    swap.inspect(return_)
    reduction = swap.reduce(return_, amount=700)
    swap.work()
    with shop.transaction(reading=True):
        (text,) = session.scalars(sa.select(SentMail.text).where(SentMail.text.contains("refund less")))
    assert "towards what you chose instead" in text
    with pytest.raises(Refusal, match="Nothing is ready"):
        swap.approve(return_)
    swap.answer(reduction)
    swap.approve(return_)
    swap.work()
    assert (swap.exchange(return_).state, swap.exchange(return_).value) == ("to_pay", 4000)
    assert swap.pay_for(return_) == 700
    swap.ship(return_)
    swap.work()
    assert legs(shop, return_) == [("exchange", 3300, "succeeded")]
    assert balances(shop).get(Role.EXCHANGE_CLEARING, 0) == 0
    assert swap.state(return_) == "closed"
    sound(shop.app)


def test_a_lower_refund_of_one_is_decided_before_any_other_article_goes(shop: Shop, swap: Swap) -> None:
    hat = swap.stock("HAT", 3000, 5)
    pair = Sold(8000, 2, "SHIRT-M", "Shirt", taxes={"19": 1277})
    return_ = swap.swap(swap.order(pair), {1: 2}, hat)
    swap.receive(return_)
    swap.inspect(return_)
    reduction = swap.reduce(return_, points=5000)  # of one of the two
    with pytest.raises(Refusal, match="lower refund is decided"):
        swap.approve(return_)
    swap.answer(reduction, "It was like that when it came.")
    with pytest.raises(Refusal, match="lower refund is decided"):
        swap.approve(return_)
    swap.judge(reduction, "change", by=shop.actor(StaffRole.MANAGER), points=4000)
    swap.approve(return_)
    swap.work()
    assert swap.exchange(return_).lines[0].quantity == 2
    swap.ship(return_)
    swap.work()
    assert legs(shop, return_) == [("exchange", 6000, "succeeded"), ("payment", 400, "succeeded")]
    assert swap.state(return_) == "closed"
    sound(shop.app)


def test_a_lower_refund_that_is_taken_back_leaves_no_trace_in_what_is_owed(shop: Shop, swap: Swap) -> None:
    return_ = swap.swap(swap.order(SHIRT), {1: 1}, swap.stock("HAT", 4000, 3))
    swap.receive(return_)
    swap.inspect(return_)
    swap.unreduce(swap.reduce(return_, points=10_000))
    swap.approve(return_)
    swap.work()
    assert swap.exchange(return_).state == "to_ship"
    swap.ship(return_)
    assert legs(shop, return_) == [("exchange", 4000, "succeeded")]
    sound(shop.app)


def test_all_is_taken_off_and_the_whole_is_paid(shop: Shop, swap: Swap) -> None:
    return_ = swap.swap(swap.order(SHIRT), {1: 1}, swap.stock("HAT", 4000, 3))
    swap.receive(return_)
    swap.inspect(return_)
    swap.answer(swap.reduce(return_, points=10_000))
    swap.approve(return_)
    swap.work()
    assert (swap.exchange(return_).state, swap.pay_for(return_)) == ("to_pay", 4000)
    swap.ship(return_)
    swap.work()
    assert swap.state(return_) == "closed"
    sound(shop.app)


def joins(swap: Swap, return_: object, article: int) -> None:
    """One more unit of the order lies in the parcel."""
    with swap.on(return_) as held:  # type: ignore[arg-type]
        found = handling.Find("One more", None, held.order.lines[article].id)
        handling.report(held, found, "Europe/Berlin", swap.clerk)


@pytest.mark.sqlite
@pytest.mark.parametrize("article", [0, 1], ids=["of the same line", "of another line"])
def test_a_unit_that_joins_is_refunded_beside_the_exchange(shop: Shop, swap: Swap, article: int) -> None:
    two = Sold(8000, 2, "SHIRT-M", "Shirt", taxes={"19": 1278})
    return_ = swap.swap(swap.order(two, Sold(1500, 1, "SOX", "Socks")), {1: 1}, swap.stock("HAT", 3900, 3))
    swap.receive(return_)
    joins(swap, return_, article)
    checked_now(swap, return_)
    swap.ship(return_)
    swap.work()
    more = (4000, 1500)[article]
    assert legs(shop, return_) == [("exchange", 3900, "succeeded"), ("payment", 100 + more, "succeeded")]
    assert (swap.exchange(return_).value, swap.state(return_)) == (3900, "closed")
    assert Role.EXCHANGE_CLEARING not in balances(shop)
    sound(shop.app)


def checked_now(swap: Swap, return_: object) -> None:
    swap.inspect(return_)  # type: ignore[arg-type]
    swap.approve(return_)  # type: ignore[arg-type]
    swap.work()
