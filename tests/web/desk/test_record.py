"""The record as a person reads it: what it says, and which acts it offers to whom."""

import uuid
from collections.abc import Callable
from datetime import datetime

import pytest

from portal.people.roles import Role
from portal.policies import Grade
from portal.returns import Return
from tests.harness.client import ShopClient
from tests.harness.pages import read
from tests.harness.sales import (
    BOOTS,
    SOCKS,
    Sold,
    approve_ready,
    approved,
    check,
    drafted,
    inspected,
    look,
    received,
    requested,
    sell,
    take_in,
)
from tests.harness.shops import Shop
from tests.web.desk.working import acts, heading, main, record, some_in

At = Callable[[datetime], None]
NOON = datetime.fromisoformat("2026-11-20T12:00:00+00:00")
COAT = Sold(20000, 1, "DJ-POL", "Daunenjacke", taxes={"19": 4790})


def panel(client: ShopClient, id: uuid.UUID, name: str) -> str:
    """The words of one panel of the record."""
    return main(record(client, id)).one("section", aria_labelledby=f"h-{name}").text


@pytest.mark.sqlite
def test_the_record_tells_who_what_and_why(shop: Shop, agent: ShopClient) -> None:
    id = requested(shop, sell(shop, BOOTS, SOCKS), reason="other")
    page = record(agent, id)
    assert heading(page) == f"{look(shop, id).return_.rma} Annelie Brückner-Hohenstein"
    items = panel(agent, id, "items")
    assert "2 × Alpaka-Kuschelsocken" in items and "Another reason so" in items
    assert "Wanderstiefel: needs a person" in items and "In time: it can go back until" in items
    assert "A person looks at every return with the reason “Another reason”." in items
    assert "Judged under policy version 1" in items
    assert "annelie@posteo.example" in panel(agent, id, "who") and "24937 Flensburg" in panel(
        agent, id, "who"
    )


@pytest.mark.sqlite
def test_money_is_planned_to_the_last_cent_and_says_test_mode(shop: Shop, agent: ShopClient) -> None:
    id = requested(shop, sell(shop, BOOTS, SOCKS))
    money = panel(agent, id, "money")
    assert "TEST MODE" in money
    assert (
        "3 units €32.59 tax goes back €204.12" in money
        and "Return label once for each return −€4.90" in money
    )
    assert "Planned €199.22" in money and "Visa ending 4417 €199.22" in money
    assert "Still refundable on this order €204.12 paid, €0.00 refunded or on its way €204.12" in money


@pytest.mark.sqlite
def test_what_is_ready_what_follows_and_what_went_stand_beside_each_other(
    shop: Shop, manager: ShopClient, worker: Callable[[], int]
) -> None:
    id = requested(shop, sell(shop, SOCKS))
    some_in(shop, id, 1)
    money = panel(manager, id, "money")
    assert "To approve €12.11" in money and "Later, when the rest has come €17.01" in money
    approve_ready(shop, id)
    worker()
    money = panel(manager, id, "money")
    assert "Refund 1 sent whole" in money and "Visa ending 4417 sent" in money and "Refund €12.11" in money
    assert "Planned €17.01" in money and "€34.02 paid, €12.11 refunded or on its way €21.91" in money


@pytest.mark.sqlite
def test_the_timeline_says_who_and_when_in_the_shops_zone(shop: Shop, agent: ShopClient, at: At) -> None:
    at(NOON)
    id = requested(shop, sell(shop), reason="other")
    client_acts = agent.send(record(agent, id), "/authorize")
    assert client_acts.status_code == 303
    story = panel(agent, id, "time")
    assert "Authorized 2 units, policy version 1 Fri 20 Nov 2026, 13:00 , Agent" in story
    assert "Requested 2 units Fri 20 Nov 2026, 13:00 , shopper" in story


@pytest.mark.sqlite
def test_what_shoppers_and_staff_wrote_is_shown_and_never_run(shop: Shop, agent: ShopClient) -> None:
    bad = "<img src=x onerror=alert(1)>"
    id = requested(shop, sell(shop, Sold(1000, title=bad), name=bad), reason="other")
    agent.send(record(agent, id), "/notes", text=bad)
    page = record(agent, id)
    assert page.text.count("&lt;img") >= 3 and bad not in page.text


@pytest.mark.sqlite
def test_a_draft_has_no_page(shop: Shop, agent: ShopClient) -> None:
    assert agent.get(f"/desk/returns/{drafted(shop, sell(shop))}").status_code == 404


@pytest.mark.parametrize(
    ("role", "offered"),
    [
        (Role.OWNER, {"Cancel…", "Deny…", "Authorize"}),
        (Role.AGENT, {"Cancel…", "Deny…", "Authorize"}),
        (Role.AUDITOR, set()),
    ],
)
@pytest.mark.sqlite
def test_a_request_is_decided_by_those_who_may(
    shop: Shop, staff: Callable[[Role], ShopClient], role: Role, offered: set[str]
) -> None:
    id = requested(shop, sell(shop), reason="other")
    assert acts(record(staff(role), id)) == offered


