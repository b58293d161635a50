"""A shopper whom the search lets in no more has a link mailed, and goes on with it."""

from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from portal.jobs.worker import step
from portal.people.roles import Role
from tests.harness.browser import Visitor
from tests.harness.client import ShopClient
from tests.harness.shops import Shop
from tests.stories.given import EMAIL, NUMBER, imported
from tests.stories.shopping import Shopper, nothing
from tests.stories.sights import Eyes
from tests.stories.working import Member
from tests.web.shopper.walking import find

pytestmark = pytest.mark.browser


def guesses(shop: Shop) -> None:
    """Somebody else has tried the order's number, until the search lets nobody in."""
    for n in range(5):
        assert find(ShopClient(shop.app), NUMBER, f"{n}@guess.example").status_code == 422


def link_from_the_mailbox(shop: Shop, visitor: Visitor) -> str:
    """The path of the mailed link, as the demo's mailbox shows it."""
    while step(shop.app):
        pass
    owner = Member(visitor.page("desktop"), Role.OWNER)
    owner.signs_in("/desk/mail", "Sent mail")
    owner.goes("Your link to", "Your link to")
    expect(owner.page.locator("dl.facts")).to_contain_text(EMAIL)
    link = owner.page.locator("article").get_by_role("link").first
    return urlsplit(link.get_attribute("href") or "").path


@pytest.mark.parametrize("javascript", [True, False])
def test_a_shopper_is_stopped_and_comes_in_by_the_mailed_link(
    shop: Shop, visitor: Visitor, tmp_path: Path, javascript: bool
) -> None:
    imported(shop, tmp_path)
    guesses(shop)
    page = visitor.page("phone", javascript=javascript)
    shopper = Shopper(page, at_each=Eyes() if javascript else nothing)
    shopper.comes()
    shopper.types()
    shopper.presses("Find my order", "Get a link by mail")
    expect(page.get_by_role("alert")).to_contain_text("have a link mailed to you")
    expect(page.get_by_label("Order number")).to_have_value(NUMBER)
    expect(page.get_by_label("E-mail address")).to_have_value(EMAIL)
    shopper.presses("Mail me the link", "Look into your mailbox")
    assert page.url.endswith("/acme/find/link/sent")

    link = link_from_the_mailbox(shop, visitor)
    page.goto(link)
    shopper.arrives("Open your order")
    shopper.presses("Open my order", "What would you like to send back?")
    expect(page.locator("main")).to_contain_text(NUMBER)
    shopper.picks({"Alpaca socks": 1})

    late = Shopper(visitor.page("phone", javascript=javascript), at_each=shopper.at_each)
    late.page.goto(link)
    late.arrives("Get a link by mail")
    expect(late.page.locator("main")).to_contain_text("This link does not work, or no longer")
