"""A worker that is killed between writing down its intent and writing down the answer."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from portal import clock
from portal.refunds import sending
from portal.refunds.gateways.simulated import SimulatedGateway
from portal.refunds.lifecycle import LegState
from portal.refunds.sending import Errand
from tests.harness.sales import SOCKS, approved, look, sell
from tests.harness.trading import Trade
from tests.races.racing import Ground, die, die_now

pytestmark = pytest.mark.race


def send(trade: Trade) -> None:
    trade.work()


def die_before_asking() -> None:
    """The intent is written; the bank has not heard of it."""
    SimulatedGateway.submit = die_now  # type: ignore[method-assign]


def die_after_asking() -> None:
    """The bank has done it; nobody has written that down."""
    sending._settle = die_now


def killed(trade: Trade, ground: Ground, prepare: Callable[[], None]) -> LegState:
    id = approved(trade.shop, sell(trade.shop, SOCKS), units=[1])
    die(ground, send, [], prepare)
    return look(trade.shop, id).refunds[0].legs[0].state


@pytest.mark.parametrize("prepare", [die_before_asking, die_after_asking])
def test_a_killed_worker_leaves_exactly_one_refund(
    trade: Trade,
    ground: Ground,
    broken: Callable[[], set[str]],
    at: Callable[..., None],
    prepare: Callable[[], None],
) -> None:
    assert killed(trade, ground, prepare) is LegState.SUBMITTED
    assert len(trade.bank.statement()) == (prepare is die_after_asking)
    for minutes in (2, 4):
        at(clock.now() + timedelta(minutes=minutes))
        trade.work()
    assert [refund["amount"] for refund in trade.bank.statement()] == [1211]
    assert broken() == set()


def test_a_worker_that_does_not_look_refunds_twice(
    trade: Trade,
    ground: Ground,
    broken: Callable[[], set[str]],
    at: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The control: what is not known is taken for failed, and sent again under a new key."""

    def begin_anew(leg, gateway, lease) -> Errand:  # type: ignore[no-untyped-def]
        leg.state = LegState.APPROVED
        return sending._errand("submit", leg, sending._begin(leg, lease))

    killed(trade, ground, die_after_asking)
    monkeypatch.setattr(sending, "_look", begin_anew)
    at(clock.now() + timedelta(minutes=2))
    trade.work()
    assert len(trade.bank.statement()) == 2
    assert {"I10", "I11"} & broken()
