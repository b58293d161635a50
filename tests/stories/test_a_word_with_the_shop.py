"""The shop asks something, the shopper answers without an account, and the shop answers again."""

from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from portal.jobs.worker import step
from portal.notices import mailbox
from portal.people.roles import Role
from tests.harness.browser import Visitor
from tests.harness.shops import Shop
from tests.stories.given import imported
from tests.stories.shopping import Shopper, nothing
from tests.stories.sights import Eyes
from tests.stories.working import Member

pytestmark = pytest.mark.browser


def mailed(shop: Shop) -> list[str]:
    """The messages that were mailed, the first first."""
    while step(shop.app):
        pass
    with shop.transaction(reading=True):
        return [mail.text for mail in reversed(mailbox()) if mail.subject.startswith("A message")]


@pytest.mark.parametrize("javascript", [True, False])
def test_the_shop_writes_the_shopper_answers_and_the_lamp_goes_out_again(
    shop: Shop, visitor: Visitor, tmp_path: Path, javascript: bool
) -> None:
    imported(shop, tmp_path)
    at_each = Eyes() if javascript else nothing
    shopper = Shopper(visitor.page("phone", javascript=javascript), at_each=at_each)
    rma = shopper.goes_through({"Hiking boots": 1}, "Changed my mind")
    status = urlsplit(shopper.follows("Approved")).path

    agent = Member(visitor.page("desktop", javascript=javascript), Role.AGENT, at_each=at_each)
    agent.signs_in("/desk", "Open")
    agent.goes(rma, rma)
    agent.page.get_by_label("Your message").fill("Is the box still there?")
    agent.presses("Send to the shopper", rma)
    expect(agent.page.locator("main")).to_contain_text("Your message is on its way to the shopper.")
    (mail,) = mailed(shop)
    assert "Is the box still there?" in mail and status in mail

    shopper.page.goto(status)
    expect(shopper.page.locator(".said")).to_contain_text("Is the box still there?")
    shopper.page.get_by_label("Your message").fill("It is.\nShall I use it?")
    shopper.presses("Send message", "Approved")
    expect(shopper.page.locator("main")).to_contain_text("Your message is with us.")

    agent.page.goto("/acme/desk?view=unanswered")
    agent.arrives("Message to answer")
    agent.goes(rma, rma)
    expect(agent.page.locator("main")).to_contain_text("The shopper waits for an answer")
    agent.page.get_by_label("Your message").fill("Please do.")
    agent.presses("Send to the shopper", rma)
    expect(agent.page.locator("main")).not_to_contain_text("The shopper waits for an answer")
    assert len(mailed(shop)) == 2
