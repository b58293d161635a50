"""Parts are missing: the dock says so, the shopper objects, somebody else decides, and the books tie out."""

from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from portal.jobs.worker import step
from portal.notices import mailbox
from portal.people.roles import Role
from tests.harness.browser import Visitor
from tests.harness.shops import Shop
from tests.harness.soundness import broken
from tests.stories.given import imported
from tests.stories.shopping import Shopper, nothing
from tests.stories.sights import Eyes
from tests.stories.working import Member

pytestmark = [pytest.mark.browser, pytest.mark.sqlite]


def mailed(shop: Shop, subject: str) -> str:
    while step(shop.app):
        pass
    with shop.transaction(reading=True):
        return next(mail.text for mail in mailbox() if mail.subject.startswith(subject))


@pytest.mark.parametrize("javascript", [True, False])
def test_the_shopper_objects_and_gets_more(
    shop: Shop, visitor: Visitor, tmp_path: Path, javascript: bool
) -> None:
    imported(shop, tmp_path)
    at_each = Eyes() if javascript else nothing
    shopper = Shopper(visitor.page("phone", javascript=javascript), at_each=at_each)
    rma = shopper.goes_through({"Hiking boots": 1}, "Changed my mind")
    status = urlsplit(shopper.follows("Approved")).path

    clerk = Member(visitor.page("tablet", javascript=javascript), Role.WAREHOUSE, at_each=at_each)
    clerk.signs_in("/dock", "Scan a parcel")
    clerk.scans(rma, "How many are in the parcel?")
    clerk.presses("It is here", "Hiking boots")
    clerk.page.get_by_text("Refund less…").click()
    clerk.page.get_by_label("How much less, in per cent").fill("25")
    clerk.page.get_by_role("radio", name="Parts are missing").check()
    clerk.page.get_by_label("What was found").fill("The laces and one insole are missing.")
    clerk.checks("A New", "Save, parcel done", "Parcel done")
    expect(clerk.page.locator("main")).to_contain_text("1 unit waits for the shopper’s answer")

    mail = mailed(shop, "Please look at what we found")
    assert "The laces and one insole are missing." in mail and status in mail
    shopper.page.goto(status)
    shopper.arrives("Needs your attention")
    shopper.page.get_by_text("Object…").click()
    shopper.page.get_by_label("Why do you see it differently?").fill("The insole was never in the box.")
    shopper.presses("Object", "Checked")
    expect(shopper.page.locator("main")).to_contain_text("A person looks at it once more")

    manager = Member(visitor.page("desktop", javascript=javascript), Role.MANAGER, at_each=at_each)
    manager.signs_in("/desk?view=objected", "Objection to decide")
    manager.goes(rma, rma)
    manager.page.locator("[aria-labelledby=h-less] a").click()
    manager.arrives("Lower refund")
    expect(manager.page.locator("main")).to_contain_text("The insole was never in the box.")
    manager.page.get_by_role("radio", name="Take off less").check()
    manager.page.get_by_label("How much less?").fill("10")
    manager.page.get_by_label("Answer to the shopper").fill("You are right about the insole.")
    manager.presses("Decide", rma)
    manager.presses("Approve refund", rma)

    assert "You are right about the insole." in mailed(shop, "Decided about your refund")
    shopper.page.goto(status)
    expect(shopper.page.locator("main")).to_contain_text("You are right about the insole.")
    assert broken(shop.app) == {}
