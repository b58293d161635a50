"""What was sent at once is paid by a refund, twice at once, or by a link at the same moment."""

import uuid
from collections import Counter
from collections.abc import Callable

import pytest

from portal import clock
from portal.ledger import Role
from portal.policies import Grade
from portal.refunds import approving
from portal.refunds.demands import steps
from portal.refunds.owing import demands_for
from portal.web.ritual import Portal
from tests.harness.swapping import Swap
from tests.harness.trading import Trade, policy
from tests.races.racing import DONE, REFUSED, Ground, Racer, Turn, drop, pause_before, race
from tests.races.test_approvals import approve, refunds
from tests.refunds.test_at_once import REFUSING
from tests.refunds.test_exchanges import legs
from tests.refunds.test_paying_once import TWO
from tests.refunds.test_refunds import balances

pytestmark = pytest.mark.race
PAID_BY_REFUND, IN_MONEY = [("exchange", 4000, "succeeded")], [("payment", 4000, "succeeded")]


@pytest.fixture
def swap(trade: Trade) -> Swap:
    return Swap(trade.shop)


@pytest.fixture
def return_(swap: Swap) -> uuid.UUID:
    """It was sent at once; what came back was refused, so it was asked for; and is accepted after all."""
    automatic = {"automatic_up_to": {"EUR": 10**9}, "days": 2}
    swap.rule(policy(conditions=[REFUSING], authorization=automatic, exchange={"ship": "at_once"}))
    order = swap.order(TWO, placed_at=clock.now())
    return_ = swap.swap(order, {1: 1}, swap.stock("HAT", 4000, 3))
    swap.work()
    swap.ship(return_)
    swap.receive(return_)
    swap.inspect(return_, Grade.UNSELLABLE, met=False)
    swap.work()
    swap.reopen(return_)
    with swap.on(return_) as held:
        item = held.items[0].id
    swap.correct(item)
    swap.inspect(return_)
    return return_


def link(swap: Swap, return_: uuid.UUID) -> tuple[uuid.UUID, str]:
    """The demand for it, which was paid at the bank, and nobody here knows."""
    with swap.on_exchange(return_) as exchange:
        (id,) = [demand.id for demand in demands_for(exchange)]
    return id, swap.bank.pay(swap.link_of(id))["payment"]


def paid(trade: Trade, id: uuid.UUID, payment: str) -> None:
    """What the job does once the gateway has said so."""
    with trade.on_demand(id) as demand:
        steps.pay(demand, payment, trade.clerk)


def asked(swap: Swap, return_: uuid.UUID) -> list[str]:
    with swap.on_exchange(return_) as exchange:
        return [demand.state.value for demand in demands_for(exchange)]


def test_two_who_approve_at_once_pay_it_once(
    swap: Swap, return_: uuid.UUID, ground: Ground, broken: Callable[[], set[str]]
) -> None:
    found = race(ground, *[Racer(approve, [return_, 4000], threads=2)] * 4)
    assert Counter(found) == {DONE: 1, REFUSED: 7}
    swap.work()
    assert (legs(swap.shop, return_), asked(swap, return_)) == (PAID_BY_REFUND, ["cancelled"])
    assert Role.EXCHANGE_CLEARING not in balances(swap.shop)
    assert broken() == set()


def test_without_the_guards_each_of_them_pays_it(
    app: Portal, swap: Swap, return_: uuid.UUID, ground: Ground, broken: Callable[[], set[str]]
) -> None:
    """The control of the race above."""
    drop(app, "uq_refund_part_item", "trail.uq_trail_chain_no", "refund.uq_refund_return_id_no")
    race(ground, *[Racer(approve, [return_, 4000], careless=pause_before(approving, "_write"))] * 2)
    assert refunds(swap) == 2
    assert "X1" in broken()


def test_what_is_paid_while_a_refund_pays_it_is_paid_once(
    swap: Swap, return_: uuid.UUID, ground: Ground, broken: Callable[[], set[str]]
) -> None:
    racers = Racer(paid, link(swap, return_)), Racer(approve, [return_, 4000])
    assert race(ground, *racers) == [DONE, DONE]
    swap.work()
    assert (asked(swap, return_), legs(swap.shop, return_)) in (
        (["paid"], IN_MONEY),
        (["returned"], PAID_BY_REFUND),
    )
    assert Role.EXCHANGE_CLEARING not in balances(swap.shop)
    assert swap.state(return_) == "closed"
    assert broken() == set()


def test_without_the_guards_it_is_paid_both_ways(
    app: Portal, swap: Swap, return_: uuid.UUID, ground: Ground, broken: Callable[[], set[str]]
) -> None:
    """The control of the race above."""
    drop(app, "trail.uq_trail_chain_no")
    found = race(
        ground,
        Racer(paid, link(swap, return_), careless=Turn(steps.__name__, "step", first=True)),
        Racer(approve, [return_, 4000], careless=Turn(approving.__name__, "_write")),
    )
    assert found == [DONE, DONE]
    assert {"D1", "I6", "X1"} & broken()
