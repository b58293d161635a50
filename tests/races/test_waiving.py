"""A shopper pays what the shop is about to let go; two let it go at once."""

import uuid
from collections import Counter
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from portal.refunds import demands, giving, waiving
from portal.refunds.demands import Demand, steps
from portal.refunds.giving import Gift
from portal.refunds.goodwill import GoodwillReason, Waiver
from portal.returns.models import Return
from portal.web.ritual import Portal
from tests.harness.sales import ZONE
from tests.harness.shops import Shop
from tests.harness.swapping import Swap
from tests.harness.trading import Trade, policy
from tests.races.racing import DONE, REFUSED, Ground, Racer, drop, pause_before, race

pytestmark = pytest.mark.race
BUDGET = 2_000


@pytest.fixture
def swap(shop: Shop) -> Swap:
    trade = Swap(shop)
    trade.rule(policy(goodwill_budget={"EUR": BUDGET}))
    return trade


def dearer(swap: Swap, by: int) -> uuid.UUID:
    """What is owed for an exchange that costs so much more."""
    return_ = swap.ready(swap.stock(f"HAT-{uuid.uuid4().hex[:4]}", 3_000 + by, 3))
    with swap.shop.transaction(reading=True) as session:
        return demands.demands_of(session.get_one(Return, return_))[-1].id


def let_go(trade: Trade, id: uuid.UUID) -> None:
    with trade.on_demand(id) as demand:
        waiving.waive(demand, Gift(demand.amount, GoodwillReason.LATE), trade.clerk, BUDGET, ZONE)


def paid(trade: Trade, id: uuid.UUID) -> None:
    with trade.on_demand(id) as demand:
        steps.pay(demand, "pay_1", trade.clerk)


def waived(swap: Swap) -> int:
    with swap.shop.transaction(reading=True) as session:
        return int(session.scalar(sa.select(sa.func.coalesce(sa.func.sum(Waiver.amount), 0))) or 0)


def test_what_is_paid_meanwhile_is_not_let_go_or_goes_back(
    swap: Swap, ground: Ground, broken: Callable[[], set[str]]
) -> None:
    id = dearer(swap, 500)
    swap.bank.pay(swap.link_of(id))
    found = race(ground, Racer(paid, [id]), Racer(let_go, [id]))
    with swap.shop.transaction(reading=True) as session:
        state = session.get_one(Demand, id).state
    if REFUSED in found:
        assert (waived(swap), state) == (0, "paid")
    else:
        assert (waived(swap), state) == (500, "returning")
    assert broken() == set()


def test_without_the_guards_it_is_paid_and_let_go(
    app: Portal, swap: Swap, ground: Ground, broken: Callable[[], set[str]]
) -> None:
    """The control of the race above."""
    id = dearer(swap, 500)
    swap.bank.pay(swap.link_of(id))
    drop(app, "trail.uq_trail_chain_no")
    race(ground, *[Racer(do, [id], careless=pause_before(steps, "step")) for do in (paid, let_go)])
    assert broken()


def test_two_exchanges_and_one_budget(swap: Swap, ground: Ground, broken: Callable[[], set[str]]) -> None:
    ids = [dearer(swap, 1_500) for _ in range(2)]
    found = race(ground, *[Racer(let_go, [id]) for id in ids])
    assert Counter(found) == {DONE: 1, REFUSED: 1}
    assert (waived(swap), broken()) == (1_500, set())


def test_without_the_persons_lock_both_fit(
    swap: Swap, ground: Ground, broken: Callable[[], set[str]]
) -> None:
    """The control of the race above."""
    ids = [dearer(swap, 1_500) for _ in range(2)]
    race(ground, *[Racer(let_go, [id], careless=pause_before(giving, "must_be_left")) for id in ids])
    assert "G1" in broken()
