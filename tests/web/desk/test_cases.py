"""Something else was in the parcel: the desk decides once, however often the button is pressed."""

import uuid

import pytest

from portal.db import find
from portal.people.roles import Role
from portal.returns.cases import Case, CaseState
from portal.returns.links import status_token
from tests.harness.client import ShopClient
from tests.harness.pages import read
from tests.harness.sales import Sold, look
from tests.harness.shops import Shop
from tests.harness.soundness import broken
from tests.harness.trading import Trade
from tests.web.desk.conftest import Staff
from tests.web.desk.working import follow, main

pytestmark = pytest.mark.sqlite
STATES = {"ask": CaseState.WAITING, "accept": CaseState.ACCEPTED, "dispose": CaseState.DISPOSED}


@pytest.fixture
def trade(shop: Shop) -> Trade:
    return Trade(shop)


def reported(trade: Trade) -> tuple[uuid.UUID, uuid.UUID, str]:
    """A return with a case, of an order of which one more unit is left; and the page that asks."""
    id = trade.ask(trade.order(Sold(4000, 2)), {1: 1})
    case = trade.report(id)
    return id, case, f"/desk/returns/{id}/cases/{case}"


def state_of(trade: Trade, case: uuid.UUID) -> CaseState:
    with trade.shop.transaction(reading=True):
        return find(Case, case).state


@pytest.mark.parametrize("way", STATES)
def test_a_decision_that_is_sent_twice_is_made_once(trade: Trade, agent: ShopClient, way: str) -> None:
    id, case, page = reported(trade)
    if way == "accept":  # what is left is one unit, and none after it
        trade.ask(look(trade.shop, id).order.id, {1: 1})
    form = agent.get(page)
    answers = [agent.send(form, page, way=way, reason="It is so.") for _ in range(2)]
    assert [a.status_code for a in answers] == [303, 303]
    assert answers[0].location == answers[1].location
    assert state_of(trade, case) is STATES[way]
    assert broken(trade.shop.app) == {}


def test_a_decision_that_somebody_made_otherwise_is_told(
    trade: Trade, agent: ShopClient, staff: Staff
) -> None:
    _, case, page = reported(trade)
    late, manager = agent.get(page), staff(Role.MANAGER)
    follow(manager, manager.send(manager.get(page), page, way="ask", reason="Send the right one."))
    assert agent.send(late, page, way="ask", reason="Please send it.").status_code == 409
    assert state_of(trade, case) is CaseState.WAITING


def test_what_is_missing_is_asked_for_and_what_was_typed_stays(trade: Trade, agent: ShopClient) -> None:
    _, case, page = reported(trade)
    answer = agent.send(agent.get(page), page, way="accept", reason=" ")
    assert answer.status_code == 422
    ticked = [e["value"] for e in main(answer).all("input", name="way") if "checked" in e.attributes]
    assert ticked == ["accept"]
    odd = agent.send(agent.get(page), page, way="burn it", reason="Because <b>")
    assert odd.status_code == 422 and "Because &lt;b&gt;" in odd.text
    assert [e["value"] for e in read(odd.text).all("input", name="way")] == [
        *("send_back", "ask", "accept", "dispose")
    ]
    assert state_of(trade, case) is CaseState.OPEN


def test_the_shopper_reads_where_it_stands_until_the_thing_is_decided(
    trade: Trade, agent: ShopClient
) -> None:
    id = trade.ask(trade.order(Sold(4000)), {1: 1})
    case = trade.report(id)
    page, status = f"/desk/returns/{id}/cases/{case}", f"/s/{status_token(id)}"
    assert agent.send(agent.get(page), page, way="ask", reason="Not ours.").status_code == 303
    told = main(agent.get(status)).text
    assert "The same number holds for it." in told and "Label and slip are below" not in told
    trade.receive(id)
    trade.inspect(id)
    trade.approve(id)
    assert "your money goes out next" in main(agent.get(status)).text
    trade.work()
    told = main(agent.get(status)).text
    assert "We keep you informed by mail." in told and "Your money goes out" not in told
    assert broken(trade.shop.app) == {}
