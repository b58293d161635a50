"""The shop's own system asks what is to be sent, and says what was, once."""

import uuid
from datetime import timedelta

import pytest

from portal import clock
from portal.people import KeyScope
from portal.web.ritual import Portal
from tests.harness.keys import Till, key_for
from tests.harness.sales import Sold
from tests.harness.shops import SLUGS, Shop, find_shop
from tests.harness.soundness import broken
from tests.harness.swapping import Swap


@pytest.fixture
def swap(shop: Shop) -> Swap:
    return Swap(shop)


def test_what_is_to_be_sent_is_asked_for_and_said_to_be_sent_once(shop: Shop, swap: Swap, till: Till) -> None:
    return_ = swap.ready(swap.stock("HAT", 3000, 2, tax_rates=["19"]), Sold(3000, taxes={"19": 479}))
    number = swap.exchange(return_).number
    (told,) = till.ask("/exchanges").json["exchanges"]
    assert (told["number"], told["value"], told["name"]) == (number, 3000, "Nils Ek")
    assert told["lines"] == [
        {
            **{"sku": "HAT", "title": told["lines"][0]["title"], "variant": "T", "quantity": 1},
            **{"value": 3000, "taxes": {"19": 479}},
        }
    ]
    sent = {"number": number.lower(), "carrier": "DHL", "tracking": " JJD  0001 "}
    first = till.ask("/exchanges/shipped", "POST", json=sent)
    assert first.json == {"number": number, "state": "shipped", "again": False}, first.text
    assert till.ask("/exchanges/shipped", "POST", json=sent).json == {**first.json, "again": True}
    assert till.ask("/exchanges/shipped", "POST", json={"number": number}).json["again"]
    other = till.ask("/exchanges/shipped", "POST", json={**sent, "tracking": "JJD 0002"})
    assert other.status_code == 409 and "another tracking number" in other.text
    assert till.ask("/exchanges").json == {"exchanges": [], "next": None}
    swap.work()
    assert (swap.exchange(return_).tracking, swap.state(return_)) == ("JJD 0001", "closed")
    assert broken(shop.app) == {}


@pytest.mark.sqlite
def test_what_cannot_be_sent_says_why(shop: Shop, swap: Swap, till: Till) -> None:
    hat = swap.stock("HAT", 3000, 5)
    wanted = swap.swap(swap.order(Sold(3000)), {1: 1}, hat)
    early = till.ask("/exchanges/shipped", "POST", json={"number": swap.exchange(wanted).number})
    assert early.status_code == 409
    ended = swap.ready(hat)
    number = swap.exchange(ended).number
    swap.sell_out(ended)
    swap.tell(hat, 5)
    assert till.ask("/exchanges/shipped", "POST", json={"number": number}).status_code == 409
    ready = swap.exchange(swap.ready(hat)).number
    for body in (
        {"number": "EX-0000-0000-0"},
        {"number": ready, "tracking": "überall"},
        {"number": ready, "tracking": "X" * 61},
        {"number": ready, "carrier": "A\x00B"},
        {"number": f"{ready}\x00"},
        {"number": ready, "colour": "red"},
        {"tracking": "JJD 1"},
    ):
        assert till.ask("/exchanges/shipped", "POST", json=body).status_code == 422, body
    for query in ("after=x", "before=1"):
        assert till.ask(f"/exchanges?{query}").status_code == 422
    assert till.ask(f"/exchanges?after={uuid.uuid4()}").status_code == 200
    assert broken(shop.app) == {}


@pytest.mark.sqlite
def test_a_long_list_is_read_in_parts(swap: Swap, till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.web.api.exchanges.MOST", 2)
    hat, made = swap.stock("HAT", 3000, 5), []
    for n in range(3):
        with clock.at(clock.now() + timedelta(minutes=n)):
            made.append(swap.exchange(swap.ready(hat)).number)
    first = till.ask("/exchanges").json
    rest = till.ask(f"/exchanges?after={first['next']}").json
    assert [one["number"] for one in first["exchanges"] + rest["exchanges"]] == made
    assert rest["next"] is None


@pytest.mark.sqlite
def test_the_scope_is_needed_and_another_shop_knows_nothing_of_it(
    app: Portal, shop: Shop, swap: Swap
) -> None:
    number = swap.exchange(swap.ready(swap.stock("HAT", 3000, 2))).number
    orders = Till(shop, key_for(shop, [KeyScope.WRITE_ORDERS]))
    assert orders.ask("/exchanges").status_code == 403
    assert orders.ask("/exchanges/shipped", "POST", json={"number": number}).status_code == 403
    other = Till(find_shop(app, SLUGS[1]))
    assert other.ask("/exchanges").json["exchanges"] == []
    assert other.ask("/exchanges/shipped", "POST", json={"number": number}).status_code == 422
    nobody = Till(shop, "")
    assert nobody.ask("/exchanges").status_code == 401
