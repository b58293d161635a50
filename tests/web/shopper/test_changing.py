"""Something else for it, while nobody has looked at it yet."""

import uuid

import pytest

from portal.people.roles import Role
from portal.returns.links import status_token
from portal.web.ritual import Portal
from tests.harness.client import ShopClient
from tests.harness.sales import BOOTS, SOCKS, check, look, requested, sell, take_in
from tests.harness.shops import Shop
from tests.web.desk.working import follow, main, record, sign_in
from tests.web.shopper.walking import heading, link


@pytest.fixture
def manager(app: Portal) -> ShopClient:
    return sign_in(ShopClient(app), Role.MANAGER)


def of(shop: Shop, id: uuid.UUID) -> str:
    with shop.transaction(reading=True):
        return f"/s/{status_token(id)}"


@pytest.mark.parametrize("htmx", [False, True], ids=["plain", "htmx"])
def test_another_resolution_is_chosen_and_seen_by_the_desk(
    shop: Shop, client: ShopClient, manager: ShopClient, htmx: bool
) -> None:
    id = requested(shop, sell(shop, BOOTS, SOCKS))
    page = client.get(link(client.get(of(shop, id)), "/resolution"))
    assert heading(page) == "Would you like something else for it?"
    assert main(page).text.count("€199.22") >= 2 and "Chosen now" in main(page).text
    answer = client.send(page, "/resolution", resolution="store_credit", htmx=htmx)
    page = follow(client, answer, htmx=htmx)
    assert "Kept: Store credit." in page.text and "You chose something else for it" in page.text
    assert look(shop, id).return_.resolution == "store_credit"
    text = main(record(manager, id)).text
    assert "Store credit instead of Money back" in text and "Wants Store credit" in text


def test_whoever_comes_too_late_is_refused_and_sees_why(
    shop: Shop, client: ShopClient, manager: ShopClient
) -> None:
    id = requested(shop, sell(shop, SOCKS))
    theirs = client.get(of(shop, id) + "/resolution")
    take_in(shop, id)
    late = client.send(theirs, "/resolution", resolution="store_credit")
    assert late.status_code == 409  # the parcel came, so it is another return by now
    again = client.get(of(shop, id) + "/resolution")
    check(shop, id)
    late = client.send(again, "/resolution", resolution="store_credit")
    assert late.status_code == 303 and "/resolution" not in late.location
    told = main(client.get(of(shop, id))).text
    assert "Below is how it stands now." in told and "what you typed" not in told
    assert look(shop, id).return_.resolution == "original"


@pytest.mark.sqlite
def test_an_approval_that_was_open_while_it_changed_is_refused(
    shop: Shop, client: ShopClient, manager: ShopClient
) -> None:
    id = requested(shop, sell(shop, SOCKS))
    asked = manager.get(f"/desk/returns/{id}/keep")
    page = client.get(of(shop, id) + "/resolution")
    client.send(page, "/resolution", resolution="store_credit")
    assert manager.send(asked, "/keep", reason="Not worth it.").status_code == 409


@pytest.mark.sqlite
def test_after_the_check_the_page_leads_back(shop: Shop, client: ShopClient) -> None:
    id = requested(shop, sell(shop, SOCKS))
    take_in(shop, id)
    check(shop, id)
    address = of(shop, id)
    assert "Choose something else" not in client.get(address).text
    assert client.get(address + "/resolution").status_code == 303


@pytest.mark.sqlite
@pytest.mark.parametrize("wish", ["", "gold", None])
def test_what_is_not_offered_is_refused_at_its_place(
    shop: Shop, client: ShopClient, wish: str | None
) -> None:
    id = requested(shop, sell(shop, SOCKS))
    answer = client.send(client.get(of(shop, id) + "/resolution"), "/resolution", resolution=wish)
    assert answer.status_code == 422 and "Choose what you would like." in main(answer).text


@pytest.mark.sqlite
def test_an_amount_that_was_not_shown_is_refused(shop: Shop, client: ShopClient) -> None:
    id = requested(shop, sell(shop, SOCKS))
    page = client.get(of(shop, id) + "/resolution")
    answer = client.send(page, "/resolution", **{"resolution": "store_credit", "shown-store_credit": "1"})
    assert answer.status_code == 409 and "Look at it once more" in answer.text


@pytest.mark.sqlite
def test_sent_twice_it_is_changed_once(shop: Shop, client: ShopClient) -> None:
    id = requested(shop, sell(shop, SOCKS))
    page = client.get(of(shop, id) + "/resolution")
    for _ in range(2):
        assert client.send(page, "/resolution", resolution="store_credit").status_code == 303
