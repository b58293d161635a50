"""Dead letters as the shop's leaders see them: a banner, a list, and what to do."""

import uuid
from datetime import timedelta

import pytest
import sqlalchemy as sa
from werkzeug.test import TestResponse

from portal import clock
from portal.audit.models import Trail
from portal.jobs import Heartbeat, Job, JobState
from portal.people.roles import Role
from tests.harness.client import ShopClient
from tests.harness.pages import read
from tests.harness.sales import look, requested, sell
from tests.harness.shops import Shop, find_shop
from tests.web.desk.working import bury, follow, main, notes, spent

BANNER = "failed for good"


def state(shop: Shop, id: uuid.UUID) -> JobState:
    with shop.transaction(reading=True) as session:
        return session.scalars(sa.select(Job).where(Job.id == id)).one().state


def press(client: ShopClient, page: TestResponse, id: uuid.UUID, what: str) -> TestResponse:
    return client.send(page, f"/stuck/{id}/{what}")


def test_leaders_see_what_failed_and_try_it_again(shop: Shop, manager: ShopClient) -> None:
    return_ = requested(shop, sell(shop))
    id = bury(shop, **{"return": str(return_)})
    page = manager.get("/desk/stuck")
    row = main(page).one("tbody").text
    assert "Send a mail" in row and look(shop, return_).return_.rma in row and "TimeoutError" in row
    assert "mx1" not in page.text
    answer = press(manager, page, id, "again")
    assert "It is tried again now." in notes(follow(manager, answer))[0]
    assert state(shop, id) is JobState.SCHEDULED
    with shop.transaction(reading=True) as session:
        told = session.scalars(sa.select(Trail).where(Trail.event == "job.retried")).one()
        assert told.actor_id == shop.actor(Role.MANAGER).id


