"""Two shops side by side in one browser: signed in at both, and nothing crosses over."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from portal.people.roles import Role
from tests.harness.browser import Visitor
from tests.harness.shops import Shop
from tests.stories.given import imported
from tests.stories.shopping import Shopper
from tests.stories.working import Member

pytestmark = pytest.mark.browser
NOWHERE = "There is nothing here"


def test_two_shops_side_by_side_share_nothing(
    shop: Shop, other_shop: Shop, visitor: Visitor, tmp_path: Path
) -> None:
    imported(shop, tmp_path)
    imported(other_shop, tmp_path)
    visitor.expected.append("status of 404")
    here = Shopper(visitor.page("desktop"))
    there = Shopper(here.page.context.new_page(), "other")
    for shopper in (here, there):
        shopper.comes()
        shopper.finds()
    here.picks({"Alpaca socks": 1})
    there.picks({"Hiking boots": 1})
    here.says({"Alpaca socks": "Too small"})
    there.says({"Hiking boots": "Too large"})
    for shopper in (here, there):
        shopper.wants("Money back")
    ours, theirs = here.requests(), there.requests()
    slip = there.page.locator(".slip .stub p.hint").nth(1).inner_text()
    their_order = there.page.url
    their_status = there.follows("Approved")

    here.page.goto(their_order.replace("/other/", "/acme/"))
    here.arrives("Send something back")
    here.page.goto(their_status.replace("/other/", "/acme/"))
    here.arrives(NOWHERE)
    here.comes()
    here.finds("What would you like to send back?")
    expect(here.page.locator("main")).to_contain_text(ours)
    expect(here.page.locator("main")).not_to_contain_text(theirs)
    _staff(Member(here.page, Role.MANAGER), Member(there.page, Role.MANAGER, "other"), ours, theirs, slip)


def _staff(here: Member, there: Member, ours: str, theirs: str, slip: str) -> None:
    """The same browser, now with a manager of each shop."""
    here.signs_in("/desk?view=all", "All returns")
    there.signs_in("/desk?view=all", "All returns")
    for member, own, foreign in ((here, ours, theirs), (there, theirs, ours)):
        expect(member.page.get_by_role("link", name=own)).to_be_visible()
        expect(member.page.get_by_text(foreign)).to_have_count(0)
    there.goes(theirs, theirs)
    here.page.goto(there.page.url.replace("/other/", "/acme/"))
    here.arrives(NOWHERE)
    here.page.goto("/acme/dock")
    here.scans(slip, "Scan again")
    expect(here.page.locator("main")).to_contain_text("This code belongs to another shop")
    here.scans(theirs, "Scan again")
    expect(here.page.locator("main")).to_contain_text("Nothing here has this code")
    here.presses("Sign out", "Sign in")
    there.page.reload()
    there.arrives(theirs)
    here.page.goto("/acme/desk")
    here.arrives("Sign in")
