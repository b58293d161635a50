"""What becomes of a parcel that was sent, as somebody said, and never comes."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from portal.db import locked, session
from portal.errors import Conflict
from portal.returns import ParcelState, Return, ReturnState, Stage, tracing
from portal.returns.clocks import Duty
from tests.harness.sales import look
from tests.harness.shops import Shop
from tests.harness.soundness import broken
from tests.harness.trading import Trade
from tests.returns.test_deadlines import DAY, NOON, authorized, days_later, mails

At = Callable[[datetime], None]
pytestmark = pytest.mark.sqlite


def parcel(shop: Shop, id: object) -> tuple[ParcelState, timedelta | None]:
    with shop.transaction(reading=True):
        (one,) = session.get_one(Return, id).parcels
        return one.state, one.awaited_until and one.awaited_until - NOON


def test_its_shopper_is_asked_and_when_nobody_answers_it_ends_with_a_mail(shop: Shop, at: At) -> None:
    trade = Trade(shop)
    id = authorized(trade, at)
    trade.mark_sent(id)
    seen = look(shop, id).return_
    assert (seen.duty, seen.due_at) == (Duty.ARRIVE, NOON + 21 * DAY)
    days_later(trade, at, 20.9)
    before = len(mails(shop))
    for _ in range(2):
        days_later(trade, at, 21)
    (asked,) = mails(shop)[before:]
    assert asked.startswith("Where is your parcel?") and "give us the tracking number" in asked
    assert "Monday 11 January 2027" in asked and broken(shop.app) == {}
    days_later(trade, at, 27.9)
    assert look(shop, id).return_.state is ReturnState.AUTHORIZED
    days_later(trade, at, 28)
    seen = look(shop, id)
    assert seen.return_.state is ReturnState.EXPIRED and seen.order.lines[0].claimed == 0
    assert parcel(shop, id)[0] is ParcelState.LOST
    assert "the parcel did not come" in mails(shop)[-1] and len(mails(shop)) == before + 2
    days_later(trade, at, 60)
    assert len(mails(shop)) == before + 2 and broken(shop.app) == {}


def test_a_person_waits_longer_or_no_more(shop: Shop, at: At) -> None:
    trade = Trade(shop)
    id = authorized(trade, at)
    trade.mark_sent(id, "JD014600000001")
    with pytest.raises(Conflict, match="late"), shop.transaction():
        tracing.wait_longer(locked(Return, id), trade.clerk)
    days_later(trade, at, 21)
    assert "The tracking number that we have: JD014600000001" in mails(shop)[-1]
    with shop.transaction():
        tracing.wait_longer(locked(Return, id), trade.clerk)
    assert parcel(shop, id) == (ParcelState.IN_TRANSIT, 42 * DAY)
    count = len(mails(shop))
    days_later(trade, at, 41)
    assert look(shop, id).return_.state is ReturnState.AUTHORIZED and len(mails(shop)) == count
    days_later(trade, at, 42)
    with shop.transaction():
        tracing.stop_looking(locked(Return, id), trade.clerk)
    assert look(shop, id).return_.state is ReturnState.EXPIRED
    trade.work()
    assert "the parcel did not come" in mails(shop)[-1] and broken(shop.app) == {}


def test_what_comes_in_time_or_late_is_looked_for_no_more(shop: Shop, at: At) -> None:
    trade = Trade(shop)
    early, late = authorized(trade, at), authorized(trade, at)
    trade.mark_sent(early)
    trade.mark_sent(late)
    days_later(trade, at, 3)
    trade.receive(early)
    days_later(trade, at, 22)
    trade.receive(late)
    count = len(mails(shop))
    days_later(trade, at, 30)
    assert {look(shop, id).return_.stage for id in (early, late)} == {Stage.RECEIVED}
    assert sum("Where is your parcel" in mail for mail in mails(shop)) == 1
    assert not any("did not come" in mail for mail in mails(shop)[count:])
    assert broken(shop.app) == {}
