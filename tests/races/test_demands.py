"""A shopper pays while the shop takes it back; two ask at once; two give back at once."""

import uuid
from collections import Counter
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from portal.refunds import demands
from portal.refunds.demands import Demand, DemandState, asking, returning, steps
from portal.web.ritual import Portal
from tests.harness.sales import SOCKS
from tests.harness.trading import Trade
from tests.races.racing import DONE, REFUSED, Ground, Racer, drop, pause_before, race

pytestmark = pytest.mark.race
ABOUT = uuid.UUID(int=7)


def asked(trade: Trade, return_: uuid.UUID) -> None:
    trade.owe(return_, 500, ABOUT)


def cancelled(trade: Trade, id: uuid.UUID) -> None:
    with trade.on_demand(id) as demand:
        demands.cancel(demand, trade.clerk)


def paid(trade: Trade, id: uuid.UUID) -> None:
    """What the job does once the gateway has said so."""
    with trade.on_demand(id) as demand:
        steps.pay(demand, "pay_1", trade.clerk)


def given_back(trade: Trade, id: uuid.UUID) -> None:
    trade.give_back_paid(id)


def states(trade: Trade) -> Counter[DemandState]:
    with trade.shop.transaction(reading=True) as own:
        return Counter(own.scalars(sa.select(Demand.state)))


@pytest.fixture
def return_(trade: Trade) -> uuid.UUID:
    return trade.ask(trade.order(SOCKS), {1: 1})


def at_the_bank(trade: Trade, return_: uuid.UUID) -> uuid.UUID:
    """A demand whose link was paid, which the portal has not heard of."""
    id = trade.owe(return_)
    trade.work()
    trade.bank.pay(trade.link_of(id))
    return id


def test_paying_while_it_is_taken_back_keeps_no_money_for_nothing(
    trade: Trade, return_: uuid.UUID, ground: Ground, broken: Callable[[], set[str]]
) -> None:
    id = at_the_bank(trade, return_)
    found = race(ground, Racer(paid, [id]), Racer(cancelled, [id]))
    assert Counter(found) in (Counter({DONE: 2}), Counter({DONE: 1, REFUSED: 1}))
    came_first = DemandState.PAID if REFUSED in found else DemandState.RETURNING
    assert states(trade) == {came_first: 1}
    assert broken() == set()


def test_without_the_guards_it_is_both_paid_and_taken_back(
    app: Portal, trade: Trade, return_: uuid.UUID, ground: Ground, broken: Callable[[], set[str]]
) -> None:
    """The control of the race above."""
    id = at_the_bank(trade, return_)
    drop(app, "trail.uq_trail_chain_no")
    race(
        ground,
        Racer(paid, [id], careless=pause_before(steps, "step")),
        Racer(cancelled, [id], careless=pause_before(steps, "step")),
    )
    assert {"I6", "I18"} & broken()


def test_sixteen_clicks_make_one_demand(
    trade: Trade, return_: uuid.UUID, ground: Ground, broken: Callable[[], set[str]]
) -> None:
    found = race(ground, *[Racer(asked, [return_], threads=4)] * 4)
    assert Counter(found) == {DONE: 16}
    assert states(trade) == {DemandState.ASKED: 1}
    assert broken() == set()


def test_without_the_guards_each_click_makes_a_demand(
    app: Portal, trade: Trade, return_: uuid.UUID, ground: Ground, broken: Callable[[], set[str]]
) -> None:
    """The control of the race above."""
    drop(app, "uq_demand_live", "trail.uq_trail_chain_no")
    race(ground, *[Racer(asked, [return_], careless=pause_before(asking, "_new"))] * 3)
    assert states(trade)[DemandState.ASKED] > 1
    assert "D1" in broken()


def test_giving_back_twice_at_once_sends_once(
    trade: Trade, return_: uuid.UUID, ground: Ground, broken: Callable[[], set[str]]
) -> None:
    id = trade.owe(return_)
    trade.work()
    trade.pay_link(id)
    trade.work()
    assert Counter(race(ground, *[Racer(given_back, [id], threads=2)] * 4)) == {DONE: 8}
    trade.work()
    assert states(trade) == {DemandState.RETURNED: 1}
    assert len(trade.bank.statement()) == 1
    assert broken() == set()


def test_without_the_guards_it_is_given_back_by_each(
    app: Portal, trade: Trade, return_: uuid.UUID, ground: Ground, broken: Callable[[], set[str]]
) -> None:
    """The control of the race above: the job's key still keeps the money from going twice."""
    id = trade.owe(return_)
    trade.work()
    trade.pay_link(id)
    trade.work()
    drop(app, "trail.uq_trail_chain_no")
    race(ground, *[Racer(given_back, [id], careless=pause_before(returning, "advance"))] * 3)
    assert {"I6", "I18"} & broken()
