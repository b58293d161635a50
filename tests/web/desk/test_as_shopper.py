"""The shopper's page, looked at from the desk: all of it, and nothing on it to be sent."""

import re

import pytest

from portal.returns.links import status_token
from tests.harness.client import ShopClient
from tests.harness.pages import read
from tests.harness.sales import BOOTS, requested, sell
from tests.harness.shops import Shop
from tests.web.desk.working import heading, main, record
from tests.web.shopper.walking import link


@pytest.mark.sqlite
def test_it_says_what_the_shopper_reads_under_a_band(shop: Shop, agent: ShopClient) -> None:
    id = requested(shop, sell(shop, BOOTS))
    looked = agent.get(link(record(agent, id), f"/behalf/returns/{id}"))
    band = read(looked.text).one("aside")
    assert "You see this page as Annelie Brückner-Hohenstein sees it." in band.text
    assert band.one("a")["href"] == f"/acme/desk/returns/{id}"
    with shop.transaction(reading=True):
        theirs = agent.get(f"/s/{status_token(id)}")
    assert heading(looked) == heading(theirs) and "€165.20" in main(looked).text


@pytest.mark.sqlite
def test_nothing_on_it_can_be_sent_and_no_secret_is_in_it(shop: Shop, agent: ShopClient) -> None:
    id = requested(shop, sell(shop, BOOTS))
    looked = agent.get(f"/desk/behalf/returns/{id}")
    assert not main(looked).all("form") and not main(looked).all("button")
    assert "/s/" not in re.sub(r"/static/", "", looked.text)


@pytest.mark.sqlite
def test_it_leaves_no_visit_behind(shop: Shop, agent: ShopClient) -> None:
    order = sell(shop, BOOTS)
    agent.get(f"/desk/behalf/returns/{requested(shop, order)}")
    assert agent.get(f"/orders/{order}/items").location == "/acme/find"
    with agent.session_transaction("/acme/desk") as cookie:
        assert not {"orders", "account"} & set(cookie)
