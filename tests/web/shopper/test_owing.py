"""A shopper pays what they owe: the status page, the bank's page, and back."""

import uuid
from datetime import timedelta

import pytest
from werkzeug.test import TestResponse

from portal import clock
from portal.db import find
from portal.refunds.demands import Demand, DemandState
from portal.refunds.demands.tending import PAID, heard
from portal.refunds.gateways.bank import Mode, Switch
from portal.returns.links import status_token
from portal.tenants import locked_shop
from tests.harness.client import ShopClient
from tests.harness.pages import read
from tests.harness.sales import SOCKS
from tests.harness.shops import Shop
from tests.harness.trading import Trade

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


def owed(trade: Trade, return_: uuid.UUID) -> uuid.UUID:
    id = trade.owe(return_, 1250)
    trade.work()
    return id


def at_the_bank(trade: Trade, id: uuid.UUID) -> str:
    return f"/bank/pay/{trade.link_of(id)}"


def test_the_way_to_the_bank_and_back_with_a_double_click(
    trade: Trade, return_: uuid.UUID, client: ShopClient
) -> None:
    id, status = owed(trade, return_), f"/s/{status_token(return_)}"
    page = client.get(status)
    assert "To pay" in page.text
    assert f"/acme{at_the_bank(trade, id)}" in page.text
    page = client.get(at_the_bank(trade, id))
    assert "€12.50" in page.text
    assert "no money moves" in page.text
    assert page.headers["Referrer-Policy"] == "no-referrer"
    declined = client.send(page, answer="decline")
    assert (declined.status_code, state(trade, id)) == (303, DemandState.OPEN)
    assert "The card was declined" in client.get(declined.location).text
    answers = [client.send(page, answer="pay") for _ in range(2)]
    assert {answer.status_code for answer in answers} == {303}
    assert {answer.location for answer in answers} == {f"/acme{status}"}
    trade.work()
    assert state(trade, id) is DemandState.PAID
    assert [paid.captured for paid in trade.bank.payments()] == [1250]
    page = client.get(status)
    assert "Your payment" in page.text
    assert "To pay" not in page.text
    assert "This is paid." in client.get(at_the_bank(trade, id)).text


def pays(page: TestResponse) -> list[str]:
    """Where it asks to pay."""
    return [a["href"] for a in read(page.text).all("a") if "/bank/pay/" in a.get("href")]


def test_who_has_paid_is_not_asked_again_while_the_bank_is_asked(
    trade: Trade, return_: uuid.UUID, client: ShopClient
) -> None:
    id, status = owed(trade, return_), f"/s/{status_token(return_)}"
    assert len(pays(client.get(status))) == 1
    page = client.get(client.send(client.get(at_the_bank(trade, id)), answer="pay").location)
    assert state(trade, id) is DemandState.OPEN and pays(page) == []
    assert read(page.text).one("h1").text == "Thank you for your payment"
    assert "The bank says that you have paid" in page.text
    assert [a["href"] for a in read(page.text).all("a") if a.text == "Refresh"] == [f"/acme{status}"]
    trade.bank.switch = Switch(Mode.DOWN)  # nobody knows yet
    trade.work()
    assert pays(client.get(status)) == []
    trade.bank.switch = Switch()
    with clock.at(clock.now() + timedelta(minutes=1)):
        trade.work()
        assert state(trade, id) is DemandState.PAID and pays(client.get(status)) == []


def test_where_the_bank_knows_of_no_payment_after_all_it_is_asked_for_again(
    trade: Trade, return_: uuid.UUID, client: ShopClient
) -> None:
    id, status = owed(trade, return_), f"/s/{status_token(return_)}"
    with trade.shop.transaction():
        heard(id, PAID)
    assert pays(client.get(status)) == []
    trade.work()
    page = client.get(status)
    assert len(pays(page)) == 1 and "Thank you" not in page.text


def test_what_is_no_answer_or_no_link_pays_nothing(
    trade: Trade, return_: uuid.UUID, client: ShopClient
) -> None:
    id = owed(trade, return_)
    page = client.get(at_the_bank(trade, id))
    assert client.send(page, answer="steal").status_code == 422
    assert client.send(page).status_code == 422
    other = ShopClient(client.application)
    other.slug = "other"
    assert other.get(at_the_bank(trade, id)).status_code == 404
    assert client.get("/bank/pay/pl_test_0").status_code == 404
    with clock.at(clock.now() + timedelta(days=8)):
        trade.work()
        assert client.send(page, answer="pay").status_code == 409
        assert "Not paid in time" in client.get(f"/s/{status_token(return_)}").text
    assert not trade.bank.payments()


def test_the_status_page_names_the_account_where_no_gateway_takes_it(
    trade: Trade, return_: uuid.UUID, client: ShopClient
) -> None:
    with trade.shop.transaction():
        locked_shop().bank_details = ["Acme <GmbH>", "DE02 1203 0000 0000 2020 51"]
    owed(trade, return_)
    text = client.get(f"/s/{status_token(return_)}").text
    assert "Acme &lt;GmbH&gt;" in text
    assert "DE02 1203 0000 0000 2020 51" in text
    assert "/bank/pay/" not in text


def test_a_bank_that_is_down_changes_nothing_until_it_answers(trade: Trade, return_: uuid.UUID) -> None:
    id = owed(trade, return_)
    trade.bank.pay(trade.link_of(id))
    trade.bank.switch = Switch(Mode.DOWN)
    with clock.at(clock.now() + timedelta(days=8)):
        trade.work()
        assert state(trade, id) is DemandState.OPEN
        trade.bank.switch = Switch()
    with clock.at(clock.now() + timedelta(days=8, minutes=1)):
        trade.work()
    assert state(trade, id) is DemandState.PAID
