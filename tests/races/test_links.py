"""Two clicks on one mailed link, in two browsers at two processes."""

import uuid
from collections import Counter
from typing import Any

import pytest

from portal.errors import Refusal
from portal.i18n import say
from portal.people import Purpose, links
from portal.people.models import OneTimeLink
from portal.web.ritual import Portal
from tests.harness.client import ShopClient
from tests.harness.pages import read
from tests.harness.sales import sell
from tests.harness.shops import Shop
from tests.harness.trading import Trade
from tests.races.racing import DONE, REFUSED, Ground, Racer, race

pytestmark = pytest.mark.race
CLICKS = 8


def press(trade: Trade, secret: str) -> None:
    """The button, in a browser of its own. Whoever is too late is led to where a new link can be had."""
    client = ShopClient(trade.shop.app)
    token = read(client.get("/find").text).one("input", name="csrf_token")["value"]
    answer = client.post(f"/l/{secret}", headers={"X-CSRFToken": token})
    assert answer.status_code == 303
    if answer.location.endswith("/find/link"):
        assert "Get a link by mail" in client.get(answer.location).text
        raise Refusal(say("Too late."))
    assert client.get(answer.location).status_code == 200


def given(shop: Shop) -> str:
    order: uuid.UUID = sell(shop)
    with shop.transaction():
        return links.secret_of(links.issue(Purpose.OPEN_ORDER, order, order=order))


def forgetful(between: Any) -> None:
    """What the marking asks is taken away: whoever has looked, marks."""
    links._working = lambda: (OneTimeLink.id.is_not(None),)  # type: ignore[assignment]


def test_of_many_clicks_at_once_one_opens_the_order(trade: Trade, ground: Ground) -> None:
    secret = given(trade.shop)
    found = race(ground, *[Racer(press, [secret], threads=2)] * (CLICKS // 2))
    assert Counter(found) == {DONE: 1, REFUSED: CLICKS - 1}


def test_without_the_condition_every_click_opens_it(app: Portal, trade: Trade, ground: Ground) -> None:
    """The control of the race above."""
    secret = given(trade.shop)
    found = race(ground, *[Racer(press, [secret], careless=forgetful)] * 4)
    assert found.count(DONE) > 1
