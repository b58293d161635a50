"""An approval is taken back only while nothing has come of it; what watches money does not tire."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal import clock
from portal.db import session
from portal.errors import Conflict, Refusal
from portal.jobs import Job
from portal.jobs.watching import discard
from portal.refunds.gateways.bank import Mode, Switch
from portal.refunds.lifecycle import LegState
from portal.returns.lifecycle import ReturnState
from portal.tenants import locked_shop
from tests.harness.sales import Sold, approved, look, sell
from tests.harness.shops import Shop
from tests.harness.trading import Trade


def test_a_refund_of_nothing_that_closed_its_return_is_not_taken_back(shop: Shop) -> None:
    id = approved(shop, sell(shop, Sold(300)))
    seen = look(shop, id)
    assert (seen.refunds[0].amount, seen.return_.state) == (0, ReturnState.CLOSED)
    with pytest.raises(Conflict):
        Trade(shop).cancel_refund(seen.refunds[0].id)


def test_a_leg_on_its_way_cannot_be_thrown_away(shop: Shop) -> None:
    approved(shop, sell(shop))
    with shop.transaction():
        job = session.scalars(sa.select(Job).where(Job.kind == "refund.send")).one()
        job.bury(clock.now())
        id = job.id
    with pytest.raises(Refusal), shop.transaction():
        discard(id, shop.actor(), locked_shop())


def test_a_bank_that_is_away_for_an_hour_is_still_asked_about_what_came_back(
    shop: Shop, at: Callable[..., None]
) -> None:
    trade, start = Trade(shop), clock.now()
    at(start)
    id = approved(shop, sell(shop))
    trade.work()
    leg = look(shop, id).refunds[0].legs[0]
    trade.bank.switch = Switch(Mode.DOWN)
    trade.bank.turn(leg.reference, "failed")
    for minute in range(1, 15):  # longer than such refunds are watched
        at(start + timedelta(minutes=minute))
        trade.work()
    trade.bank.switch = Switch()
    at(start + timedelta(minutes=15))
    trade.work()
    assert look(shop, id).refunds[0].legs[0].state is LegState.REVERSED
