"""Somebody at the desk writes a mail in the shop's own words and sees the whole of it while they type."""

import pytest
from playwright.sync_api import expect

from portal.people.roles import Role
from tests.harness.browser import Visitor, axe
from tests.harness.shops import Shop
from tests.stories.working import Member

pytestmark = [pytest.mark.browser, pytest.mark.sqlite]


def test_a_mail_is_seen_whole_while_it_is_written(shop: Shop, visitor: Visitor) -> None:
    owner = Member(visitor.page(), Role.OWNER)
    page = owner.page
    owner.signs_in("/desk/policy/versions", "Versions")
    owner.presses("Start a draft", "Draft 1")
    owner.goes("Mails to shoppers", "Mails to shoppers")
    owner.goes("Parcel received", "Parcel received")
    letter, look = page.frame_locator("iframe").first, page.locator("#mail-look")
    expect(letter.locator("body")).to_contain_text("Hello Mira Sandström,")
    page.locator("[name=opening-en]").fill("Ahoy {name}! <b>Look</b>")
    expect(letter.locator("body")).to_contain_text("Ahoy Mira Sandström! <b>Look</b>")
    expect(letter.locator("body")).to_contain_text("These have arrived, and we check them next:")
    page.locator("[name=closing-en]").fill("Bye {nmae}")
    expect(page.locator("main")).to_contain_text("{nmae} is no place of this mail.")
    page.locator("[name=closing-en]").fill("Bye {name}")
    owner.presses("Save the draft", "Parcel received")
    expect(look).to_contain_text("In force")
    axe(page)
    owner.goes("Mails in draft 1", "Mails to shoppers")
    expect(page.locator("main")).to_contain_text("English")
