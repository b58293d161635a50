"""On a phone somebody shows what is damaged; an agent sees it beside the article."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from portal.people.roles import Role
from portal.returns.photos import Photo
from tests.harness.browser import Visitor
from tests.harness.drawing import logo
from tests.harness.shops import Shop
from tests.harness.soundness import broken
from tests.stories.given import imported
from tests.stories.shopping import Shopper
from tests.stories.sights import Eyes
from tests.stories.working import Member

pytestmark = [pytest.mark.browser, pytest.mark.sqlite]


def test_a_phone_shows_what_is_damaged(shop: Shop, visitor: Visitor, tmp_path: Path) -> None:
    visitor.expected.append("404")  # a picture alone has no icon, and browsers ask for one
    imported(shop, tmp_path)
    (tmp_path / "heel.jpg").write_bytes(logo(1800, 1400, "JPEG"))
    (tmp_path / "sole.png").write_bytes(logo(500, 400))
    (tmp_path / "note.heic").write_bytes(b"none that can be read")
    eyes = Eyes()
    shopper = Shopper(visitor.page("phone"), at_each=eyes)
    page = shopper.page
    shopper.comes()
    shopper.finds()
    shopper.picks({"Hiking boots": 1})
    field, shots = page.get_by_label("Photos of Hiking boots"), page.locator(".shot img")
    expect(field).to_be_hidden()
    page.get_by_text("Damaged", exact=True).click()
    page.get_by_text("Add a comment").click()
    page.get_by_role("textbox").fill("The heel is off.")
    field.set_input_files([tmp_path / "heel.jpg", tmp_path / "sole.png"])
    expect(shots).to_have_count(2)
    field.set_input_files(tmp_path / "note.heic")
    expect(page.locator(".error")).to_contain_text("note.heic: This is no picture")
    eyes(page)
    page.get_by_role("button", name="Remove photo 2").click()
    expect(shots).to_have_count(1)
    expect(page.locator("#live")).to_contain_text("Photo removed")
    expect(field).to_be_focused()
    expect(page.get_by_role("textbox")).to_have_value("The heel is off.")
    shopper.presses("Continue", "What would you like for your")
    shopper.wants("Money back")
    expect(shots).to_have_count(1)
    rma = shopper.requests()
    shopper.follows("Approved")
    own = page.get_by_role("region", name="Photos", exact=True)
    expect(own.locator("img")).to_have_count(1)
    own.get_by_label("Photos of Hiking boots").set_input_files(
        tmp_path / "sole.png"
    )  # the shop asked for another
    expect(own.locator("img")).to_have_count(2)
    expect(page.locator("#live")).to_contain_text("We look at it")
    eyes(page)

    seen_by_an_agent(visitor, rma, eyes)
    with shop.transaction(reading=True) as session:
        assert session.query(Photo).count() == 2
    assert broken(shop.app) == {}


def seen_by_an_agent(visitor: Visitor, rma: str, eyes: Eyes) -> None:
    """In small beside the article, in large by the keyboard."""
    agent = Member(visitor.page("desktop"), Role.AGENT, at_each=eyes)
    agent.signs_in("/desk", "Open")
    agent.goes(rma, rma)
    seen = agent.page.locator("#main .shot")
    expect(seen).to_have_count(2)
    assert seen.first.locator("img").evaluate("i => i.complete && i.naturalWidth > 0")
    seen.first.focus()
    with agent.page.context.expect_page() as opened:
        agent.page.keyboard.press("Enter")
    opened.value.wait_for_load_state()
    assert opened.value.url.endswith("/large.jpg")
