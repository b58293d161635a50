"""The mails about a return or an order: when each left, and sending it again."""

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from werkzeug.test import TestResponse

from portal import clock
from portal.db import find
from portal.jobs import Job
from portal.notices import mailbox
from portal.orders.links import ask
from portal.orders.models import Order
from portal.people.roles import Role
from tests.harness.client import ShopClient
from tests.harness.sales import requested, sell
from tests.harness.shops import Shop
from tests.web.desk.working import follow, main, notes, record

NOON = datetime.fromisoformat("2026-11-20T12:00:00+00:00")
HTMX = pytest.mark.parametrize("htmx", [False, True], ids=["plain", "htmx"])


def subjects(shop: Shop) -> list[str]:
    with shop.transaction(reading=True):
        return [mail.subject.split(" RMA")[0] for mail in reversed(mailbox())]


def mails(page: TestResponse) -> list[str]:
    """The rows of mails on the page, without their buttons."""
    rows = [li for li in main(page).all("li") if li.get("class") == "in row apart" and li.all("form")]
    return [row.one("div").text for row in rows]


@HTMX
def test_a_mail_is_sent_again_and_both_copies_are_there(
    shop: Shop, agent: ShopClient, worker: Callable[[], int], at: Callable[[datetime], None], htmx: bool
) -> None:
    at(NOON)
    id = requested(shop, sell(shop))
    assert mails(record(agent, id)) == [
        "Return approved, with its label waits to be sent, since Fri 20 Nov 2026, 13:00"
    ]
    worker()
    page = record(agent, id)
    assert mails(page) == ["Return approved, with its label sent Fri 20 Nov 2026, 13:00"]
    at(NOON + timedelta(hours=2))
    page = follow(agent, agent.send(page, "/again", htmx=htmx), htmx=htmx)
    assert notes(page) == ["The mail is on its way again."]
    assert "Mail sent again Return approved, with its label" in main(page).text
    worker()
    assert mails(record(agent, id)) == [
        "Return approved, with its label sent Fri 20 Nov 2026, 15:00 , 2 times"
    ]
    assert subjects(shop) == ["Your return", "Your return"]


def test_a_double_click_sends_it_once(shop: Shop, agent: ShopClient, worker: Callable[[], int]) -> None:
    id = requested(shop, sell(shop))
    worker()
    page = record(agent, id)
    assert {agent.send(page, "/again").status_code for _ in range(3)} == {303}
    worker()
    assert len(subjects(shop)) == 2


@pytest.mark.sqlite
def test_a_mail_is_not_sent_again_without_end(
    shop: Shop, agent: ShopClient, worker: Callable[[], int], at: Callable[[datetime], None]
) -> None:
    at(NOON)
    id = requested(shop, sell(shop))
    worker()
    for _ in range(3):
        assert agent.send(record(agent, id), "/again").status_code == 303
        worker()
    late = agent.send(record(agent, id), "/again")
    assert late.status_code == 422 and "It was sent again 3 times within the hour." in notes(late)[0]
    at(NOON + timedelta(hours=1, minutes=1))
    assert agent.send(record(agent, id), "/again").status_code == 303


@pytest.mark.sqlite
def test_one_that_waits_is_sent_at_once_and_no_second_time(
    shop: Shop, agent: ShopClient, worker: Callable[[], int]
) -> None:
    id = requested(shop, sell(shop))
    with shop.transaction() as session:
        later = clock.now() + timedelta(hours=3)
        session.execute(sa.update(Job).where(Job.kind == "notice.send").values(run_at=later))
    worker()
    assert subjects(shop) == []
    agent.send(record(agent, id), "/again")
    worker()
    assert len(subjects(shop)) == 1


@pytest.mark.sqlite
def test_one_that_failed_for_good_is_sent_and_nobody_has_to_look_after_it(
    shop: Shop, agent: ShopClient, worker: Callable[[], int]
) -> None:
    id = requested(shop, sell(shop))
    with shop.transaction() as session:
        session.execute(sa.update(Job).where(Job.kind == "notice.send").values(dead_at=clock.now()))
    page = record(agent, id)
    assert "did not leave" in mails(page)[0]
    agent.send(page, "/again")
    worker()
    assert len(subjects(shop)) == 1 and "sent" in mails(record(agent, id))[0]
    with shop.transaction(reading=True) as session:
        assert not session.scalars(
            sa.select(Job).where(Job.dead_at.is_not(None), Job.done_at.is_(None))
        ).all()


def mailed_link(shop: Shop, worker: Callable[[], int]) -> uuid.UUID:
    """An order without a return, to which somebody had a link mailed."""
    order = sell(shop)
    with shop.transaction():
        ask(find(Order, order))
    worker()
    return order


@HTMX
def test_an_order_without_a_return_has_its_mails_and_a_new_link_is_sent(
    shop: Shop, agent: ShopClient, worker: Callable[[], int], htmx: bool
) -> None:
    order = mailed_link(shop, worker)
    page = agent.get(f"/desk/orders/{order}/mails")
    assert mails(page)[0].startswith("Link to the order sent")
    page = follow(agent, agent.send(page, "/again", htmx=htmx), htmx=htmx)
    assert notes(page) == ["A new link is on its way."]
    worker()
    assert subjects(shop) == ["Your link to Fjell & Faden"] * 2
    assert len(mails(agent.get(f"/desk/orders/{order}/mails"))) == 2


@pytest.mark.sqlite
def test_an_auditor_reads_which_mails_went_and_sends_none(
    shop: Shop, staff: Callable[[Role], ShopClient], worker: Callable[[], int]
) -> None:
    id = requested(shop, sell(shop))
    worker()
    page = record(staff(Role.AUDITOR), id)
    assert "Return approved, with its label sent" in main(page).text
    assert "Send again" not in page.text and "/messages" not in page.text
