"""A return that a person looks at, and does not accept: the shopper learns why."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from portal.people.roles import Role
from tests.harness.browser import Visitor
from tests.harness.shops import Shop
from tests.stories.given import imported
from tests.stories.shopping import Shopper
from tests.stories.sights import sound
from tests.stories.working import Member

pytestmark = pytest.mark.browser
REASON = "The heels are worn down; <b>we</b> cannot sell them & keep our word."


def test_the_reason_of_a_denial_stands_on_the_status_page(
    shop: Shop, visitor: Visitor, worker: Callable[[], int], tmp_path: Path
) -> None:
    imported(shop, tmp_path)
    shopper = Shopper(visitor.page("phone"))
    shopper.comes()
    shopper.finds()
    shopper.picks({"Hiking boots": 1})
    boots = shopper.page.get_by_role("region", name="Hiking boots")
    boots.get_by_text("Another reason").click()
    shopper.page.get_by_role("button", name="Continue").click()
    expect(shopper.page.get_by_role("alert")).to_be_focused()
    shopper.page.get_by_label("Comment on Hiking boots").fill("They squeak.")
    shopper.presses("Continue", "What would you like for your item?")
    shopper.wants("Money back")
    expect(shopper.page.locator("main")).to_contain_text("A person looks at this return first")
    rma = shopper.requests("We look at it and write to you")
    sound(shopper.page)
    status = shopper.follows("Requested")

    agent = Member(visitor.page("desktop"), Role.AGENT)
    agent.signs_in("/desk?view=requested", "Requested")
    agent.goes(rma, rma)
    expect(agent.page.locator("main")).to_contain_text("They squeak.")
    agent.goes("Deny…", "What is declined?")
    sound(agent.page)
    agent.presses("Decline and tell the shopper", "What is declined?")
    expect(agent.page.get_by_role("alert")).to_contain_text("Give the shopper a reason")
    expect(agent.page.get_by_role("alert")).to_be_focused()
    agent.page.get_by_label("Reason for the shopper").fill(REASON)
    agent.presses("Decline and tell the shopper", rma)
    expect(agent.page.locator("main")).to_contain_text("Denied.")
    worker()

    shopper.page.goto(status)
    shopper.arrives("Not accepted")
    expect(shopper.page.locator("main")).to_contain_text(REASON)
    expect(shopper.page.get_by_role("link", name="Download label")).to_have_count(0)
    sound(shopper.page)
