"""The board as a person uses it: views, filters, search, pages."""

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

import pytest
from werkzeug.test import TestResponse

from portal import clock
from portal.audit import Actor
from portal.db import locked
from portal.people.roles import Role
from portal.returns.models import Return
from portal.returns.parcels import mark_sent
from portal.web.ritual import Portal
from tests.harness.apps import PASSWORD
from tests.harness.client import ShopClient
from tests.harness.sales import BOOTS, SOCKS, inspected, look, received, requested, sell
from tests.harness.shops import Shop, email
from tests.web.desk.working import follow, heading, main, rail, rows, spent

At = Callable[[datetime], None]


def number(shop: Shop, id: uuid.UUID) -> str:
    return look(shop, id).return_.rma


def many(shop: Shop, n: int, at: At) -> list[str]:
    """So many returns, a minute apart; their numbers, the newest first."""
    start, found = clock.now(), []
    for minute in range(n):
        at(start + timedelta(minutes=minute))
        found.append(number(shop, requested(shop, sell(shop, number=str(1000 + minute)))))
    return found[::-1]


def test_every_state_has_its_count_and_its_rows(shop: Shop, agent: ShopClient) -> None:
    waiting = requested(shop, sell(shop, number="1"), reason="other")
    lying = received(shop, sell(shop, number="2"))
    ready = inspected(shop, sell(shop, number="3"))
    page = agent.get("/desk")
    counts = rail(page)
    shown = {name: counts[name] for name in ("Open", "Requested", "Received", "Checked", "Refund to approve")}
    assert shown == {"Open": 3, "Requested": 1, "Received": 1, "Checked": 1, "Refund to approve": 1}
    assert not counts.keys() & {"Refunded", "Denied", "Cancelled", "Expired", "All returns"}
    assert rows(page) == [number(shop, id) for id in (ready, lying, waiting)]
    assert rows(agent.get("/desk?view=requested")) == [number(shop, waiting)]
    assert rows(agent.get("/desk?view=to_pay")) == [number(shop, ready)]


@pytest.mark.sqlite
def test_the_head_says_how_many_and_how_much_in_each_currency(shop: Shop, agent: ShopClient) -> None:
    requested(shop, sell(shop, SOCKS, number="1"))
    requested(shop, sell(shop, BOOTS, number="2", currency="JPY"))
    assert "2 returns with €29.12 and ¥17,010" in main(agent.get("/desk")).text


@pytest.mark.sqlite
@pytest.mark.parametrize("typed", ["{rma}", "{rma_small}", "{bare}", " {bare} "])
def test_an_rma_number_leads_to_its_return(shop: Shop, agent: ShopClient, typed: str) -> None:
    id = requested(shop, sell(shop))
    rma = number(shop, id)
    forms = {"rma": rma, "rma_small": rma.lower(), "bare": rma.replace("-", "")[3:]}
    answer = agent.get("/desk", query_string={"q": typed.format(**forms)})
    assert (answer.status_code, answer.location) == (303, f"/acme/desk/returns/{id}")


@pytest.mark.parametrize("typed", ["#2002", "2002 ", "Annelie@Posteo.example ", "00340434 1610-94"])
def test_order_mail_and_tracking_numbers_find_their_returns(
    shop: Shop, agent: ShopClient, typed: str
) -> None:
    other = {"email": "nils@ek.example", "email_key": "nils@ek.example"}
    requested(shop, sell(shop, number="1001", **other))
    id = requested(shop, sell(shop, number="2002"))
    track(shop, id)
    page = agent.get("/desk", query_string={"q": typed})
    assert rows(page) == [number(shop, id)] and heading(page) == f"Search: {typed.strip()}"


def track(shop: Shop, id: uuid.UUID) -> None:
    with shop.transaction():
        mark_sent(locked(Return, id), "00340434161094", Actor("system"))


@pytest.mark.sqlite
def test_what_finds_nothing_says_what_can_be_looked_for(agent: ShopClient) -> None:
    page = agent.get("/desk", query_string={"q": "<b>nobody</b>"})
    assert rows(page) == [] and "Nothing has this number or address" in main(page).text
    assert "<b>nobody" not in page.text


