"""Two people decide on the same thing in opposite ways."""

import uuid
from collections.abc import Callable

import pytest

from portal.refunds import approving, sending
from portal.returns import deciding
from portal.returns.lifecycle import ReturnState
from portal.web.ritual import Portal
from tests.harness.sales import SOCKS, Sold, approved, look, requested, sell
from tests.harness.trading import Trade
from tests.races.racing import DONE, REFUSED, Ground, Racer, Turn, drop, pause_before, race

pytestmark = pytest.mark.race


def authorize(trade: Trade, return_: uuid.UUID) -> None:
    trade.authorize(return_)


def cancel(trade: Trade, return_: uuid.UUID) -> None:
    trade.cancel(return_)


def take_back(trade: Trade, refund: uuid.UUID) -> None:
    trade.cancel_refund(refund)


def send(trade: Trade) -> None:
    trade.work()


def test_a_return_is_authorized_and_cancelled_at_once_and_ends_cancelled(
    trade: Trade, ground: Ground, broken: Callable[[], set[str]]
) -> None:
    id = requested(trade.shop, sell(trade.shop, Sold(60_000, 2)))
    found = race(ground, Racer(authorize, [id]), Racer(cancel, [id]))
    assert found in ([DONE, DONE], [DONE, REFUSED])
    seen = look(trade.shop, id)
    assert (seen.return_.state, seen.order.lines[0].claimed) == (ReturnState.CANCELLED, 0)
    assert broken() == set()


def test_without_the_guards_a_cancelled_return_is_authorized(
    app: Portal, trade: Trade, ground: Ground, broken: Callable[[], set[str]]
) -> None:
    """The control of the race above."""
    id = requested(trade.shop, sell(trade.shop, Sold(60_000, 2)))
    drop(app, "trail.uq_trail_chain_no")
    late = pause_before(deciding, "advance")
    race(ground, Racer(authorize, [id], careless=late), Racer(cancel, [id], careless=late))
    assert broken() & {"I5", "I6", "P1", "P3"}


def test_a_refund_that_is_taken_back_while_it_is_sent_is_one_or_the_other(
    trade: Trade, ground: Ground, broken: Callable[[], set[str]]
) -> None:
    id = approved(trade.shop, sell(trade.shop, SOCKS))
    refund = look(trade.shop, id).refunds[0]
    race(ground, Racer(take_back, [refund.id]), Racer(send))
    sent = len(trade.bank.statement())
    taken_back = look(trade.shop, id).refunds[0].cancelled_at is not None
    assert sent + taken_back == 1
    assert broken() == set()


def test_without_the_guards_a_refund_is_taken_back_and_sent(
    app: Portal, trade: Trade, ground: Ground, broken: Callable[[], set[str]]
) -> None:
    """The control of the race above."""
    id = approved(trade.shop, sell(trade.shop, SOCKS))
    refund = look(trade.shop, id).refunds[0]
    drop(app, "trail.uq_trail_chain_no")
    race(
        ground,
        Racer(take_back, [refund.id], careless=Turn(approving.__name__, "_cancel_leg", first=True)),
        Racer(send, careless=Turn(sending.__name__, "_begin")),
    )
    assert len(trade.bank.statement()) == 1
    assert look(trade.shop, id).refunds[0].cancelled_at is not None
    assert broken() & {"I2", "I4", "I6", "I10"}
