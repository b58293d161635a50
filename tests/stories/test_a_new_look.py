"""An owner who works alone gives the shop another colour, sees it on a real page, and puts it in force."""

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from portal.db import session
from portal.people.models import User
from portal.people.roles import Role
from tests.harness.apps import PASSWORD
from tests.harness.browser import Visitor, axe
from tests.harness.shops import Shop
from tests.stories.working import Member

pytestmark = [pytest.mark.browser, pytest.mark.sqlite]
RED, GREY = "rgb(138, 16, 32)", "rgb(119, 119, 119)"


@pytest.mark.parametrize("javascript", [True, False])
def test_a_colour_is_tried_on_a_real_page_and_shoppers_see_it_when_it_holds(
    shop: Shop, visitor: Visitor, javascript: bool
) -> None:
    with shop.transaction():
        session.execute(sa.update(User).where(User.role == Role.MANAGER).values(active=False))
    shopper = visitor.page("phone", javascript=javascript)
    shopper.goto("/acme/find")
    button = shopper.get_by_role("button", name="Find my order")
    before = button.evaluate("it => getComputedStyle(it).backgroundColor") if javascript else ""

    owner = Member(visitor.page(javascript=javascript), Role.OWNER)
    owner.signs_in("/desk/branding", "Branding")
    owner.page.get_by_label("Main colour", exact=True).fill("#ffcc00")
    owner.presses("Save in a draft", "Branding")
    expect(owner.page.locator("#colour-main-error")).to_contain_text("The nearest that has it: #846800")
    owner.page.get_by_label("Main colour", exact=True).fill("#8a1020")
    owner.page.get_by_label("Ground", exact=True).fill("#777777")  # where neither white nor ink is legible
    owner.presses("Save in a draft", "Draft 1")
    owner.goes("The shoppers’ first page", "Send something back")
    expect(owner.page.get_by_role("button", name="Find my order")).to_have_css("background-color", RED)
    expect(owner.page.locator(".masthead")).to_have_css("background-color", GREY)
    if javascript:
        axe(owner.page)
        owner.page.emulate_media(color_scheme="dark")
        axe(owner.page)
        shopper.reload()
        assert button.evaluate("it => getComputedStyle(it).backgroundColor") == before

    owner.goes("Back to the draft", "Draft 1")
    owner.page.get_by_label("What is it for?").fill("We are red now")
    owner.page.get_by_label("Your password").fill(PASSWORD)
    owner.presses("Put it in force", "Draft 1")
    expect(owner.page.locator("main")).to_contain_text("This is version 2")
    shopper.reload()
    expect(button).to_have_css("background-color", RED)
