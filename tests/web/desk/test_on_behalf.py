"""An agent asks for a return for its shopper, in the shopper's own wizard, as themselves."""

import uuid
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from werkzeug.test import TestResponse

from portal.audit import Trail
from portal.db import session
from portal.notices import Notice
from portal.people.roles import Role
from portal.returns.models import Return
from portal.web.ritual import Portal
from tests.harness.client import ShopClient
from tests.harness.pages import read
from tests.harness.sales import BOOTS, SOCKS, sell
from tests.harness.shops import Shop
from tests.web.desk.working import follow, heading, main, notes, record
from tests.web.shopper import walking
from tests.web.shopper.walking import on, radios, ticks

BAND = "You are doing this for Annelie Brückner-Hohenstein, order #1001."


def begin(agent: ShopClient, order: uuid.UUID, **kw: bool) -> TestResponse:
    """The first step, by the button on the order's page."""
    page = agent.get(f"/desk/orders/{order}")
    return agent.get(walking.link(page, "/items"), **kw)


def to_review(agent: ShopClient, order: uuid.UUID, units: tuple[int, ...] = (1,), **kw: bool) -> TestResponse:
    items = begin(agent, order)
    chosen = [line for line, n in zip(ticks(items), units, strict=False) if n]
    page = on(agent, agent.send(items, "/items", items=chosen, **kw), **kw)
    page = on(agent, agent.send(page, "/reasons", **dict.fromkeys(radios(page), "changed_mind"), **kw), **kw)
    return on(agent, agent.send(page, "/resolution", resolution="original", **kw), **kw)


@pytest.mark.sqlite
@pytest.mark.parametrize(
    "typed", ["#1001 ", "1001", "Annelie@posteo.example", "brückner", "Hohenstein annelie", "BRÜCKNER"]
)
def test_an_order_is_found_by_what_somebody_on_the_telephone_says(
    shop: Shop, agent: ShopClient, typed: str
) -> None:
    order = sell(shop, BOOTS, SOCKS)
    sell(shop, number="1002", name="Bo Ek", email="bo@ek.example", email_key="bo@ek.example")
    found = agent.get("/desk/orders", query_string={"q": typed})
    assert (found.status_code, found.location) == (303, f"/acme/desk/orders/{order}")


@pytest.mark.sqlite
@pytest.mark.parametrize("typed", ["1", "annelie@", "50%", "_", "Nobody", "'", "Annelie Nobody"])
def test_a_search_that_finds_nothing_says_so(shop: Shop, agent: ShopClient, typed: str) -> None:
    sell(shop)
    found = agent.get("/desk/orders", query_string={"q": typed})
    assert "No order has this number, address or name" in main(found).text


@pytest.mark.parametrize("htmx", [False, True], ids=["plain", "htmx"])
def test_an_agent_asks_for_a_return_and_it_is_theirs(
    shop: Shop, agent: ShopClient, worker: Callable[[], int], htmx: bool
) -> None:
    order = sell(shop, BOOTS, SOCKS)
    done = on(agent, agent.send(to_review(agent, order, htmx=htmx), "/review", htmx=htmx), htmx=htmx)
    assert heading(done) == "Ready to send" and "/s/" not in done.text
    with shop.transaction(reading=True):
        return_ = session.scalars(sa.select(Return)).one()
        id = return_.id
        trail = session.execute(sa.select(Trail.event, Trail.actor_kind, Trail.actor_id)).all()
        by = {(kind, id) for event, kind, id in trail if event.startswith("return.") and kind != "system"}
        assert by == {("person", return_.made_by_id)} and return_.made_by and return_.made_by.name == "Agent"
    page = record(agent, id)
    assert "Requested by Agent for the shopper" in main(page).text
    assert "Requested for the shopper" in main(page).text
    worker()
    with shop.transaction(reading=True):
        told = sa.select(Notice.event).where(Notice.return_id == id)
        assert session.scalars(told).all() == ["approved"]


def test_every_step_says_for_whom_and_leads_back_to_the_desk(shop: Shop, agent: ShopClient) -> None:
    order = sell(shop, BOOTS, SOCKS)
    to_review(agent, order)
    for step in ("items", "reasons", "resolution", "review"):
        band = read(agent.get(f"/desk/behalf/orders/{order}/{step}").text).one("aside")
        assert BAND in band.text and band.one("a")["href"] == f"/acme/desk/orders/{order}"