def test_a_double_click_is_one_try(shop: Shop, manager: ShopClient) -> None:
    id = bury(shop)
    page = manager.get("/desk/stuck")
    answers = [press(manager, page, id, "again") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    with shop.transaction(reading=True) as session:
        assert len(session.scalars(sa.select(Trail).where(Trail.event == "job.retried")).all()) == 1


def test_what_dies_again_can_be_tried_again(shop: Shop, manager: ShopClient) -> None:
    id = bury(shop)
    press(manager, manager.get("/desk/stuck"), id, "again")
    with shop.transaction() as session:
        job = session.get_one(Job, id)
        job.fence += 1  # as a worker's lease does
        job.bury(clock.now())
    assert press(manager, manager.get("/desk/stuck"), id, "again").status_code == 303
    assert state(shop, id) is JobState.SCHEDULED


@pytest.mark.sqlite
def test_a_later_click_in_another_tab_is_told(shop: Shop, manager: ShopClient) -> None:
    id = bury(shop)
    tabs = [manager.get("/desk/stuck") for _ in range(2)]
    press(manager, tabs[0], id, "away")
    assert state(shop, id) is JobState.DISCARDED
    late = press(manager, tabs[1], id, "again")
    assert late.status_code == 422 and any("no longer" in note for note in notes(late))
    assert state(shop, id) is JobState.DISCARDED


@pytest.mark.sqlite
def test_money_is_never_thrown_away(shop: Shop, manager: ShopClient) -> None:
    id = bury(shop, "refund.send")
    page = manager.get("/desk/stuck")
    assert f"/stuck/{id}/again" in page.text and f"/stuck/{id}/away" not in page.text


@pytest.mark.sqlite
def test_the_banner_is_for_those_who_can_do_something(
    shop: Shop, manager: ShopClient, agent: ShopClient
) -> None:
    id = bury(shop)
    return_ = requested(shop, sell(shop))
    for path in ("/desk", f"/desk/returns/{return_}", "/desk/stock"):
        for htmx in (False, True):
            assert BANNER in read(manager.get(path, htmx=htmx).text).one(id="main").text
        assert BANNER not in agent.get(path).text
    assert BANNER not in manager.get("/desk/stuck").text
    press(manager, manager.get("/desk/stuck"), id, "again")
    assert BANNER not in manager.get("/desk").text


@pytest.mark.sqlite
def test_another_shops_failed_work_is_not_told(shop: Shop, manager: ShopClient) -> None:
    theirs = bury(find_shop(shop.app, "other"))
    mine = bury(shop)
    page = manager.get("/desk/stuck")
    assert str(theirs) not in page.text and "1 piece of work" in manager.get("/desk").text
    token = read(page.text).all("input", name="csrf_token")[0]["value"]
    tried = manager.post(f"/desk/stuck/{theirs}/again", data={"csrf_token": token, "op": str(uuid.uuid4())})
    assert tried.status_code == 404 and state(shop, mine) is JobState.DEAD


@pytest.mark.sqlite
def test_a_long_list_says_so_and_costs_no_more(shop: Shop, manager: ShopClient) -> None:
    bury(shop)
    few = spent(shop, manager, lambda: manager.get("/desk/stuck"))
    for _ in range(110):
        bury(shop, "label.issue", parcel=str(uuid.uuid4()))
    page = manager.get("/desk/stuck")
    assert "The 100 oldest of 111 are shown." in main(page).text
    assert spent(shop, manager, lambda: manager.get("/desk/stuck")) <= few + 1 <= 15


@pytest.mark.sqlite
def test_an_empty_list_says_what_is_true(manager: ShopClient) -> None:
    assert "Nothing has failed for good" in main(manager.get("/desk/stuck")).text


@pytest.mark.sqlite
@pytest.mark.parametrize("page", ["/desk/orders", "/desk/credits"])
def test_the_banner_costs_one_statement(
    shop: Shop, manager: ShopClient, agent: ShopClient, page: str
) -> None:
    bury(shop)
    theirs, mine = (spent(shop, one, lambda one=one: one.get(page)) for one in (agent, manager))
    assert mine == theirs + 1 <= 15


def beat(shop: Shop, ago: timedelta) -> None:
    with shop.transaction() as session:
        session.merge(Heartbeat(worker=uuid.UUID(int=7), at=clock.now() - ago, version=""))


def wait(shop: Shop, ago: timedelta, **facts: object) -> None:
    """A job that has been due for so long."""
    with shop.transaction() as session:
        due = clock.now() - ago
        row = {"kind": "notice.send", "payload": {}, "key": f"w/{uuid.uuid4()}", "run_at": due, **facts}
        session.add(Job(tenant_id=shop.id, **row))


MINUTES = timedelta(minutes=1)
SILENT, LATE = "The worker is not running", "Work has been waiting for"


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("beaten", "waiting", "said"),
    [
        (None, None, set()),
        (None, 1, set()),
        (None, 3, {SILENT}),
        (0, None, set()),
        (0, 4, set()),
        (0, 6, {LATE}),
        (3, None, {SILENT}),
        (3, 6, {SILENT}),
    ],
)
def test_a_worker_that_is_missed_or_late_is_told_on_every_page(
    shop: Shop, manager: ShopClient, beaten: int | None, waiting: int | None, said: set[str]
) -> None:
    if beaten is not None:
        beat(shop, beaten * MINUTES)
    if waiting is not None:
        wait(shop, waiting * MINUTES)
    for path in ("/desk", "/desk/orders"):
        page = main(manager.get(path)).text
        assert {word for word in (SILENT, LATE) if word in page} == said
    assert ("not running" in main(manager.get("/desk/stuck")).text) is (SILENT in said)


@pytest.mark.sqlite
def test_work_that_somebody_has_in_hand_is_not_late(shop: Shop, manager: ShopClient) -> None:
    beat(shop, 0 * MINUTES)
    wait(shop, 30 * MINUTES, lease_until=clock.now() + MINUTES)
    assert LATE not in main(manager.get("/desk")).text


def test_mails_that_were_tried_for_minutes_are_told(shop: Shop, manager: ShopClient) -> None:
    wait(shop, -5 * MINUTES, attempts=3)
    wait(shop, -5 * MINUTES, attempts=9, kind="label.issue")
    assert "not leave" not in main(manager.get("/desk")).text
    for _ in range(2):
        wait(shop, -5 * MINUTES, attempts=8)
    page = main(manager.get("/desk"))
    assert "2 mails do not leave." in page.text and page.all(class_="note")[0]["data-tone"] == "bad"
    assert "MAIL_URL" in main(manager.get("/desk/stuck")).text
