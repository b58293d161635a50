"""Who got a gift sends it back on a phone, sees no price, and gets the credit; the buyer hears nothing."""

import re
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from portal.jobs.worker import step
from portal.notices import mailbox
from portal.tenants import Tenant
from tests.harness.browser import Visitor
from tests.harness.shops import Shop
from tests.stories.given import EMAIL, NUMBER, POSTCODE, imported
from tests.stories.shopping import Shopper
from tests.stories.sights import Eyes

pytestmark = pytest.mark.browser

MIA = "mia@berg.example"
PRICE = re.compile(r"[€$£]|\b\d+[.,]\d\d\b")


def take_gifts(shop: Shop) -> None:
    with shop.transaction() as session:
        session.execute(sa.update(Tenant).where(Tenant.id == shop.id).values(gifts=True))


def mailed(shop: Shop) -> str:
    """The path of the link that was mailed to the recipient."""
    while step(shop.app):
        pass
    with shop.transaction(reading=True):
        found = (re.search(r"/acme/g/\S+", mail.text) for mail in mailbox() if mail.recipient == MIA)
        return next(link[0] for link in found if link)


def recipients(shop: Shop) -> set[str]:
    while step(shop.app):
        pass
    with shop.transaction(reading=True):
        return {mail.recipient for mail in mailbox()}


def test_a_gift_comes_back_on_a_phone_without_a_price(shop: Shop, visitor: Visitor, tmp_path: Path) -> None:
    imported(shop, tmp_path)
    take_gifts(shop)
    eyes = Eyes()

    def looks(page: Page) -> None:
        if "/find" not in page.url and not page.url.endswith("/acme/"):
            body = page.locator("body").inner_text()
            assert not PRICE.search(body) and EMAIL not in body and "Annelie" not in body
        eyes(page)

    mia = Shopper(visitor.page("phone"), at_each=looks)
    mia.comes()
    mia.page.get_by_role("link", name="Return it without a price").click()
    mia.arrives("It was a gift to you?")
    mia.page.get_by_label("Order number").fill(NUMBER)
    mia.page.get_by_label("Postcode").fill(POSTCODE)
    mia.presses("Find my gift", "What would you like to send back?")
    mia.picks({"Hiking boots": 1})
    mia.page.get_by_role("region", name="Hiking boots").get_by_text("Changed my mind").click()
    mia.presses("Continue", "You get store credit")
    mia.page.get_by_label("Your own e-mail address").fill(MIA)
    mia.presses("Continue", "Look into your mailbox")

    mia.page.goto(mailed(shop))
    mia.arrives("Is this your address?")
    mia.presses("Yes, it is mine", "Is everything right?")
    mia.requests()
    mia.follows("Approved")
    expect(mia.page.locator("main")).not_to_contain_text("Your money")
    assert recipients(shop) == {MIA}
