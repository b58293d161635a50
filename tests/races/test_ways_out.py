"""Two people take two ways out of one amount at once, and a shopper who presses twice: it goes one way."""

import importlib
import uuid
from collections import Counter
from collections.abc import Callable

import pytest

from portal.db import find
from portal.refunds import rerouting
from portal.refunds.models import RefundLeg
from portal.refunds.questions.models import Asked
from portal.web.ritual import Portal
from tests.harness.sales import Sold, look
from tests.harness.trading import Trade
from tests.races.racing import DONE, REFUSED, Ground, Racer, drop, pause_before, race

pytestmark = pytest.mark.race
legs = importlib.import_module("portal.refunds.legs")


def failed(trade: Trade) -> tuple[uuid.UUID, uuid.UUID]:
    """A return whose one leg failed, of an order with room for twice as much."""
    order = trade.order(Sold(5000, 2), paid=[10_000])
    trade.close_payments(order)
    return_ = trade.go_whole_way(order, {1: 1})
    trade.work()
    return return_, look(trade.shop, return_).refunds[0].legs[0].id


def by_hand(trade: Trade, leg: uuid.UUID) -> None:
    with trade.on_leg(leg) as found:
        rerouting.by_hand(found, trade.clerk)


def again(trade: Trade, leg: uuid.UUID) -> None:
    trade.replace(leg)


def agree(trade: Trade, question: uuid.UUID) -> None:
    trade.agree(question)


def name(trade: Trade, question: uuid.UUID) -> None:
    trade.name_account(question)


def in_the_place_of(trade: Trade, return_: uuid.UUID, leg: uuid.UUID) -> int:
    return sum(one.replaces_id == leg for one in look(trade.shop, return_).refunds[0].legs)


def test_of_all_ways_out_at_once_one_is_taken(
    trade: Trade, ground: Ground, broken: Callable[[], set[str]]
) -> None:
    return_, leg = failed(trade)
    credit, account = (trade.ask_about(leg, kind) for kind in Asked)
    found = race(
        ground, Racer(by_hand, [leg]), Racer(again, [leg]), Racer(agree, [credit]), Racer(name, [account])
    )
    assert Counter(found) == {DONE: 1, REFUSED: 3}
    assert in_the_place_of(trade, return_, leg) == 1
    assert broken() == set()


def test_a_double_click_on_yes_is_one_yes(
    trade: Trade, ground: Ground, broken: Callable[[], set[str]]
) -> None:
    return_, leg = failed(trade)
    credit = trade.ask_about(leg, Asked.STORE_CREDIT)
    assert Counter(race(ground, *[Racer(agree, [credit], threads=3)] * 2)) == {DONE: 1, REFUSED: 5}
    trade.work()
    with trade.shop.transaction(reading=True):
        assert find(RefundLeg, leg).refund.legs[-1].credit_id
    assert in_the_place_of(trade, return_, leg) == 1 and broken() == set()


def test_without_the_guards_one_amount_goes_two_ways(
    app: Portal, trade: Trade, ground: Ground, broken: Callable[[], set[str]]
) -> None:
    """The control of the two above."""
    return_, leg = failed(trade)
    drop(app, "refund_leg.uq_refund_leg_replaces_id_share_no", "refund_leg.uq_refund_leg_refund_id_no")
    drop(app, "trail.uq_trail_chain_no")
    careless = pause_before(legs, "_stead")
    race(ground, Racer(by_hand, [leg], careless=careless), Racer(again, [leg], careless=careless))
    assert in_the_place_of(trade, return_, leg) == 2
    assert "I4" in broken()
