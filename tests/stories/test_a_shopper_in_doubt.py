"""Shoppers who change their mind, press twice, lose the network, and come back from elsewhere."""

from collections.abc import Sequence
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, Route, expect

from portal.policies import Resolution
from portal.returns.models import Return
from tests.harness.browser import Visitor
from tests.harness.shops import Shop
from tests.stories.given import imported
from tests.stories.shopping import Shopper

pytestmark = pytest.mark.browser
UNITS = {"Alpaca socks": 2, "Hiking boots": 1}
BOTH = dict.fromkeys(UNITS, "Too large")


def returns(shop: Shop) -> Sequence[Return]:
    with shop.transaction(reading=True) as session:
        found = session.scalars(sa.select(Return).order_by(Return.id)).all()
        session.expunge_all()
        return found


def to_review(shopper: Shopper) -> None:
    shopper.comes()
    shopper.finds()
    shopper.picks(UNITS)
    shopper.says(BOTH)
    shopper.wants("Money back")


def test_who_goes_back_or_comes_by_another_device_finds_what_was_said(
    shop: Shop, visitor: Visitor, tmp_path: Path
) -> None:
    imported(shop, tmp_path)
    shopper = Shopper(visitor.page("phone"))
    shopper.comes()
    shopper.finds()
    shopper.picks(UNITS)
    shopper.says(BOTH)
    page = shopper.page
    page.go_back()
    shopper.arrives("Why are they going back?")
    expect(page.get_by_role("radio", name="Too large", checked=True)).to_have_count(2)
    page.go_back()
    shopper.arrives("What would you like to send back?")
    expect(page.get_by_label("Alpaca socks", exact=True)).to_be_checked()
    expect(page.get_by_label("How many?")).to_have_value("2")
    expect(page.locator("#sum")).to_contain_text("3 items, €189.90")
    page.go_back()
    shopper.arrives("Send something back")
    for heading in ("What would you like to send back?", "Why are they", "What would you like for"):
        page.go_forward()
        shopper.arrives(heading)

    elsewhere = Shopper(visitor.page("desktop"))
    elsewhere.comes()
    elsewhere.finds("What would you like for your 3 items?")
    elsewhere.wants("Store credit")
    assert [r.resolution for r in returns(shop)] == [Resolution.STORE_CREDIT]

    page.locator(".offer label", has_text="Money back").click()
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("alert")).to_contain_text("Store credit was chosen in the meantime")
    expect(page.get_by_role("alert")).to_be_focused()
    assert [r.resolution for r in returns(shop)] == [Resolution.STORE_CREDIT]
    expect(page.get_by_role("radio", name="Money back")).to_be_checked()
    shopper.presses("Continue", "Is everything right?")
    assert [r.resolution for r in returns(shop)] == [Resolution.ORIGINAL]


def test_of_two_tabs_the_stale_one_is_shown_what_now_holds(
    shop: Shop, visitor: Visitor, tmp_path: Path
) -> None:
    imported(shop, tmp_path)
    shopper = Shopper(visitor.page("phone"))
    to_review(shopper)
    page, other = shopper.page, Shopper(shopper.page.context.new_page())
    expect(page.locator("tfoot")).to_contain_text("€185.00")
    other.page.goto(page.url.replace("/review", "/items"))
    other.page.locator("label.name", has_text="Hiking boots").click()
    other.presses("Continue", "Why are they going back?")

    page.get_by_role("button", name="Request return").click()
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_role("alert")).to_contain_text("changed in the meantime")
    expect(page.locator("tfoot")).to_contain_text("€55.10")
    rma = shopper.requests()
    other.page.get_by_role("button", name="Continue").click()
    expect(other.page.locator("main")).to_contain_text(f"{rma}: Approved")
    (made,) = returns(shop)
    assert (made.units, made.quoted) == (2, 5510)