@pytest.mark.sqlite
def test_a_return_of_another_shop_is_not_found(shop: Shop, other_shop: Shop, agent: ShopClient) -> None:
    id = requested(other_shop, sell(other_shop, number="7007"))
    for typed in (number(other_shop, id), "7007", "annelie@posteo.example"):
        assert rows(agent.get("/desk", query_string={"q": typed})) == []
    assert agent.get(f"/desk/returns/{id}").status_code == 404


@pytest.mark.sqlite
def test_filters_narrow_a_view_and_stay_chosen(shop: Shop, agent: ShopClient) -> None:
    requested(shop, sell(shop, number="1"))
    late = requested(shop, sell(shop, number="2"), reason="arrived_late")
    page = agent.get("/desk?view=open&reason=arrived_late&within=7&wants=original")
    assert rows(page) == [number(shop, late)] and "1 return with" in main(page).text
    chosen = [o.text for o in main(page).all("option") if "selected" in o.attributes]
    assert chosen == ["Open", "Money back", "Arrived late", "Last 7 days"]
    assert rows(agent.get("/desk?wants=store_credit")) == []


@pytest.mark.sqlite
@pytest.mark.parametrize("query", ["view=nowhere", "within=lots", "wants=gold", "after=x", "before=' OR 1=1"])
def test_what_nobody_knows_is_not_asked_for(shop: Shop, agent: ShopClient, query: str) -> None:
    id = requested(shop, sell(shop))
    assert rows(agent.get(f"/desk?{query}")) == [number(shop, id)]


@pytest.mark.sqlite
def test_pages_follow_each_other_without_a_gap_and_lead_back(shop: Shop, agent: ShopClient, at: At) -> None:
    numbers = many(shop, 52, at)
    first = agent.get("/desk")
    second = follow_link(agent, first, "next")
    assert rows(first) + rows(second) == numbers and len(rows(first)) == 50
    assert rows(follow_link(agent, second, "prev")) == rows(first)
    assert not main(first).all("a", rel="prev") and not main(second).all("a", rel="next")


def follow_link(client: ShopClient, page: TestResponse, rel: str) -> TestResponse:
    return follow(client, client.get(main(page).one("a", rel=rel)["href"]))


def test_a_page_of_the_board_costs_the_same_for_few_and_for_many(
    shop: Shop, agent: ShopClient, at: At
) -> None:
    many(shop, 3, at)
    few = cost(shop, agent)
    for n in range(12):
        requested(shop, sell(shop, SOCKS, BOOTS, number=f"9{n}"), reason="other")
    assert cost(shop, agent) == few and max(few) <= 15


def cost(shop: Shop, client: ShopClient) -> list[int]:
    paths = ("/desk", "/desk?q=1001&reason=other", "/desk?view=all&sort=oldest")
    return [spent(shop, client, partial(client.get, path)) for path in paths]


@pytest.mark.sqlite
def test_chosen_returns_become_a_file_that_no_spreadsheet_runs(
    shop: Shop, staff: Callable[[Role], ShopClient]
) -> None:
    client = staff(Role.AUDITOR)
    bad = requested(shop, sell(shop, number="=1+1", name='=HYPERLINK("http://x")'))
    other = requested(shop, sell(shop, number="2"))
    text = client.get("/desk/returns.csv", query_string={"view": "all", "return": str(bad)}).text
    assert number(shop, other) not in text
    assert f'{number(shop, bad)},#=1+1,"\'=HYPERLINK(""http://x"")",approved,original,2,EUR,29.12,' in text
    assert len(client.get("/desk/returns.csv?view=open").text.strip().splitlines()) == 3


@pytest.mark.sqlite
def test_an_agent_exports_nothing(shop: Shop, agent: ShopClient) -> None:
    requested(shop, sell(shop))
    assert "CSV" not in main(agent.get("/desk")).text
    assert agent.get("/desk/returns.csv").status_code == 403


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("role", "place"),
    [(Role.OWNER, "/desk"), (Role.AGENT, "/desk"), (Role.AUDITOR, "/desk"), (Role.WAREHOUSE, "/dock")],
)
def test_signing_in_leads_to_ones_own_place(app: Portal, role: Role, place: str) -> None:
    client = ShopClient(app)
    answer = client.send(client.get("/sign-in"), "/sign-in", email=email(role), password=PASSWORD)
    assert answer.location == f"/acme{place}"
