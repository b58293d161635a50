"""The orders' list and page, and taking figures as they are."""

import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from portal.db import find
from portal.orders.models import Order
from portal.people.roles import Role
from portal.policies import Resolution
from tests.harness.client import ShopClient
from tests.harness.naughty import fit, sample
from tests.harness.pages import read
from tests.harness.sales import BOOTS, SOCKS, look, requested, sell
from tests.harness.shops import Shop
from tests.harness.trading import Trade
from tests.orders.files import order
from tests.orders.given import run, stored
from tests.web.desk.working import follow, main, notes, spent

Staff = Callable[[Role], ShopClient]
WRONG: dict[str, Any] = {"totals": {"goods": "19.00"}}


def numbers(page: Any) -> list[str]:
    return [a.text for a in main(page).all("a", class_="code")]


@pytest.mark.parametrize("htmx", [False, True], ids=["plain", "htmx"])
def test_the_newest_stand_first_page_by_page(shop: Shop, agent: ShopClient, htmx: bool) -> None:
    for n in range(53):
        sell(shop, number=str(1000 + n), days_ago=60 - n)
    page = agent.get("/desk/orders", htmx=htmx)
    assert numbers(page) == [f"#{1052 - n}" for n in range(50)]
    (following,) = [a["href"] for a in main(page).all("a") if a.get("rel") == "next"]
    second = agent.get(following, htmx=htmx)
    assert numbers(second) == ["#1002", "#1001", "#1000"]
    (back,) = [a["href"] for a in main(second).all("a") if a.get("rel") == "prev"]
    assert numbers(agent.get(back, htmx=htmx)) == numbers(page)


@pytest.mark.parametrize("typed", ["#1002 ", "1002", "second@posteo.example", "Second@Posteo.example"])
def test_a_number_or_an_address_leads_to_its_only_order(shop: Shop, agent: ShopClient, typed: str) -> None:
    sell(shop, number="1001")
    id = sell(shop, number="1002", email="second@posteo.example", email_key="second@posteo.example")
    answer = agent.get("/desk/orders", query_string={"q": typed})
    assert (answer.status_code, answer.location) == (303, f"/acme/desk/orders/{id}")


@pytest.mark.sqlite
def test_an_address_finds_all_its_orders_and_nothing_finds_none(shop: Shop, agent: ShopClient) -> None:
    for number in ("1001", "1002"):
        sell(shop, number=number)
    assert len(numbers(agent.get("/desk/orders?q=annelie@posteo.example"))) == 2
    assert "No order has this number, address or name" in main(agent.get("/desk/orders?q=9999")).text
    assert "No order is here yet" not in main(agent.get("/desk/orders")).text


@pytest.mark.sqlite
def test_a_page_tells_all_of_an_order(shop: Shop, agent: ShopClient) -> None:
    id = sell(shop, SOCKS, BOOTS)
    return_ = look(shop, requested(shop, id, units=[1, 0])).return_
    page = main(agent.get(f"/desk/orders/{id}"))
    for said in (
        "Alpaka-Kuschelsocken", "KS-ALP", "Wanderstiefel", "€34.02", "€204.12", "Visa ending 4417",
        "pay_1001", "Annelie Brückner-Hohenstein", "24937 Flensburg", return_.rma, "arrived",
    ):  # fmt: skip
        assert said in page.text, said
    assert "Figures that do not add up" not in page.text


@pytest.mark.sqlite
def test_drafts_are_their_shoppers_alone(shop: Shop, agent: ShopClient) -> None:
    page = main(agent.get(f"/desk/orders/{sell(shop)}"))
    assert "Nothing of this order has been sent back." in page.text


@pytest.mark.sqlite
def test_the_record_leads_to_its_order(shop: Shop, agent: ShopClient) -> None:
    id = sell(shop)
    page = agent.get(f"/desk/returns/{requested(shop, id)}")
    assert f"/acme/desk/orders/{id}" in page.text


def flagged(shop: Shop) -> uuid.UUID:
    run(shop, json.dumps(order(**WRONG)))
    return stored(shop).id


@pytest.mark.parametrize("htmx", [False, True], ids=["plain", "htmx"])
def test_a_manager_accepts_figures_with_a_reason(shop: Shop, manager: ShopClient, htmx: bool) -> None:
    id = flagged(shop)
    page = manager.get(f"/desk/orders/{id}", htmx=htmx)
    assert "by the order €19.00: €1.00 apart" in main(page).text
    assert "needs a person" in main(page).text
    answer = manager.send(page, "/accept", reason="The till rounds <b>.", htmx=htmx)
    page = follow(manager, answer, htmx=htmx)
    assert notes(page) == ["The figures of #1001 are accepted as they are."]
    assert main(page).one("blockquote").text.startswith("The till rounds <b>. Manager,")
    assert not [f for f in main(page).all("form") if f["action"].endswith("/accept")]
    assert "Order’s figures accepted" in main(manager.get("/desk/trail")).text


