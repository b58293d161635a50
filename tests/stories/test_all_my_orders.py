"""A shopper without an order number at hand: a mailed link opens all their orders, and one goes back."""

from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from portal.jobs.worker import step
from portal.people.roles import Role
from tests.harness.browser import Visitor
from tests.harness.shops import Shop
from tests.stories.given import BOOTS, EMAIL, MUG, NUMBER, SOCKS, imported, order
from tests.stories.shopping import Shopper, nothing
from tests.stories.sights import Eyes
from tests.stories.working import Member

pytestmark = pytest.mark.browser
OTHER = "FF-20390"


def link_from_the_mailbox(shop: Shop, visitor: Visitor) -> str:
    """The path of the mailed link, as the demo's mailbox shows it."""
    while step(shop.app):
        pass
    owner = Member(visitor.page("desktop"), Role.OWNER)
    owner.signs_in("/desk/mail", "Sent mail")
    owner.goes("Your orders at", "Your orders at")
    link = owner.page.locator("article").get_by_role("link").first
    return urlsplit(link.get_attribute("href") or "").path


@pytest.mark.parametrize("javascript", [True, False])
def test_a_shopper_sees_all_orders_and_sends_something_back(
    shop: Shop, visitor: Visitor, tmp_path: Path, javascript: bool
) -> None:
    imported(shop, tmp_path, order(SOCKS, BOOTS, MUG), order(SOCKS, number=OTHER, captured="90.00"))
    page = visitor.page("phone", javascript=javascript)
    shopper = Shopper(page, at_each=Eyes() if javascript else nothing)
    shopper.comes()
    page.get_by_role("link", name="See all your orders by e-mail").click()
    shopper.arrives("See all your orders")
    page.get_by_label("Your e-mail address").fill(EMAIL)
    shopper.presses("Mail me the link", "Look into your mailbox")

    page.goto(link_from_the_mailbox(shop, visitor))
    shopper.arrives("Open your orders")
    shopper.presses("Open my orders", "Your orders")
    expect(page.get_by_role("heading", level=2)).to_have_count(2)
    page.get_by_role("link", name=f"Return something {NUMBER}").click()
    shopper.arrives("What would you like to send back?")
    shopper.picks({"Alpaca socks": 1})
    page.get_by_role("link", name="Your orders").click()
    shopper.arrives("Your orders")
    page.get_by_role("link", name=f"Go on with your return {NUMBER}").click()
    shopper.arrives("going back?")
    shopper.says({"Alpaca socks": "Too large"})
    shopper.wants("Money back")
    rma = shopper.requests()
    page.get_by_role("link", name="Your orders").click()
    shopper.arrives("Your orders")
    expect(page.get_by_role("region", name=NUMBER)).to_contain_text(rma)
    page.get_by_role("link", name=f"See this return {rma}").click()
    shopper.arrives("Approved")