@pytest.mark.sqlite
def test_the_acts_are_those_of_where_it_stands(
    shop: Shop, manager: ShopClient, worker: Callable[[], int]
) -> None:
    id = requested(shop, sell(shop))
    assert acts(record(manager, id)) == {"Cancel…", "Refund without goods…"}
    lying = received(shop, sell(shop, number="2"))
    assert acts(record(manager, lying)) == set()
    check(shop, lying, grade=Grade.USED)
    assert acts(record(manager, lying)) == {"Approve refund"}
    approve_ready(shop, lying)
    assert acts(record(manager, lying)) == set()
    worker()
    assert acts(record(manager, lying)) == {"Open again…"}


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("sold", "currency", "offered"),
    [(SOCKS, "EUR", True), (COAT, "EUR", False), (SOCKS, "SEK", False)],
)
def test_an_agent_approves_up_to_the_limit_of_the_returns_currency(
    shop: Shop, staff: Callable[[Role], ShopClient], sold: Sold, currency: str, offered: bool
) -> None:
    agent, manager = staff(Role.AGENT), staff(Role.MANAGER)
    id = requested(shop, sell(shop, sold, currency=currency), reason="other")
    manager.send(record(manager, id), "/authorize")
    take_in(shop, id)
    check(shop, id)
    page = record(agent, id)
    assert acts(page) == ({"Approve refund"} if offered else set())
    assert ("is above your limit" in main(page).text) is not offered
    assert acts(record(manager, id)) == {"Approve refund"}


@pytest.mark.sqlite
def test_hundreds_of_units_fold_into_few_rows(shop: Shop, manager: ShopClient) -> None:
    shirts = Sold(300 * 1990, 300, "TS-ORG", "Bio-T-Shirt")
    id = received(shop, sell(shop, shirts))
    table = read(record(manager, id).text).one("section", aria_labelledby="h-items")
    assert len(table.all("tr")) == 2 and "300 × Bio-T-Shirt" in table.text


@pytest.mark.sqlite
def test_more_than_fifty_rows_are_folded_away(shop: Shop, manager: ShopClient) -> None:
    many = [Sold(1000, 1, f"SKU-{n}", f"Article {n}") for n in range(60)]
    id = requested(shop, sell(shop, *many), reason="other")
    items = main(record(manager, id)).one("section", aria_labelledby="h-items")
    shown, folded = items.all("table")
    assert len(shown.all("tr")) == 51 and len(folded.all("tr")) == 10
    assert [d.all("summary")[0].text for d in items.all("details") if d.all("table")] == ["10 more rows"]
    assert "10 more articles" in items.text


@pytest.mark.sqlite
def test_an_order_and_its_shopper_lead_to_their_other_returns(shop: Shop, agent: ShopClient) -> None:
    first = requested(shop, sell(shop, number="1"))
    second = requested(shop, sell(shop, number="2"))
    links = {a.text: a["href"] for a in main(record(agent, first)).all("a")}
    assert look(shop, second).return_.rma in agent.get(links["All their returns"]).text
    assert look(shop, second).return_.rma not in agent.get(links["#1"]).text


@pytest.mark.sqlite
def test_a_long_story_has_pages_of_its_own(shop: Shop, agent: ShopClient, at: At) -> None:
    id = approved(shop, sell(shop))
    for n in range(60):
        agent.send(record(agent, id), "/notes", text=f"Note {n}")
    page = record(agent, id)
    timeline = main(page).one("section", aria_labelledby="h-time")
    assert len(timeline.all("li")) == 40 and timeline.one("a").text == "All of it"
    story = agent.get(timeline.one("a")["href"])
    older = agent.get(main(story).one("a", rel="next")["href"])
    assert len(main(story).all("li")) == 50 and "Note written" in main(older).text
    assert not main(older).all("a", rel="next") and "Started" in main(older).text
    assert "50 older notes" in main(page).text


@pytest.mark.sqlite
def test_another_persons_return_is_nobody_elses(shop: Shop, other_shop: Shop, agent: ShopClient) -> None:
    id = inspected(other_shop, sell(other_shop))
    for act in ("authorize", "deny", "cancel", "stop", "reopen", "close", "correction", "refund", "notes"):
        answer = agent.post(f"/desk/returns/{id}/{act}", data={"csrf_token": token(agent)})
        assert answer.status_code in {403, 404}, act
    with other_shop.transaction(reading=True) as session:
        assert session.query(Return).where(Return.id == id).one().state == "authorized"


def token(client: ShopClient) -> str:
    return read(client.get("/desk").text).all("input", name="csrf_token")[0]["value"]
