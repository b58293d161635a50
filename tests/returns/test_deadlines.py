"""What time does to a return that nobody sends: two mails, then it is over, and the units are free again."""

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from portal.catalogue import Reservation, ReservationState
from portal.jobs.worker import step
from portal.notices import mailbox
from portal.returns import ItemState, ReturnState
from tests.harness.sales import Sold, look
from tests.harness.shops import Shop
from tests.harness.soundness import broken
from tests.harness.swapping import Swap
from tests.harness.trading import Trade, policy

At = Callable[[datetime], None]
NOON = datetime.fromisoformat("2026-12-14T12:00:00+00:00")
DAY = timedelta(days=1)


def mails(shop: Shop) -> list[str]:
    with shop.transaction(reading=True):
        return [f"{mail.subject}\n{mail.text}" for mail in reversed(mailbox())]


def authorized(trade: Trade, at: At, language: str = "en") -> uuid.UUID:
    """A return of two units, let in at noon of 14 December, with two weeks to hand in."""
    at(NOON)
    id = trade.ask(trade.order(Sold(10_000, 2), language=language), {1: 2})
    trade.work()
    return id


def kept(shop: Shop) -> int:
    """How many pieces are kept for somebody."""
    with shop.transaction(reading=True) as own:
        open_ = Reservation.state == ReservationState.HELD
        return own.scalar(sa.select(sa.func.count()).select_from(Reservation).where(open_)) or 0


def days_later(trade: Trade, at: At, days: float) -> None:
    at(NOON + days * DAY)
    trade.work()


def test_who_hands_nothing_in_is_reminded_twice_and_then_it_ends(shop: Shop, at: At) -> None:
    trade = Trade(shop)
    id = authorized(trade, at)
    days_later(trade, at, 8.9)
    assert len(mails(shop)) == 1
    for _ in range(2):
        days_later(trade, at, 9)
    days_later(trade, at, 13)
    days_later(trade, at, 20.9)
    first, second = mails(shop)[1:]
    assert first.startswith("Hand in by Monday 28 December 2026: your return RMA-") and first == second
    assert "2 × Alpaka-Kuschelsocken" in first
    days_later(trade, at, 21)
    seen = look(shop, id)
    assert seen.return_.state is ReturnState.EXPIRED and seen.return_.due_at is None
    assert {item.state for item in seen.items} == {ItemState.EXPIRED} and seen.order.lines[0].claimed == 0
    days_later(trade, at, 40)
    assert len(mails(shop)) == 4 and "nothing was handed in" in mails(shop)[-1]
    trade.turn_up(seen.order.id, {1: 2})  # and came all the same
    assert look(shop, id).order.lines[0].claimed == 2
    assert broken(shop.app) == {}


@pytest.mark.sqlite
def test_what_was_kept_for_an_exchange_is_let_go_when_its_return_ends(shop: Shop, at: At) -> None:
    swap = Swap(shop)
    at(NOON)
    wanted = swap.stock("KS-M", 5_000, on_hand=1)
    id = swap.swap(swap.order(Sold(10_000, 1)), {1: 1}, wanted)
    swap.work()
    assert kept(shop) == 1
    days_later(swap, at, 21)
    assert look(shop, id).return_.state is ReturnState.EXPIRED and kept(shop) == 0
    assert "nothing was handed in" in mails(shop)[-1]
    assert broken(shop.app) == {}


@pytest.mark.sqlite
def test_what_was_sent_or_cancelled_is_not_reminded_of(shop: Shop, at: At) -> None:
    trade = Trade(shop)
    sent, gone = authorized(trade, at), authorized(trade, at)
    trade.cancel(gone)
    trade.mark_sent(sent)
    before = len(mails(shop))
    for days in (9, 13, 20.9):
        days_later(trade, at, days)
    assert len(mails(shop)) == before
    assert look(shop, sent).return_.state is ReturnState.AUTHORIZED
    assert broken(shop.app) == {}


@pytest.mark.sqlite
def test_a_worker_that_slept_reminds_once_and_never_of_a_day_that_is_over(shop: Shop, at: At) -> None:
    trade = Trade(shop)
    authorized(trade, at)
    days_later(trade, at, 13.5)
    assert len(mails(shop)) == 2
    at(NOON)
    authorized(trade, at)
    days_later(trade, at, 15)
    assert sum("Hand in by" in mail.partition("\n")[0] for mail in mails(shop)) == 1


@pytest.mark.sqlite
def test_a_mail_that_was_held_up_is_not_sent_once_the_parcel_came(shop: Shop, at: At) -> None:
    trade = Trade(shop)
    id = authorized(trade, at)
    at(NOON + 9 * DAY)
    assert step(shop.app, limit=1) == 1
    trade.receive(id)
    trade.work()
    assert not any("Hand in by" in mail.partition("\n")[0] for mail in mails(shop))


@pytest.mark.sqlite
def test_the_reminder_speaks_the_order_s_language_and_a_policy_sets_its_days(shop: Shop, at: At) -> None:
    trade = Trade(shop)
    at(NOON - 10 * DAY)
    trade.rule(policy(deadlines={"remind_days": [2]}, hand_in_days=3))
    at(NOON - 2 * DAY)
    order = trade.order(Sold(10_000, 1), language="de")
    at(NOON)
    trade.ask(order, {1: 1})
    trade.work()
    days_later(trade, at, 1)
    assert mails(shop)[-1].startswith("Bis Donnerstag, 17. Dezember 2026 abgeben: Ihre Rücksendung RMA-")
    days_later(trade, at, 2.9)
    assert len(mails(shop)) == 2