@pytest.mark.sqlite
def test_the_papers_come_by_the_staffs_own_session(shop: Shop, agent: ShopClient, client: ShopClient) -> None:
    done = on(agent, agent.send(to_review(agent, sell(shop)), "/review"))
    for name in ("label.pdf", "slip.pdf"):
        address = walking.link(done, name)
        assert agent.get(address).mimetype == "application/pdf"
        assert client.get(address).status_code == 302


@pytest.mark.sqlite
def test_standing_in_makes_nobody_a_visitor(shop: Shop, agent: ShopClient) -> None:
    order = sell(shop)
    to_review(agent, order)
    assert agent.get(f"/orders/{order}/items").location == "/acme/find"
    with agent.session_transaction("/acme/desk") as cookie:
        assert "orders" not in cookie


@pytest.mark.sqlite
def test_a_shoppers_visit_opens_nothing_of_the_staffs(shop: Shop, client: ShopClient) -> None:
    order = sell(shop)
    walking.to_review(client)
    for step in ("items", "reasons", "resolution", "review"):
        answer = client.get(f"/desk/behalf/orders/{order}/{step}")
        assert answer.status_code == 302 and "/sign-in" in answer.location


@pytest.mark.sqlite
def test_the_warehouse_and_the_auditor_ask_for_nothing(
    shop: Shop, staff: Callable[[Role], ShopClient]
) -> None:
    order = sell(shop)
    for role in (Role.WAREHOUSE, Role.AUDITOR):
        assert staff(role).get(f"/desk/behalf/orders/{order}/items").status_code == 403


@pytest.mark.sqlite
def test_another_shops_order_is_not_there(shop: Shop, other_shop: Shop, agent: ShopClient) -> None:
    order = sell(other_shop)
    assert agent.get(f"/desk/behalf/orders/{order}/items").status_code == 404
    assert agent.get(f"/desk/orders/{order}").status_code == 404


def test_the_shopper_and_the_agent_at_one_draft_do_not_overwrite_each_other(
    shop: Shop, agent: ShopClient, client: ShopClient
) -> None:
    order = sell(shop, BOOTS, SOCKS)
    theirs = to_review(agent, order)
    walking.find(client)
    items = client.get(f"/orders/{order}/items")
    on(client, client.send(items, "/items", items=ticks(items)))
    late = agent.send(theirs, "/review")
    assert late.status_code == 303  # a step is open again
    page = follow(agent, late)
    assert heading(page) == "Why are they going back?" and BAND in page.text
    assert "It comes to" not in page.text and notes(page)


def test_the_shopper_who_was_faster_is_not_asked_for_twice(
    shop: Shop, agent: ShopClient, client: ShopClient
) -> None:
    order = sell(shop)
    theirs = to_review(agent, order)
    walking.find(client)
    on(client, client.send(client.get(f"/orders/{order}/review"), "/review"))
    late = agent.send(theirs, "/review")
    assert late.status_code == 303 and late.location.endswith(f"/desk/behalf/orders/{order}/items")
    with shop.transaction(reading=True):
        (return_,) = session.scalars(sa.select(Return)).all()
        assert return_.made_by_id is None


@pytest.mark.sqlite
def test_a_draft_that_the_shopper_began_is_gone_on_with(
    shop: Shop, agent: ShopClient, client: ShopClient
) -> None:
    order = sell(shop, BOOTS, SOCKS)
    walking.to_resolution(client, units=(1,))
    assert "A return was begun" in main(agent.get(f"/desk/orders/{order}")).text
    page = agent.get(f"/desk/behalf/orders/{order}/review")
    assert on(agent, page).status_code == 200


@pytest.mark.sqlite
def test_signing_out_ends_it(app: Portal, shop: Shop, agent: ShopClient) -> None:
    order = sell(shop)
    page = to_review(agent, order)
    desk = agent.get("/desk")
    agent.send(desk, "/sign-out")
    assert agent.send(page, "/review").status_code in {302, 400}
    assert agent.get(f"/desk/behalf/orders/{order}/review").status_code == 302
