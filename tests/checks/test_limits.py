"""Verify works out from the data alone what one person should not have approved without another."""

import uuid
from datetime import UTC, datetime, time, timedelta

import pytest
import sqlalchemy as sa

from portal import clock
from portal.db import locked
from portal.people import staffing
from portal.people.models import User
from portal.people.roles import Role
from portal.policies import Grade
from portal.refunds import approving, seconding
from portal.refunds.limiting import Alone
from portal.refunds.models import RefundProposal
from portal.returns.models import Return
from portal.web.ritual import Portal
from tests.harness.sales import Sold, look
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


WORN = {"id": "worn", "match": {}, "label": "Worn", "points": 2_000, "grades": ["C"]}


def test_a_fee_by_the_grade_that_was_not_quoted_is_off_the_quote(app: Portal, shop: Shop) -> None:
    trade = Trade(shop)
    trade.rule(policy(fees=[WORN], off_quote={"amounts": {"EUR": 1_000}}))
    with clock.at(clock.now() + timedelta(days=10)):
        for amount in (5_000, 5_005):  # fees of 10.00 and of 10.01
            return_ = trade.ask(trade.order(Sold(amount, taxes={})), {1: 1})
            trade.receive(return_)
            trade.inspect(return_, Grade.USED)
            trade.approve(return_)
    assert {line: len(keys) for line, keys in broken(app).items()} == {"I19": 1}


def test_refunds_of_one_return_that_sum_to_more_than_one_person_may_approve_are_named(
    app: Portal, shop: Shop
) -> None:
    trade = Trade(shop)
    trade.rule(policy(second_person_above={"EUR": 10_000}))
    with clock.at(clock.now() + timedelta(days=10)):
        return_ = trade.ask(trade.order(Sold(6_000), Sold(4_001)), {1: 1, 2: 1}, "damaged")
        trade.receive(return_)
        first, second = look(shop, return_).items
        trade.inspect(return_, items=[first.id])
        taken_back = trade.approve(return_)
        trade.cancel_refund(taken_back)
        trade.approve(return_)
        assert broken(app) == {}
        trade.inspect(return_, items=[second.id])
        trade.approve(return_)
    assert {line: len(keys) for line, keys in broken(app).items()} == {"I19": 1}


def test_a_first_approval_of_somebody_who_was_switched_off_before_the_second_is_named(
    app: Portal, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    trade, manager = Trade(shop), shop.actor(Role.MANAGER)
    trade.rule(policy(second_person_above={"EUR": 1_000}))
    with clock.at(clock.now() + timedelta(days=10)):
        return_ = trade.ask(trade.order(Sold(6_000)), {1: 1}, "damaged")
        trade.receive(return_)
        trade.inspect(return_)
        with trade.on(return_) as held:
            seconding.propose(held, 6_000, manager, None, Alone("EUR", 1_000))
        with clock.at(clock.now() + timedelta(minutes=1)), shop.transaction():
            assert manager.id
            staffing.set_active(locked(User, manager.id), False, trade.clerk)
        monkeypatch.setattr(
            seconding, "proposal_of", lambda held: own.scalars(sa.select(RefundProposal)).one()
        )
        monkeypatch.setattr(approving, "hold_first", lambda first: None)
        with clock.at(clock.now() + timedelta(minutes=2)), shop.transaction() as own:
            held = locked(Return, return_)
            seconding.second(held, 6_000, trade.clerk, None, Alone("EUR", 1_000))
    assert set(broken(app)) == {"I19"}
