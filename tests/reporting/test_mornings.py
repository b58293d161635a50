"""Every morning the trail is sealed, and the owners read how their shop stands."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from portal.audit.seals import latest
from portal.db import find, session
from portal.jobs import Job
from portal.jobs.worker import Worker
from portal.notices import mailbox
from portal.people import User
from portal.policies import Resolution
from portal.returns import Return
from portal.tenants import change_settings, locked_shop, settings_of, this_shop
from portal.tenants.mornings import order_days
from tests.harness.sales import Sold, received, requested, sell
from tests.harness.shops import Shop
from tests.harness.soundness import broken
from tests.harness.trading import Trade

At = Callable[[datetime], None]
SEVEN = datetime.fromisoformat("2026-11-20T07:00:00+01:00")
DAY = timedelta(days=1)


def order(shop: Shop) -> None:
    with shop.transaction():
        order_days(this_shop())


def mails(shop: Shop) -> list[tuple[str, str]]:
    with shop.transaction(reading=True):
        daily = [mail for mail in reversed(mailbox()) if mail.recipient.startswith("owner@")]
        return [(mail.subject, mail.text) for mail in daily]


def change(shop: Shop, **values: Any) -> None:
    owner = shop.actor()
    with shop.transaction():
        held = locked_shop()
        change_settings(held, replace(settings_of(held), **values), owner)


def test_an_owner_reads_what_is_late_and_owed_once_a_day(shop: Shop, at: At) -> None:
    trade = Trade(shop)
    at(SEVEN - 4 * DAY)
    asked = requested(shop, sell(shop, number="1"), reason="other")
    received(shop, sell(shop, number="2"))
    trade.work()
    at(SEVEN - timedelta(minutes=1))
    for _ in range(2):
        order(shop)
        trade.work()
    assert mails(shop) == []
    at(SEVEN)
    for _ in range(2):
        order(shop)
        trade.work()
    ((subject, text),) = mails(shop)
    assert subject == "Fjell & Faden, Friday 20 November 2026: 2 returns are overdue"
    assert "- to answer: 1\n- to check: 1\n" in text
    with shop.transaction(reading=True):
        seal = latest()
        assert seal and seal.rows > 5 and seal.hash[:8] in text and seal.hash[-8:] in text
        assert f"- {find(Return, asked).rma}: to answer, by Wednesday 18 November 2026" in text
    at(SEVEN + DAY)
    trade.work()
    assert mails(shop)[-1][0] == "Fjell & Faden, Saturday 21 November 2026: 2 returns are overdue"
    assert len(mails(shop)) == 2
    assert broken(shop.app) == {}


def test_a_quiet_shop_is_told_so_in_the_owner_s_language_and_what_is_owed(shop: Shop, at: At) -> None:
    trade = Trade(shop)
    at(SEVEN - DAY)
    with shop.transaction() as own:
        own.execute(sa.update(User).where(User.email.startswith("owner@")).values(language="de"))
    trade.go_whole_way(trade.order(Sold(5_000, 1)), {1: 1}, "changed_mind", Resolution.STORE_CREDIT)
    order(shop)
    at(SEVEN)
    trade.work()
    subject, text = mails(shop)[-1]
    assert subject.endswith("nichts ist überfällig") and "Siegel des Protokolls" in text
    assert "- Guthaben der Kunden: 45,10\xa0€" in text and "Überfällig" not in text


@pytest.mark.sqlite
def test_a_shop_that_wants_no_mail_is_sealed_all_the_same(shop: Shop, at: At) -> None:
    at(SEVEN - DAY)
    change(shop, daily_mail=False)
    order(shop)
    at(SEVEN)
    Trade(shop).work()
    assert mails(shop) == []
    with shop.transaction(reading=True):
        assert latest()


@pytest.mark.sqlite
@pytest.mark.parametrize("hour", [5, 9])
def test_another_hour_holds_from_the_next_morning_on(shop: Shop, at: At, hour: int) -> None:
    at(SEVEN - timedelta(hours=10))
    order(shop)
    change(shop, daily_hour=hour)
    trade, wanted = Trade(shop), SEVEN + timedelta(hours=hour - 7)
    at(wanted - timedelta(minutes=1))
    trade.work()
    assert mails(shop) == []
    at(wanted)
    trade.work()
    assert len(mails(shop)) == 1


@pytest.mark.sqlite
def test_a_worker_that_slept_for_days_mails_of_today_alone(shop: Shop, at: At) -> None:
    at(SEVEN - 3 * DAY)
    order(shop)
    at(SEVEN)
    order(shop)
    Trade(shop).work()
    assert len(mails(shop)) == 1


@pytest.mark.sqlite
def test_the_daily_tidying_orders_the_days_of_every_shop(shop: Shop, other_shop: Shop, at: At) -> None:
    at(SEVEN)
    worker = Worker(shop.app)
    while not worker.turn():
        pass
    for one in (shop, other_shop):
        assert len(mails(one)) == 1
        with one.transaction(reading=True):
            mine = sa.select(sa.func.count()).where(Job.kind == "shop.day", Job.tenant_id == one.id)
            assert session.scalar(mine) == 2
