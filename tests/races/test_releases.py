"""A till releases what paid an order while a refund of it that could not be sent is tried again."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest

from portal.refunds import legs, values
from tests.harness.trading import Trade
from tests.races.racing import DONE, REFUSED, Ground, Racer, race
from tests.refunds.test_ways import bought_with, fail_all, with_a_card

pytestmark = pytest.mark.race


@pytest.fixture
def failed(trade: Trade) -> uuid.UUID:
    """A leg of 40.00 for what a card had paid, which could not be sent."""
    with_a_card(trade)
    return_ = trade.go_whole_way(bought_with(trade, "gift_card", 4000), {1: 1})
    trade.work()
    return fail_all(trade, return_)[4000]


def again(trade: Trade, leg: uuid.UUID) -> None:
    trade.replace(leg)


def release(trade: Trade) -> None:
    trade.release("S-1")


def test_what_is_owed_is_sent_again_and_nothing_is_released(
    trade: Trade, failed: uuid.UUID, ground: Ground, broken: Callable[[], set[str]]
) -> None:
    found = race(ground, Racer(again, [failed], threads=2), Racer(release, threads=4))
    assert found == [DONE, *[REFUSED] * 5]
    assert broken() == set()


def forgets_what_stands(between: Any) -> None:
    values._refunded = lambda holder, reference: False
    legs.must_have_room = lambda order, payment: None


def test_without_the_guards_it_goes_both_ways(
    trade: Trade, failed: uuid.UUID, ground: Ground, broken: Callable[[], set[str]]
) -> None:
    """The control of the race above."""
    racers = [Racer(again, [failed]), Racer(release)]
    found = race(ground, *[Racer(one.work, one.args, careless=forgets_what_stands) for one in racers])
    assert found == [DONE, DONE]
    assert "I16" in broken()
