"""Guessing an order's address ends, from one network as from many; the mailed link is left."""

import pytest
from werkzeug.test import TestResponse

from portal.web.ritual import Portal
from tests.harness.client import ShopClient
from tests.harness.sales import sell
from tests.harness.shops import Shop
from tests.web.shopper.walking import EMAIL, alert, find

pytestmark = pytest.mark.sqlite
WAIT = "Wait an hour"


def from_(app: Portal, address: str) -> ShopClient:
    """A browser of its own in this network."""
    client = ShopClient(app)
    client.environ_base["REMOTE_ADDR"] = address
    return client


def guess(client: ShopClient, n: int) -> TestResponse:
    return find(client, "1001", f"{n}@wrong.example")


def test_an_order_is_guessed_five_times_by_however_many_networks(app: Portal, shop: Shop) -> None:
    sell(shop)
    answers = [guess(from_(app, f"203.0.113.{n}"), n) for n in range(5 + 1)]
    assert [WAIT in alert(answer) for answer in answers] == [False] * 5 + [True]
    assert WAIT in alert(find(from_(app, "198.51.100.1"))), "the right address, too"


def test_an_address_is_tried_at_five_orders_by_however_many_networks(app: Portal, shop: Shop) -> None:
    sell(shop)
    for n in range(5):
        assert WAIT not in alert(find(from_(app, f"203.0.113.{n}"), f"{2000 + n}", EMAIL))
    assert WAIT in alert(find(from_(app, "198.51.100.1")))


def test_one_network_tries_thirty_times_whatever_it_tries(app: Portal, shop: Shop) -> None:
    sell(shop)
    thief = from_(app, "203.0.113.7")
    for n in range(30):
        assert WAIT not in alert(find(thief, f"{2000 + n}", f"{n}@wrong.example"))
    assert WAIT in alert(find(thief))
    assert WAIT in alert(find(from_(app, "203.0.113.7"))), "another browser, the same network"
    link = thief.send(thief.get("/find/link"), "/find/link", number="1001", proof=EMAIL)
    assert link.location == "/acme/find/link/sent"
    assert find(from_(app, "198.51.100.1")).status_code == 303, "the shopper themselves, elsewhere"
