"""What the shop adds to store credit and gift cards: on the whole, in however many refunds."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from itertools import permutations

import pytest
import sqlalchemy as sa

from portal import clock
from portal.db import find, session
from portal.ledger import Role
from portal.policies import Instead, Resolution
from portal.refunds.models import Refund, RefundLeg, StoreCredit
from portal.refunds.quoting import quote
from portal.refunds.tendering import Issued
from portal.returns.models import Return
from tests.harness.sales import Sold
from tests.harness.shops import Shop
from tests.harness.soundness import broken, ends_well
from tests.harness.swapping import Swap
from tests.harness.trading import Trade, policy
from tests.refunds.test_refunds import balances

RATE = 500
CURRENCIES = {"EUR": 1008, "JPY": 13, "KWD": 10_010}


@pytest.fixture
def swap(shop: Shop, at: Callable[..., None]) -> Swap:
    """Where credit has a bonus, and nobody pays for the way back."""
    trade = Swap(shop)
    automatic = {"automatic_up_to": dict.fromkeys(CURRENCIES, 10**9), "days": 2}
    trade.rule(
        policy(
            conditions=[],
            return_shipping={},
            authorization=automatic,
            credit_bonus=RATE,
            gift_card_bonus=RATE,
        )
    )
    at(clock.now() + timedelta(days=10))
    return trade


def given(shop: Shop, return_: uuid.UUID) -> list[tuple[int, int]]:
    """The amount and the bonus of each refund that stands."""
    with shop.transaction(reading=True):
        query = sa.select(RefundLeg.amount, RefundLeg.bonus).join(Refund).order_by(Refund.no)
        mine = query.where(Refund.return_id == return_, Refund.cancelled_at.is_(None))
        return [(amount, bonus) for amount, bonus in session.execute(mine)]


def in_parts(trade: Trade, order: uuid.UUID, n: int, to: Resolution) -> tuple[uuid.UUID, int]:
    """Its units are refunded one by one; the return, and the bonus that it was quoted."""
    draft = trade.draft(order, {1: n}, resolution=to)
    with trade.shop.transaction(reading=True):
        quoted = quote(find(Return, draft), to).bonus
    trade.submit(draft)
    for _ in range(n):
        trade.receive(draft, {1: 1})
        trade.inspect(draft)
        trade.approve(draft)
    return draft, quoted


@pytest.mark.parametrize("to", [Resolution.STORE_CREDIT, Resolution.GIFT_CARD])
@pytest.mark.parametrize("currency", CURRENCIES)
def test_the_bonus_of_the_parts_is_that_of_the_whole(
    shop: Shop, swap: Swap, currency: str, to: Resolution
) -> None:
    paid = CURRENCIES[currency] * 3 + 1
    order = swap.order(Sold(paid, 3), currency=currency)
    return_, quoted = in_parts(swap, order, 3, to)
    found = given(shop, return_)
    assert len(found) == 3 and sum(amount for amount, _ in found) == paid
    assert sum(bonus for _, bonus in found) == quoted == (paid * RATE + 5_000) // 10_000
    swap.work()
    assert balances(shop)[Role.CREDIT_BONUS] == quoted
    ends_well(shop.app)


@pytest.mark.parametrize("amounts", permutations([1008, 1010, 5]))
def test_in_whatever_order_they_come(amounts: tuple[int, ...]) -> None:
    before = bonus = 0
    for amount in amounts:
        (leg,) = Issued(bonus=RATE, before=before, given=bonus).legs(amount)
        before, bonus = before + amount, bonus + leg.bonus
    assert bonus == (sum(amounts) * RATE + 5_000) // 10_000


def test_what_is_taken_back_takes_its_bonus_along(shop: Shop, swap: Swap) -> None:
    order = swap.order(Sold(2 * 1008, 2))
    return_ = swap.ask(order, {1: 2}, resolution=Resolution.STORE_CREDIT)
    for _ in range(2):
        swap.receive(return_, {1: 1})
        swap.inspect(return_)
        refund = swap.approve(return_)
    swap.cancel_refund(refund)
    assert given(shop, return_) == [(1008, 50)]
    swap.approve(return_)
    assert given(shop, return_) == [(1008, 50), (1008, 51)]
    swap.work()
    with shop.transaction(reading=True):
        assert session.scalars(sa.select(StoreCredit.balance)).one() == 2016 + 101
    ends_well(shop.app)


@pytest.mark.sqlite
def test_goodwill_gets_none_beside_another_refund(shop: Shop, swap: Swap) -> None:
    order = swap.order(Sold(2 * 1008, 2), Sold(5000))
    return_ = swap.ask(order, {1: 2}, resolution=Resolution.STORE_CREDIT)
    swap.receive(return_, {1: 1})
    swap.inspect(return_)
    swap.grant(return_, 700)
    swap.approve(return_)
    swap.receive(return_)
    swap.inspect(return_)
    swap.approve(return_)
    assert given(shop, return_) == [(1708, 50), (1008, 51)]
    swap.work()
    ends_well(shop.app)


@pytest.mark.sqlite
def test_what_an_exchange_gives_as_credit_in_the_end_has_its_bonus(shop: Shop, swap: Swap) -> None:
    return_ = swap.ready(swap.stock("HAT", 3000, 3), instead=Instead.STORE_CREDIT)
    swap.sell_out(return_)
    swap.work()
    assert (3000, 150) in given(shop, return_)
    with shop.transaction(reading=True):
        assert session.scalars(sa.select(StoreCredit.balance)).one() == 3150
    ends_well(shop.app)


@pytest.mark.parametrize("more", [1, -1])
def test_another_bonus_is_named_though_statement_and_books_agree(
    shop: Shop, swap: Swap, monkeypatch: pytest.MonkeyPatch, more: int
) -> None:
    with monkeypatch.context() as wrong:
        wrong.setattr(
            "portal.refunds.tendering.basis_points", lambda amount, points: amount * points // 10_000 + more
        )
        swap.go_whole_way(swap.order(Sold(2000)), {1: 1}, resolution=Resolution.STORE_CREDIT)
        swap.work()
    assert set(broken(shop.app)) == {"I16"}