@pytest.mark.sqlite
def test_a_double_click_accepts_once_and_a_second_person_sees_it_done(shop: Shop, staff: Staff) -> None:
    id = flagged(shop)
    manager, owner = staff(Role.MANAGER), staff(Role.OWNER)
    page, other = manager.get(f"/desk/orders/{id}"), owner.get(f"/desk/orders/{id}")
    for _ in range(2):
        assert manager.send(page, "/accept", reason="Right.").status_code == 303
    assert len(main(manager.get(f"/desk/orders/{id}")).all("blockquote")) == 1
    late = owner.send(other, "/accept", reason="Also right.")
    assert late.status_code == 409 and "accepted" in main(late).text


@pytest.mark.sqlite
def test_flagged_orders_have_a_list_of_their_own_with_a_lamp(shop: Shop, manager: ShopClient) -> None:
    sell(shop, number="1")
    flagged(shop)
    page = manager.get("/desk/orders?flagged=yes")
    assert numbers(page) == ["#1001"]
    assert read(page.text).one(id="rail").one("data")["value"] == "1"
    manager.send(manager.get(f"/desk/orders/{stored(shop).id}"), "/accept", reason="Right.")
    page = manager.get("/desk/orders?flagged=yes")
    assert (
        "All figures add up" in main(page).text and read(page.text).one(id="rail").one("data")["value"] == "0"
    )


@pytest.mark.sqlite
def test_an_agent_reads_and_does_not_accept(shop: Shop, agent: ShopClient) -> None:
    id = flagged(shop)
    page = agent.get(f"/desk/orders/{id}")
    assert "An owner or manager accepts them." in main(page).text
    assert not [f for f in main(page).all("form") if f["action"].endswith("/accept")]


def test_hostile_reasons_are_kept_as_they_are_or_refused(shop: Shop, manager: ShopClient) -> None:
    flagged(shop)
    for n, text in enumerate(sample()):
        run(shop, order(**WRONG, number=f"#{n + 2000}"))
        id = stored(shop, f"#{n + 2000}").id
        page = manager.get(f"/desk/orders/{id}")
        answer = manager.send(page, "/accept", reason=text)
        if not fit(text) or not text.strip():
            assert answer.status_code == 422, repr(text)
            continue
        assert answer.status_code == 303, repr(text)
        kept = main(follow(manager, answer)).one("blockquote").text
        assert " ".join(text.split()) in kept, repr(text)


def test_hostile_searches_find_nothing_and_break_nothing(shop: Shop, agent: ShopClient) -> None:
    sell(shop)
    for text in sample():
        page = agent.get("/desk/orders", query_string={"q": text})
        assert page.status_code == 200, repr(text)


@pytest.mark.sqlite
def test_many_lines_and_orders_cost_no_more_statements(shop: Shop, agent: ShopClient) -> None:
    one, many = sell(shop, number="1"), sell(shop, *[SOCKS] * 130, number="2")
    cost = [spent(shop, agent, lambda id=id: agent.get(f"/desk/orders/{id}")) for id in (one, many)]
    assert cost[0] == cost[1] <= 13
    assert spent(shop, agent, lambda: agent.get("/desk/orders")) <= 6
    page = main(agent.get(f"/desk/orders/{many}"))
    assert "Show all 130 lines" in page.text
    assert "Show all" not in main(agent.get(f"/desk/orders/{many}?lines=all")).text


@pytest.mark.sqlite
def test_what_the_till_has_given_back_is_said_and_counts_no_more(shop: Shop, agent: ShopClient) -> None:
    trade = Trade(shop)
    trade.go_whole_way(trade.order(SOCKS), {1: 1}, resolution=Resolution.STORE_CREDIT)
    trade.work()
    trade.spend("nils@ek.example", 1000, "S-1")
    id = trade.order(SOCKS, paid=[("store_credit", 1000), 2402])
    with shop.transaction():
        find(Order, id).payments[0].reference = "S-1"
    assert "The till has given it back" not in main(agent.get(f"/desk/orders/{id}")).text
    trade.release("S-1")
    text = main(agent.get(f"/desk/orders/{id}")).text
    assert "The till has given it back, so nothing goes back through it." in text
    assert "Given back at the till, or with another order −€10.00" in " ".join(text.split())
    assert "May still go back €24.02" in " ".join(text.split())
    return_ = trade.ask(id, {1: 1})
    record = main(agent.get(f"/desk/returns/{return_}")).text
    assert "The till has given it back" in record and "€24.02" in record
