"""A shopper calls: somebody finds the order, makes an exception, asks for them, and lets them keep it."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from portal.people.roles import Role
from tests.harness.browser import Visitor
from tests.harness.shops import Shop
from tests.stories.given import imported
from tests.stories.sights import Eyes
from tests.stories.working import Member

pytestmark = pytest.mark.browser
BAND = "You are doing this for Annelie Brückner-Hohenstein"


def in_band(page: Page) -> None:
    expect(page.get_by_role("complementary", name="For the staff")).to_contain_text(BAND)


def test_a_shopper_calls_and_a_manager_does_it_all_for_them(
    shop: Shop, visitor: Visitor, tmp_path: Path
) -> None:
    imported(shop, tmp_path)
    manager = Member(visitor.page("desktop"), Role.MANAGER, at_each=Eyes())
    page = manager.page
    manager.signs_in("/desk/orders", "Orders")
    page.get_by_label("Order number, e-mail address or name").fill("brückner")
    manager.presses("Find", "Annelie Brückner-Hohenstein")
    manager.goes("Make an exception…", "May it go back all the same?")
    page.get_by_label("Reason").fill("The print came off on the first day.")
    manager.presses("Make the exception", "Annelie Brückner-Hohenstein")
    expect(page.locator("#main")).to_contain_text("by an exception")
    manager.goes("Return something for the shopper", "What would you like to send back?")
    in_band(page)
    page.get_by_label("Mug with your name").check(force=True)
    manager.presses("Continue", "Why is it going back?")
    page.get_by_role("radio").first.check(force=True)
    manager.presses("Continue", "What would you like for your item?")
    page.get_by_label("Money back").check(force=True)
    manager.presses("Continue", "Is everything right?")
    in_band(page)
    manager.presses("Request return", "Ready to send")
    in_band(page)
    manager.goes("To the record", "Annelie Brückner-Hohenstein")
    manager.goes("Refund without goods…", "What does the shopper keep?")
    page.get_by_label("Reason").fill("Nobody else wants a mug with her name.")
    manager.presses("Let the shopper keep it", "Annelie Brückner-Hohenstein")
    manager.goes("See the page as they see it", "You keep it")
    manager.goes("Back to the record", "Annelie Brückner-Hohenstein")
    manager.presses("Approve refund", "Annelie Brückner-Hohenstein")
    expect(page.locator("#main")).to_contain_text("Refund approved")
