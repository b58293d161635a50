"""Something else for what comes back: dearer, cheaper, and sold out after all."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from portal.db import session
from portal.people.roles import Role
from portal.returns.models import Return
from tests.harness.browser import Visitor
from tests.harness.shops import Shop
from tests.harness.swapping import Swap
from tests.stories.given import imported
from tests.stories.shopping import Shopper
from tests.stories.working import Member

pytestmark = pytest.mark.browser
BOOTS = {"Hiking boots": 1}


@dataclass(frozen=True)
class Stage:
    """A shopper on a phone, the desk, and a catalogue: the boots in two sizes, a coat and a cap."""

    shop: Shop
    visitor: Visitor
    worker: Callable[[], int]
    javascript: bool

    @property
    def swap(self) -> Swap:
        return Swap(self.shop)

    def furnish(self, folder: Path) -> None:
        imported(self.shop, folder)
        for sku, price, product in (
            *(("WS-HGP", 12990, "boots"), ("WS-HGP-L", 12990, "boots")),
            *(("COAT", 20000, "Winter coat"), ("CAP", 2990, "Cap")),
        ):
            self.swap.stock(sku, price, 3, product=product, tax_rates=["19"], unit_cost=1000)

    def asks(self, article: str, more: str, instead: str) -> tuple[Shopper, str]:
        """A shopper with another article picked, at the status page; and its address."""
        shopper = Shopper(self.visitor.page("phone", javascript=self.javascript))
        shopper.comes()
        shopper.finds()
        shopper.picks(BOOTS)
        shopper.says(dict.fromkeys(BOOTS, "Too small"))
        shopper.page.locator(".offer label", has_text="Another article").click()
        shopper.presses("Continue", "What would you like for it?")
        if article != "L":
            shopper.page.get_by_role("button", name="Another article…").click()
            shopper.arrives("Which article would you like?")
            shopper.page.get_by_label("Search articles").fill(article)
            shopper.page.get_by_role("button", name="Search").click()
            expect(shopper.page.locator("article")).to_have_count(1)
            shopper.page.locator("label.name", has_text=article).click()
            shopper.presses("Take this", "What would you like for it?")
        else:
            shopper.page.locator("fieldset label", has_text="L same price").click()
        if more:
            expect(shopper.page.locator("main")).to_contain_text(more)
        shopper.page.locator("#at-instead label", has_text=instead).click()
        shopper.presses("Continue", "Is everything right?")
        shopper.requests()
        return shopper, shopper.follows("Approved")

    def comes_back(self) -> uuid.UUID:
        """The boots come, and are as they should be; the return's id."""
        with self.shop.transaction(reading=True):
            id = session.scalars(sa.select(Return.id)).one()
        self.swap.receive(id)
        self.swap.inspect(id)
        self.worker()
        return id

    def approves(self) -> Member:
        manager = Member(self.visitor.page("desktop", javascript=self.javascript), Role.MANAGER)
        manager.signs_in("/desk?view=to_pay", "Refund to approve")
        manager.page.locator("table.board a.code").first.click()
        expect(manager.page.locator("main")).to_contain_text("Another article")
        manager.page.get_by_role("button", name="Approve refund").click()
        expect(manager.page.locator("main")).to_contain_text("Refund 1")
        self.worker()
        return manager

    def sends(self, manager: Member) -> None:
        manager.page.goto("/acme/desk/exchanges")
        manager.arrives("To be sent")
        manager.page.locator("table.board a.code").first.click()
        manager.arrives("EX-")
        manager.page.get_by_label("Tracking number").fill("JJD 0003")
        manager.presses("Mark as sent", "EX-")
        expect(manager.page.get_by_role("button", name="Mark as sent")).to_have_count(0)
        expect(manager.page.locator("main")).to_contain_text("JJD 0003")
        self.worker()


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "plain"])
def test_a_dearer_article_is_paid_and_sent(
    shop: Shop, visitor: Visitor, worker: Callable[[], int], tmp_path: Path, javascript: bool
) -> None:
    stage = Stage(shop, visitor, worker, javascript)
    stage.furnish(tmp_path)
    shopper, status = stage.asks("Winter coat", "€70.10 more", "My money back")
    id = stage.comes_back()
    manager = stage.approves()
    shopper.page.goto(status)
    shopper.arrives("Please pay the difference")
    expect(shopper.page.get_by_role("link", name="Pay €70.10")).to_be_visible()
    stage.swap.pay_for(id)
    stage.sends(manager)
    shopper.page.goto(status)
    shopper.arrives("Exchanged")
    expect(shopper.page.locator("main")).to_contain_text("JJD 0003")


@pytest.mark.sqlite
def test_a_cheaper_article_gives_money_back(
    shop: Shop, visitor: Visitor, worker: Callable[[], int], tmp_path: Path
) -> None:
    stage = Stage(shop, visitor, worker, javascript=True)
    stage.furnish(tmp_path)
    shopper, status = stage.asks("Cap", "€100.00 back", "Store credit")
    stage.comes_back()
    stage.sends(stage.approves())
    shopper.page.goto(status)
    shopper.arrives("Exchanged")
    money = shopper.page.get_by_role("region", name="Your money")
    expect(money).to_contain_text("€29.90")
    expect(money).to_contain_text("€100.00")


@pytest.mark.sqlite
@pytest.mark.parametrize("javascript", [True, False], ids=["script", "plain"])
def test_what_is_sold_out_after_all_comes_as_store_credit(
    shop: Shop, visitor: Visitor, worker: Callable[[], int], tmp_path: Path, javascript: bool
) -> None:
    stage = Stage(shop, visitor, worker, javascript)
    stage.furnish(tmp_path)
    shopper, status = stage.asks("L", "", "Store credit")
    stage.comes_back()
    manager = stage.approves()
    manager.page.goto("/acme/desk/exchanges")
    manager.page.locator("table.board a.code").first.click()
    manager.arrives("EX-")
    manager.page.locator("summary", has_text="It is not there…").click()
    manager.page.get_by_role("button", name="It is sold out").click()
    expect(manager.page.locator("main")).to_contain_text("Given up")
    worker()
    shopper.page.goto(status)
    shopper.arrives("Credited")
    expect(shopper.page.get_by_role("region", name="Your money")).to_contain_text("€129.90")
