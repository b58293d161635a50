"""Exceptions at the desk: made with a reason, read by everybody, taken back."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from portal import clock
from portal.people.roles import Role
from tests.harness.client import ShopClient
from tests.harness.sales import BOOTS, SOCKS, sell
from tests.harness.shops import Shop
from tests.web.desk.working import follow, heading, main, notes
from tests.web.shopper import walking
from tests.web.shopper.walking import link

Staff = Callable[[Role], ShopClient]


@pytest.mark.parametrize("htmx", [False, True], ids=["plain", "htmx"])
def test_an_exception_is_read_by_the_shopper_the_desk_and_the_record(
    shop: Shop, manager: ShopClient, client: ShopClient, htmx: bool
) -> None:
    order = sell(shop, BOOTS, SOCKS, days_ago=90)
    page = manager.get(link(manager.get(f"/desk/orders/{order}"), "/exception"))
    assert heading(page) == "May it go back all the same?"
    page = follow(manager, manager.send(page, "/exception", reason="A regular.", htmx=htmx), htmx=htmx)
    assert notes(page) == ["Wanderstiefel may go back now. The shopper sees it when they open the order."]
    assert "A regular. Manager" in main(page).text and "by an exception" in main(page).text
    walking.find(client)
    items = client.get(f"/orders/{order}/items")
    assert "The shop makes an exception. Otherwise: The time to send it back ended" in main(items).text
    done = walking.to_done(client, units=(1,))
    assert heading(done) == "Ready to send"
    (address,) = [a["href"] for a in main(manager.get("/desk")).all("a") if "/desk/returns/" in a["href"]]
    page = follow(manager, manager.get(address))
    assert "by an exception" in main(page).text and "A regular. Manager" in main(page).text
    assert "1 unit, by an exception to the rules" in main(page).text
    status = manager.get(address.replace("/desk/returns/", "/desk/behalf/returns/"))
    assert main(status).text.count("The shop made an exception to its rules for it.") == 1


@pytest.mark.sqlite
def test_the_time_is_extended_and_the_extension_taken_back(shop: Shop, manager: ShopClient) -> None:
    order = sell(shop, SOCKS, days_ago=90)
    last = (clock.now() + timedelta(days=7)).date()
    page = manager.get(f"/desk/orders/{order}/extension")
    answer = manager.send(page, "/extension", until=last.isoformat(), reason="Was ill.")
    page = follow(manager, answer)
    assert "In time: the shop has extended the time until" in main(page).text
    page = manager.get(link(page, "/end"))
    page = follow(manager, manager.send(page, "/end", reason="By mistake."))
    assert "The longer time is taken back" in main(page).text and "holds no longer" in main(page).text
    assert "The time to send it back ended" in main(page).text


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("until", "reason", "wrong"),
    [
        ("", "So.", "Choose a day."),
        ("31.12.2026", "So.", "A day is written like"),
        ("2020-01-01", "So.", "Choose a day that is later"),
        ("9999-12-31", "So.", "That is too far away."),
        ("2027-12-31", "  ", "Say why."),
        ("2027-12-31", "4111 1111 1111 1111", "This looks like a card number."),
    ],
)
def test_what_is_not_right_is_shown_again(
    shop: Shop, manager: ShopClient, until: str, reason: str, wrong: str
) -> None:
    page = manager.get(f"/desk/orders/{sell(shop, SOCKS, days_ago=90)}/extension")
    answer = manager.send(page, "/extension", until=until, reason=reason)
    assert answer.status_code == 422 and wrong in main(answer).text


def test_two_managers_make_one_exception(shop: Shop, staff: Staff) -> None:
    order = sell(shop, SOCKS, days_ago=90)
    one, other = staff(Role.MANAGER), staff(Role.OWNER)
    pages = [(c, c.get(link(c.get(f"/desk/orders/{order}"), "/exception"))) for c in (one, other)]
    answers = [c.send(page, "/exception", reason="A regular.") for c, page in pages]
    assert [a.status_code for a in answers] == [303, 409]
    again = one.send(pages[0][1], "/exception", reason="A regular.")
    assert (again.status_code, again.location) == (303, answers[0].location)


@pytest.mark.sqlite
def test_nothing_is_offered_where_nothing_can_be_allowed(shop: Shop, manager: ShopClient) -> None:
    page = manager.get(f"/desk/orders/{sell(shop, SOCKS)}")
    assert "Make an exception…" not in main(page).text and "Extend the time…" in main(page).text


@pytest.mark.sqlite
def test_an_agent_may_not_and_is_not_offered_it(shop: Shop, agent: ShopClient) -> None:
    order = sell(shop, SOCKS, days_ago=90)
    for page in (f"/desk/orders/{order}", f"/desk/behalf/orders/{order}/items"):
        assert "Make an exception…" not in main(agent.get(page)).text
    assert agent.get(f"/desk/orders/{order}/extension").status_code == 403


@pytest.mark.sqlite
def test_a_manager_finds_it_in_the_wizard_on_behalf(shop: Shop, manager: ShopClient) -> None:
    order = sell(shop, SOCKS, days_ago=90)
    items = manager.get(f"/desk/behalf/orders/{order}/items")
    assert link(items, "/exception").startswith(f"/acme/desk/orders/{order}/lines/")


@pytest.mark.sqlite
def test_an_exception_of_another_order_is_not_there(shop: Shop, manager: ShopClient) -> None:
    order, other = sell(shop, SOCKS, days_ago=90), sell(shop, SOCKS, number="1002", days_ago=90)
    address = link(manager.get(f"/desk/orders/{order}"), "/exception")
    assert manager.get(address.replace(str(order), str(other))).status_code == 404