def test_who_presses_twice_asks_once_and_may_take_it_back(
    shop: Shop, visitor: Visitor, tmp_path: Path
) -> None:
    imported(shop, tmp_path)
    shopper = Shopper(visitor.page("phone"))
    to_review(shopper)
    page = shopper.page
    page.get_by_role("button", name="Request return").dblclick()
    shopper.arrives("Ready to send")
    (made,) = returns(shop)
    page.reload()
    shopper.arrives("Ready to send")
    expect(page.locator(".slip .big.code")).to_have_text(made.rma)
    page.go_back()
    shopper.arrives("What would you like to send back?")
    expect(page.locator("main")).to_contain_text(f"{made.rma}: Approved")
    page.get_by_role("link", name="See this return").click()
    shopper.arrives("Ready to send")
    shopper.follows("Approved")
    page.get_by_text("Cancel this return…").click()
    shopper.presses("Cancel return", "Cancelled")
    expect(page.get_by_role("status").filter(has_text="Your return is cancelled")).to_be_visible()
    expect(page.get_by_role("button", name="I have sent it")).to_have_count(0)
    assert [r.state for r in returns(shop)] == ["cancelled"]
    again = shopper.goes_through({"Hiking boots": 1}, "Damaged")
    assert again != made.rma
    assert {r.rma: (r.state, r.units) for r in returns(shop)} == {
        made.rma: ("cancelled", 3),
        again: ("authorized", 1),
    }


def test_an_answer_that_the_network_lost_is_had_by_trying_again(
    shop: Shop, visitor: Visitor, tmp_path: Path
) -> None:
    imported(shop, tmp_path)
    visitor.expected += ["net::ERR_FAILED", "htmx:sendError", "htmx:afterRequest"]
    shopper = Shopper(visitor.page("phone"))
    to_review(shopper)
    page = shopper.page

    def lose(route: Route) -> None:
        route.fetch(max_redirects=0)
        route.abort()

    page.route("**/review", lose, times=1)
    page.get_by_role("button", name="Request return").click()
    expect(page.locator("#live")).to_contain_text("The network is gone")
    expect(page.locator("h1")).to_have_text("Is everything right?")
    (made,) = returns(shop)
    assert made.state == "authorized", "the request arrived, only its answer did not"
    again = page.get_by_role("button", name="Try again")
    expect(again).to_be_focused()
    page.keyboard.press("Enter")
    shopper.arrives("Ready to send")
    expect(page.locator(".slip .big.code")).to_have_text(made.rma)
    assert len(returns(shop)) == 1


def reach(page: Page, name: str, role: str = "button") -> None:
    """Tab to the thing with this role and name, and no further than the page is long."""
    there = page.get_by_role(role, name=name).first  # type: ignore[arg-type]
    for _ in range(40):
        page.keyboard.press("Tab")
        if there.evaluate("e => e === document.activeElement"):
            return
    raise AssertionError(f"no Tab leads to {name}")


def refused(page: Page, fault: str) -> None:
    """Send the form by the keyboard; the focus is on the fault, and its link leads to the field."""
    page.keyboard.press("Enter")
    alert = page.get_by_role("alert")
    expect(alert).to_be_focused()
    expect(alert).to_contain_text(fault)


def test_the_keyboard_alone_is_enough_and_faults_come_to_it(
    shop: Shop, visitor: Visitor, tmp_path: Path
) -> None:
    imported(shop, tmp_path)
    page = visitor.page("desktop")
    keys, heading = page.keyboard, page.locator("h1:focus")
    page.goto("/acme/find")
    reach(page, "Find my order")
    refused(page, "2 things are still missing")
    reach(page, "Type the order number", "link")
    keys.press("Enter")
    expect(page.get_by_label("Order number")).to_be_focused()

    said = []
    for number, proof in (("FF-20418", "nobody@posteo.example"), ("FF-99999", "annelie@posteo.example")):
        reach(page, "Order number", "textbox") if said else None
        keys.type(number)
        keys.press("Tab")
        keys.type(proof)
        refused(page, "We found no order with this number and this")
        said.append(page.locator("main").inner_text())
    assert said[0] == said[1], "a wrong number and a wrong address look the same"

    reach(page, "Order number", "textbox")
    keys.type("FF-20418")
    keys.press("Tab")
    keys.type("24937")
    keys.press("Enter")
    expect(heading).to_have_text("What would you like to send back?")
    reach(page, "Continue")
    refused(page, "Choose")
    reach(page, "Hiking boots", "checkbox")
    keys.press("Space")
    keys.press("Enter")
    expect(heading).to_have_text("Why is it going back?")
    reach(page, "Continue")
    refused(page, "Choose a reason for Hiking boots")
    reach(page, "Too small", "radio")
    keys.press("ArrowDown")
    keys.press("Enter")
    expect(heading).to_contain_text("What would you like for")
    reach(page, "Money back", "radio")
    keys.press("Space")
    keys.press("Enter")
    expect(heading).to_have_text("Is everything right?")
    reach(page, "Request return")
    keys.press("Enter")
    expect(heading).to_have_text("Ready to send")
    (made,) = returns(shop)
    assert (made.units, made.quoted) == (1, 12990 - 490)
