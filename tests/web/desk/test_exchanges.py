"""Exchanges at the desk: who may do what, what is refused, and two people at once."""

import pytest
from werkzeug.test import TestResponse

from portal.people.roles import Role
from portal.policies import Instead
from portal.web.ritual import Portal
from tests.harness.client import ShopClient
from tests.harness.sales import Sold
from tests.harness.shops import Shop
from tests.harness.soundness import broken
from tests.harness.swapping import Swap
from tests.web.desk.working import follow, main, notes, record, sign_in

pytestmark = pytest.mark.sqlite
DEEDS = ("sent", "sold-out", "there", "end")


@pytest.fixture
def swap(shop: Shop) -> Swap:
    return Swap(shop)


def path(swap: Swap, return_: object) -> str:
    return f"/desk/exchanges/{swap.exchange(return_).id}"  # type: ignore[arg-type]


def test_it_is_sent_from_its_page_once(app: Portal, swap: Swap, agent: ShopClient) -> None:
    return_ = swap.ready(swap.stock("HAT", 3000, 2))
    page = agent.get(path(swap, return_))
    assert swap.exchange(return_).number in agent.get("/desk/exchanges").text
    wrong = agent.send(page, "/sent", tracking="überall", carrier="Post & Söhne")
    assert wrong.status_code == 422
    assert main(wrong).one(id="tracking")["value"] == "überall"
    assert main(wrong).one(id="carrier")["value"] == "Post & Söhne"
    for _ in range(2):
        said = follow(agent, agent.send(page, "/sent", tracking="JJD 1", carrier="DHL"))
        assert "Sent, and posted" in notes(said)[0]
    late = agent.send(page, "/sent", tracking="JJD 2", carrier="DHL")
    assert late.status_code == 409 and "JJD 1" in main(late).text
    for deed in ("sold-out", "end"):
        assert agent.send(page, f"/{deed}").status_code == 409
    swap.work()
    assert swap.state(return_) == "closed" and broken(app) == {}


def test_it_is_said_what_it_waits_for(swap: Swap, agent: ShopClient) -> None:
    return_ = swap.swap(swap.order(Sold(3000)), {1: 1}, swap.stock("HAT", 3000, 2))
    for step, waits_for in (
        (None, "Waits for what comes back"),
        (swap.receive, "It came: waits for the check"),
        (swap.inspect, "It is checked: waits for the refund’s approval"),
        (lambda id: (swap.approve(id), swap.work()), "To be sent"),
    ):
        if step:
            step(return_)
        for page in (record(agent, return_), agent.get(path(swap, return_))):
            assert waits_for in main(page).text, (step, main(page).text)


def test_of_two_people_the_later_sees_what_the_first_did(
    app: Portal, swap: Swap, agent: ShopClient, manager: ShopClient
) -> None:
    return_ = swap.ready(swap.stock("HAT", 3000, 2), instead=Instead.WAIT)
    first, second = agent.get(path(swap, return_)), manager.get(path(swap, return_))
    follow(manager, manager.send(second, "/sold-out"))
    late = agent.send(first, "/sent", tracking="JJD 1")
    assert late.status_code == 409 and "Sold out, the shopper waits" in main(late).text
    page, second = agent.get(path(swap, return_)), manager.get(path(swap, return_))
    follow(agent, agent.send(page, "/there"))
    assert swap.exchange(return_).state == "to_ship"
    assert manager.send(second, "/there").status_code == 409  # the agent has kept it meanwhile
    follow(agent, agent.send(agent.get(path(swap, return_)), "/end"))
    swap.work()
    assert (swap.exchange(return_).state, swap.state(return_)) == ("ended", "closed")
    assert broken(app) == {}


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "Hat, T is sold out"), ("de", "Hat, T ist ausverkauft"), ("he", "Hat, T\u2069 אזל")],
)
def test_what_is_gone_is_not_kept_again(swap: Swap, agent: ShopClient, language: str, said: str) -> None:
    agent.send(agent.get("/desk/account"), "/account/language", language=language)
    hat = swap.stock("HAT", 3000, 1, product="Hat")
    return_ = swap.ready(hat, instead=Instead.WAIT)
    swap.sell_out(return_)
    swap.tell(hat, 1)
    swap.swap(swap.order(Sold(3000)), {1: 1}, hat)  # somebody else gets the last
    page = agent.get(path(swap, return_))
    refused = agent.send(page, "/there")
    assert refused.status_code == 409 and said in main(refused).text
    assert "{" not in main(refused).text
    assert swap.exchange(return_).state == "waiting"


def test_who_only_reads_does_nothing_and_the_warehouse_does_not_come_in(
    app: Portal, swap: Swap, agent: ShopClient
) -> None:
    return_ = swap.ready(swap.stock("HAT", 3000, 2))
    address = path(swap, return_)
    auditor = sign_in(ShopClient(app), Role.AUDITOR)
    seen = auditor.get(address)
    assert seen.status_code == 200 and not main(seen).all("form")
    page = agent.get(address)
    token = main(page).all("input", name="csrf_token")[0]["value"]
    for deed in DEEDS:
        assert auditor.post(f"{address}/{deed}", data={"csrf_token": token}).status_code in {400, 403}
    assert swap.exchange(return_).state == "to_ship"


def seen(page: TestResponse) -> dict[str, str]:
    """What the record says of the money of the exchange."""
    tables = [table for table in main(page).all("table") if table.all("caption")]
    (table,) = [table for table in tables if table.one("caption").text == "The exchange"]
    return {row.one("th").text: row.one("td").text for row in table.all("tr")}


def test_the_desk_sees_what_a_dearer_article_costs_before_it_approves(
    app: Portal, swap: Swap, agent: ShopClient
) -> None:
    return_ = swap.swap(swap.order(Sold(11_900)), {1: 1}, swap.stock("COAT", 24_900, 2))
    planned = seen(record(agent, return_))
    swap.receive(return_)
    swap.inspect(return_)
    page = record(agent, return_)
    told = {
        "The other article": "€249.00",
        "This refund counts for it": "−€119.00",
        "The shopper pays on top": "€130.00",
    }
    assert planned == seen(page) == told
    for said in ("The shopper pays €130.00 on top.", "waits for the refund’s approval, €249.00"):
        assert said in main(page).text
    swap.approve(return_)
    swap.work()
    assert swap.pay_for(return_) == 13_000 and broken(app) == {}


def test_the_desk_sees_what_goes_back_beside_a_cheaper_article(swap: Swap, agent: ShopClient) -> None:
    return_ = swap.swap(swap.order(Sold(11_900)), {1: 1}, swap.stock("HAT", 3_000, 2))
    swap.receive(return_)
    swap.inspect(return_)
    assert seen(record(agent, return_)) == {
        "The other article": "€30.00",
        "This refund counts for it": "−€30.00",
        "The shopper gets back": "€89.00",
    }
