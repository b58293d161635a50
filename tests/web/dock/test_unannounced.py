"""A parcel that nobody announced, at the dock, on the shopper's page and at the desk."""

from datetime import timedelta

import pytest

from portal import clock
from portal.db import session
from portal.jobs.worker import step
from portal.people.roles import Role
from portal.returns import ReturnState
from portal.returns.links import status_token
from portal.returns.models import Return
from portal.web.ritual import Portal
from tests.harness.client import ShopClient
from tests.harness.pages import read
from tests.harness.sales import BOOTS, SOCKS, check, look, requested, sell
from tests.harness.shops import Shop
from tests.web.desk.working import sign_in as at_desk
from tests.web.dock.working import MUGS, counts, follow, heading, main, note, scan, sign_in

WHAT = "What is in the parcel?"


def take(clerk: ShopClient, page, *units: int, **kw):  # type: ignore[no-untyped-def]
    typed = dict(zip(counts(page), map(str, units), strict=True))
    return follow(clerk, clerk.send(page, page.request.path, **typed, **kw))


def open_order(clerk: ShopClient, code: str = "1001"):  # type: ignore[no-untyped-def]
    page = scan(clerk, code)
    links = [a for a in read(page.text).all("a") if "/dock/orders/" in a.get("href")]
    return clerk.get(links[0]["href"])


def newest(shop: Shop, order) -> object:  # type: ignore[no-untyped-def]
    with shop.transaction(reading=True):
        return session.query(Return.id).where(Return.order_id == order).one()[0]


def test_an_order_number_without_a_return_leads_to_counting_what_came(shop: Shop, clerk: ShopClient) -> None:
    order = sell(shop, SOCKS, MUGS)
    page = open_order(clerk)
    assert heading(page) == WHAT and len(counts(page)) == 2
    checking = take(clerk, page, 1, 2, tracking="00340434161094837265")
    assert checking.request.path.startswith("/acme/dock/items/")
    assert "Taken in unannounced: 3" in note(checking)
    assert look(shop, newest(shop, order)).return_.units == 3


def test_what_the_rules_refuse_is_put_aside_until_the_desk_has_decided(
    app: Portal, shop: Shop, clerk: ShopClient
) -> None:
    order = sell(shop, BOOTS)
    with clock.at(clock.now() + timedelta(days=200)):
        clerk = _again(app)
        aside = take(clerk, open_order(clerk), 1)
        id = newest(shop, order)
        assert look(shop, id).return_.rma in main(aside).text and "desk decides" in heading(aside)
        desk = at_desk(ShopClient(app), Role.OWNER)
        record = desk.get(f"/desk/returns/{id}")
        assert "came before anybody had asked" in record.text
        follow(desk, desk.send(record, "/authorize"))
        assert heading(scan(clerk, look(shop, id).return_.rma)) == BOOTS.title


@pytest.mark.sqlite
def test_a_parcel_of_a_return_that_has_ended_is_taken_in_for_its_order(app: Portal, shop: Shop) -> None:
    order = sell(shop, SOCKS)
    gone = look(shop, requested(shop, order)).return_
    with clock.at(clock.now() + timedelta(days=22)):
        while step(shop.app):
            pass
        clerk = _again(app)
        assert "has run out" in heading(scan(clerk, gone.rma))
        take(clerk, open_order(clerk, gone.rma), 1)
        with shop.transaction(reading=True):
            units = session.query(Return.units).where(Return.order_id == order, Return.id != gone.id)
            assert units.one()[0] == 1


def _again(app: Portal) -> ShopClient:
    return sign_in(ShopClient(app), Role.WAREHOUSE)


@pytest.mark.sqlite
def test_counting_nothing_or_pressing_twice_makes_no_second_return(shop: Shop, clerk: ShopClient) -> None:
    order = sell(shop, SOCKS)
    page = open_order(clerk)
    typed = dict.fromkeys(counts(page), "0")
    assert clerk.send(page, page.request.path, **typed).status_code == 422
    assert clerk.send(page, page.request.path).status_code == 422
    typed = dict.fromkeys(counts(page), "1")
    first = clerk.send(page, page.request.path, **typed)
    assert clerk.send(page, page.request.path, **typed).location == first.location
    newest(shop, order)


@pytest.mark.sqlite
def test_an_order_whose_units_are_all_in_returns_says_so(shop: Shop, clerk: ShopClient) -> None:
    order = sell(shop, BOOTS)
    requested(shop, order)
    page = clerk.get(f"/dock/orders/{order}")
    assert "part of a return already" in page.text and counts(page) == []


def test_the_shopper_says_by_the_link_what_they_would_like(
    app: Portal, shop: Shop, clerk: ShopClient, client: ShopClient
) -> None:
    order = sell(shop, BOOTS)
    take(clerk, open_order(clerk), 1)
    id = newest(shop, order)
    page = client.get(f"/s/{status_token(id)}")
    assert client.send(page, "/wish").status_code == 422
    said = follow(client, client.send(page, "/wish", resolution="store_credit"))
    assert "as you said" in note(said) and "/wish" not in said.text
    assert not look(shop, id).return_.unasked
    assert client.send(page, "/wish", resolution="original").status_code == 409


def test_the_desk_sets_it_and_only_then_approves(app: Portal, shop: Shop, clerk: ShopClient) -> None:
    order = sell(shop, BOOTS)
    take(clerk, open_order(clerk), 1)
    id = newest(shop, order)
    check(shop, id)
    desk = at_desk(ShopClient(app), Role.OWNER)
    assert '/refund"' not in desk.get(f"/desk/returns/{id}").text
    assert "not said yet" in desk.get("/desk").text
    asking = desk.get(f"/desk/returns/{id}/wish")
    assert desk.send(asking, "/wish").status_code == 422
    record = follow(desk, desk.send(asking, "/wish", resolution="original"))
    follow(desk, desk.send(record, "/refund"))
    assert look(shop, id).refunds and look(shop, id).return_.state is ReturnState.AUTHORIZED
