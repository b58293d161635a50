"""A restocking fee is lowered, approved by a colleague and scheduled; each order keeps the fee of its day."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from portal import clock
from portal.jobs.worker import step
from portal.people.roles import Role
from tests.harness.browser import Visitor
from tests.harness.shops import Shop
from tests.stories.given import EMAIL, order
from tests.stories.given import imported as bring_in
from tests.stories.shopping import Shopper
from tests.stories.working import Member

pytestmark = [pytest.mark.browser, pytest.mark.sqlite]
At = Callable[[datetime], None]
RADIO = {
    **{
        "sku": "RADIO",
        "title": "Kitchen radio",
        "quantity": 1,
        "subtotal": "119.00",
        "tags": ["electronics"],
    },
    **{"taxes": {"19": "19.00"}, "unit_cost": "40.00"},
}


def lower_the_fee(owner: Member, javascript: bool) -> None:
    """In its form, with a slip on the way."""
    owner.goes("Edit it", "Edit draft 1")
    owner.goes("Restocking fees", "Restocking fees")
    owner.goes("Opened electronics", "Opened electronics")
    share = owner.page.get_by_label("Per cent of the price")
    share.fill("much")
    owner.presses("Save", "Opened electronics")
    expect(owner.page.get_by_role("alert")).to_contain_text("Type a per cent")
    share.fill("10")
    share.blur()
    if not javascript:
        owner.presses("Check", "Opened electronics")
    expect(owner.page.locator("#checked")).to_contain_text("10 % of the price without tax")
    owner.presses("Save", "Restocking fees")
    owner.goes("Draft 1", "Edit draft 1")
    owner.goes("See what it changes", "Draft 1")


@pytest.mark.parametrize("javascript", [True, False])
def test_a_fee_is_changed_by_two_and_each_order_keeps_the_fee_of_its_day(
    shop: Shop, visitor: Visitor, at: At, tmp_path: Path, javascript: bool
) -> None:
    start = clock.now()
    owner = Member(visitor.page(javascript=javascript), Role.OWNER)
    owner.signs_in("/desk/policy/versions", "Versions")
    owner.presses("Start a draft", "Draft 1")
    lower_the_fee(owner, javascript)
    expect(owner.page.locator("main")).to_contain_text("Restocking fee “Opened electronics”: 15 % → 10 %")
    owner.page.get_by_label("What is it for?").fill("Others take less")
    owner.presses("Ask for approval", "Draft 1")
    address = owner.page.url

    manager = Member(visitor.page("tablet", javascript=javascript), Role.MANAGER)
    manager.signs_in("/desk/policy/versions", "Versions")
    manager.goes("Draft 1", "Draft 1")
    manager.presses("Approve", "Draft 1")
    manager.page.get_by_label("From a moment on").check(force=True)
    tomorrow = (start + timedelta(days=1)).replace(hour=23, minute=0)
    manager.page.get_by_label("From", exact=True).fill(tomorrow.strftime("%Y-%m-%dT%H:%M"))
    manager.presses("Put it in force", "Draft 1")
    expect(manager.page.locator("main")).to_contain_text("This is version 2")

    at(start + timedelta(days=12))
    while step(shop.app):
        pass
    old = order(RADIO, number="OLD", captured="119.00")
    new = order(RADIO, number="NEW", captured="119.00")
    old["placed_at"] = start.isoformat()
    new["placed_at"] = (start + timedelta(days=3)).isoformat()
    bring_in(shop, tmp_path, old, new)
    for number, fee in (("OLD", "15.00"), ("NEW", "10.00")):
        shopper = Shopper(visitor.page("phone", javascript=javascript))
        shopper.comes()
        shopper.types(number, EMAIL)
        shopper.presses("Find my order", "What would you like to send back?")
        shopper.picks({"Kitchen radio": 1})
        shopper.says({"Kitchen radio": "Changed my mind"})
        shopper.wants("Money back")
        expect(shopper.page.locator("main")).to_contain_text(fee)
        shopper.requests()

    owner = Member(visitor.page(javascript=javascript), Role.OWNER)
    owner.signs_in("/desk/policy?version=1", "Return policy, version 1")
    owner.presses("Go back to this version", "Draft 2")
    expect(owner.page.locator("main")).to_contain_text("10 % → 15 %")
    owner.page.goto(address)
    expect(owner.page.locator("main")).to_contain_text("This is version 2")
