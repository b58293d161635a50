"""Thirty-two clicks on one refund."""

import uuid
from collections import Counter
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from portal.refunds import approving
from portal.refunds.models import Refund
from portal.web.ritual import Portal
from tests.harness.sales import Sold, inspected, sell
from tests.harness.trading import Trade
from tests.races.racing import DONE, REFUSED, Ground, Racer, drop, pause_before, race

pytestmark = pytest.mark.race
MANY = Sold(
    30_000, 10, unit_cost=900
)  # room for more than one refund of a unit, were nothing else in the way


def approve(trade: Trade, return_: uuid.UUID, shown: int) -> None:
    with trade.on(return_) as held:
        approving.approve(held, shown, trade.clerk, None)


def refunds(trade: Trade) -> int:
    with trade.shop.transaction(reading=True) as own:
        return own.scalars(sa.select(sa.func.count(Refund.id))).one()


def test_thirty_two_clicks_make_one_refund(
    trade: Trade, ground: Ground, broken: Callable[[], set[str]]
) -> None:
    return_ = inspected(trade.shop, sell(trade.shop, MANY), units=[1])
    found = race(ground, *[Racer(approve, [return_, 2510], threads=4)] * 8)
    assert Counter(found) == {DONE: 1, REFUSED: 31}
    trade.work()
    assert (refunds(trade), len(trade.bank.statement())) == (1, 1)
    assert broken() == set()


def test_without_the_guards_each_click_makes_a_refund(
    app: Portal, trade: Trade, ground: Ground, broken: Callable[[], set[str]]
) -> None:
    """The control of the race above."""
    return_ = inspected(trade.shop, sell(trade.shop, MANY), units=[1])
    drop(app, "uq_refund_part_item", "trail.uq_trail_chain_no", "refund.uq_refund_return_id_no")
    clicks = [Racer(approve, [return_, 2510], careless=pause_before(approving, "_write"))] * 4
    race(ground, *clicks)
    trade.work()
    assert refunds(trade) > 1
    assert "I5" in broken()
