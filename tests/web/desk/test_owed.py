"""What a shopper owes, at the desk."""

import uuid
from datetime import timedelta

import pytest

from portal import clock
from portal.db import find
from portal.refunds.demands import Demand, DemandState, demands_of
from portal.refunds.gateways.bank import Mode, Switch
from portal.returns import Return
from portal.tenants import locked_shop
from tests.harness.client import ShopClient
from tests.harness.sales import SOCKS
from tests.harness.shops import Shop
from tests.harness.soundness import broken
from tests.harness.swapping import Swap
from tests.harness.trading import Trade
from tests.web.desk.working import follow, main, notes, record

pytestmark = pytest.mark.sqlite


@pytest.fixture
def trade(shop: Shop) -> Trade:
    return Trade(shop)


@pytest.fixture
def return_(trade: Trade) -> uuid.UUID:
    return trade.ask(trade.order(SOCKS), {1: 1})


def state(trade: Trade, id: uuid.UUID) -> DemandState:
    with trade.shop.transaction(reading=True):
        return find(Demand, id).state


def test_a_lapsed_one_is_on_the_board_and_asked_for_again_once(
    trade: Trade, return_: uuid.UUID, agent: ShopClient
) -> None:
    id = trade.owe(return_, 1250)
    trade.work()
    with clock.at(clock.now() + timedelta(days=8)):
        trade.work()
    assert "Payment to sort out" in agent.get("/desk?view=failed").text
    page = record(agent, return_)
    assert "The shopper has not paid in time" in main(page).text
    answers = [agent.send(page, f"/{id}/again", htmx=True) for _ in range(2)]
    assert {answer.status_code for answer in answers} == {303}
    trade.work()
    page = record(agent, return_)
    assert "The shopper has not paid in time" not in main(page).text
    assert "Ask again" not in main(page).text
    assert state(trade, id) is DemandState.LAPSED
    assert broken(trade.shop.app) == {}


def test_what_was_paid_goes_back_or_by_hand_where_the_bank_says_no(
    trade: Trade, return_: uuid.UUID, manager: ShopClient, agent: ShopClient
) -> None:
    id = trade.owe(return_, 1250)
    trade.work()
    trade.pay_link(id)
    trade.work()
    assert "Give it back" not in main(record(agent, return_)).text
    trade.bank.switch = Switch(Mode.DECLINE, times=1)
    page = record(manager, return_)
    for _ in range(2):
        assert manager.send(page, "/back").status_code == 303
    trade.work()
    assert state(trade, id) is DemandState.STUCK
    page = record(manager, return_)
    assert "A payment could not be given back" in main(page).text
    page = manager.get(f"/desk/returns/{return_}/owed/{id}")
    wrong = manager.send(page, "/sent", reference="ü")
    assert wrong.status_code == 422
    assert 'value="ü"' in wrong.text
    answer = manager.send(page, "/sent", reference="OUT 7")
    assert notes(follow(manager, answer, htmx=False)) == ["Confirmed, and posted to the books."]
    assert state(trade, id) is DemandState.RETURNED
    assert manager.send(page, "/sent", reference="OUT 8").status_code == 409
    assert broken(trade.shop.app) == {}


def test_a_gateway_is_asked_again_as_often_as_somebody_likes(
    trade: Trade, return_: uuid.UUID, agent: ShopClient
) -> None:
    id = trade.owe(return_, 1250)
    assert "Ask the gateway again" not in main(record(agent, return_)).text  # its link is not made yet
    trade.work()
    page = record(agent, return_)
    answer = agent.send(page, f"/{id}/look")
    assert notes(follow(agent, answer, htmx=False)) == [
        "The gateway is asked now. Load the page again in a moment."
    ]
    trade.work()
    assert state(trade, id) is DemandState.OPEN
    trade.bank.pay(trade.link_of(id))
    trade.work()
    assert state(trade, id) is DemandState.OPEN  # nobody has heard
    page, older = record(agent, return_), record(agent, return_)
    for htmx in (True, False):
        assert agent.send(page, f"/{id}/look", htmx=htmx).status_code == 303
    trade.work()
    assert state(trade, id) is DemandState.PAID
    assert "Ask the gateway again" not in main(record(agent, return_)).text
    assert agent.send(older, f"/{id}/look").status_code == 409
    assert broken(trade.shop.app) == {}


def test_a_transfer_is_confirmed_with_its_reference(
    trade: Trade, return_: uuid.UUID, manager: ShopClient
) -> None:
    with trade.shop.transaction():
        locked_shop().bank_details = ["Acme", "DE02 1203 0000 0000 2020 51"]
    id = trade.owe(return_, 1250)
    page = manager.get(f"/desk/returns/{return_}/owed/{id}")
    assert manager.send(page, "/paid", reference="").status_code == 422
    assert manager.send(page, "/paid", reference="IN 7").status_code == 303
    assert state(trade, id) is DemandState.PAID
    assert "IN 7" in main(record(manager, return_)).text


def test_what_pays_for_an_exchange_that_goes_on_has_no_buttons_to_undo_it(
    shop: Shop, manager: ShopClient
) -> None:
    swap = Swap(shop)
    return_ = swap.ready(swap.stock("HAT", 4_500, 3))
    page = record(manager, return_)
    assert "Ask no longer" not in main(page).text
    swap.pay_for(return_)
    page = record(manager, return_)
    assert "For the exchange" in main(page).text
    assert "Give it back" not in main(page).text


def test_who_sends_the_form_anyway_is_told_what_stands(
    shop: Shop, manager: ShopClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    swap = Swap(shop)
    return_ = swap.ready(swap.stock("HAT", 4_500, 3))
    monkeypatch.setattr("portal.web.desk.record.is_bound", lambda demand: False)
    answers = [manager.send(record(manager, return_), "/cancel")]
    swap.pay_for(return_)
    answers.append(manager.send(record(manager, return_), "/back"))
    for answer in answers:
        assert answer.status_code == 409
        assert "This pays for the exchange." in main(answer).text
    with shop.transaction(reading=True):
        (demand,) = demands_of(find(Return, return_))
        assert demand.state is DemandState.PAID
