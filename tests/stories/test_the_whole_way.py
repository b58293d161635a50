"""One shopper, one clerk, one manager and the books: from an imported order to the money and the shelf."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from portal.people.roles import Role
from tests.harness.browser import Device, Visitor
from tests.harness.shops import Shop
from tests.stories.given import imported
from tests.stories.shopping import Shopper, nothing
from tests.stories.sights import Eyes, Scales
from tests.stories.working import Member

pytestmark = pytest.mark.browser
UNITS = {"Alpaca socks": 2, "Hiking boots": 1}
HEAVIEST = 60_000  # bytes
TRACKING = "00340434161094837265"
POSTED = {
    "Refund approved": {
        "Sales returns": "€159.58",
        "Tax payable": "€30.32",
        "Return shipping income": "€4.90",
        "Refunds payable": "€185.00",
    },
    "Refund sent": {"Refunds payable": "€185.00", "Payment clearing": "€185.00"},
}
SHELVES = {"KS-ALP": ["–", "2", "–"], "WS-HGP": ["–", "–", "1"]}  # dock, sellable, open box


@dataclass(frozen=True)
class Stage:
    """Who plays, on which devices, and what is looked at on every page."""

    visitor: Visitor
    worker: Callable[[], int]
    javascript: bool = True
    look: Callable[[Page], None] = nothing

    def page(self, device: Device) -> Page:
        return self.visitor.page(device, javascript=self.javascript)

    def whole_way(self) -> None:
        shopper = Shopper(self.page("phone"), at_each=self.look)
        scales = Scales(shopper.page)
        rma = shopper.goes_through(UNITS, "Changed my mind")
        assert 15_000 < scales.bytes < HEAVIEST, f"{scales.bytes} from search to label"
        slip = shopper.page.locator(".slip .stub p.hint").nth(1).inner_text()
        status = shopper.follows("Approved")
        shopper.page.get_by_label("Tracking number").fill(TRACKING)
        shopper.presses("I have sent it", "On its way")
        self.worker()

        self._takes_in(Member(self.page("tablet"), Role.WAREHOUSE, at_each=self.look), rma, slip)
        self.worker()
        shopper.page.goto(status)
        shopper.arrives("Checked")

        manager = Member(self.page("desktop"), Role.MANAGER, at_each=self.look)
        self._pays(manager, rma)
        self.worker()
        manager.page.reload()
        expect(manager.page.locator("main")).to_contain_text("Closed")
        _reads_the_books(manager, rma)

        shopper.page.goto(status)
        shopper.arrives("Refunded")
        expect(shopper.page.get_by_role("region", name="Your money")).to_contain_text("€185.00")

    def _takes_in(self, clerk: Member, rma: str, slip: str) -> None:
        """The slip's QR code, the label's tracking number and the number itself lead to the return."""
        clerk.signs_in("/dock", "Scan a parcel")
        clerk.scans(slip, "How many are in the parcel?")
        clerk.goes("Not this parcel", "Scan a parcel")
        clerk.scans(TRACKING, "How many are in the parcel?")
        clerk.presses("All 3 are here", "Alpaca socks")
        clerk.page.get_by_role("radio", name="All 2").check()
        clerk.checks("A New", "Save, next unit", "Hiking boots")
        clerk.goes("Leave, go on later", "Scan a parcel")
        clerk.scans(rma, "Hiking boots")
        clerk.checks("B Opened", "Save, parcel done", "Parcel done")
        expect(clerk.page.locator("main")).to_contain_text("3 units ready for their refund at the desk")

    def _pays(self, manager: Member, rma: str) -> None:
        manager.signs_in("/desk", "Open")
        manager.goes("Refund to approve", "Refund to approve")
        manager.goes(rma, rma)
        manager.presses("Approve refund", rma)
        expect(manager.page.locator("main")).to_contain_text("€185.00 approved")


def _reads_the_books(manager: Member, rma: str) -> None:
    page = manager.page
    manager.opens("Books", "Journal")
    for event, lines in POSTED.items():
        entry = page.locator("table.journal tbody", has_text=event)
        expect(entry.get_by_role("link", name=rma)).to_be_visible()
        for account, amount in lines.items():
            expect(entry.locator("tr", has_text=account)).to_contain_text(amount)
    for name in ("Debit less credit", "Refunds payable, open"):
        expect(page.locator("dl.facts div", has_text=name)).to_contain_text("€0.00")
    manager.opens("Stock", "Stock")
    for sku, units in SHELVES.items():
        row = page.get_by_role("row").filter(has_text=sku)
        for at, n in enumerate(units):
            expect(row.get_by_role("cell").nth(at)).to_have_text(n)


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "plain"])
def test_a_return_comes_home(
    shop: Shop, visitor: Visitor, worker: Callable[[], int], tmp_path: Path, javascript: bool
) -> None:
    imported(shop, tmp_path)
    Stage(visitor, worker, javascript, Eyes() if javascript else nothing).whole_way()


@pytest.mark.postgresql
def test_a_return_comes_home_on_postgresql(
    shop: Shop, visitor: Visitor, worker: Callable[[], int], tmp_path: Path
) -> None:
    imported(shop, tmp_path)
    Stage(visitor, worker).whole_way()
