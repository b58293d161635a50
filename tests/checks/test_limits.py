"""Verify works out from the data alone what one person should not have approved without another."""

import uuid
from datetime import UTC, datetime, time, timedelta

import pytest

from portal import clock
from portal.policies import Grade
from portal.web.ritual import Portal
from tests.harness.sales import Sold
from tests.harness.shops import Shop
from tests.harness.soundness import broken
from tests.harness.trading import Trade, policy

pytestmark = pytest.mark.sqlite
LID = {
    "id": "lid",
    "match": {},
    "promise": "Its lid",
    "question": "Its lid?",
    "unmet": "reduced",
    "points": 5_000,
}


def approve(trade: Trade, amount: int, *, met: bool = True) -> uuid.UUID:
    """By the clerk alone, whatever the limits say."""
    return_ = trade.ask(trade.order(Sold(amount)), {1: 1}, "damaged")
    trade.receive(return_)
    trade.inspect(return_, Grade.NEW, met=met)
    return trade.approve(return_)


def test_more_in_a_day_or_further_off_the_quote_than_one_person_may_is_named(app: Portal, shop: Shop) -> None:
    trade, rules = Trade(shop), {"conditions": [LID], "alone_per_day": {"EUR": 10_000}}
    trade.rule(policy(**rules, off_quote={"points": 4_000, "amounts": {"EUR": 1_000}}))
    noon = datetime.combine(
        clock.now().date() + timedelta(days=10), time(12), UTC
    )  # orders under this policy
    with clock.at(noon):
        approve(trade, 8_000)
        assert broken(app) == {}
        approve(trade, 2_000, met=False)  # 10.00 off is the limit, but it is half of it
        assert {line: len(keys) for line, keys in broken(app).items()} == {"I19": 1}
    with clock.at(noon + timedelta(minutes=1)):
        trade.rule(policy(**rules, off_quote={"amounts": {"EUR": 1_000}}))
        approve(trade, 1_000)  # the limit of the day
        assert len(broken(app)["I19"]) == 1
        approve(trade, 1)
        approve(trade, 2_002, met=False)
        assert len(broken(app)["I19"]) == 4  # above the day twice, and off the quote once more
