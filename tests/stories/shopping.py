"""A shopper's acts on a page of a browser: what is pressed, and the heading that must come of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from playwright.sync_api import Page, expect

from tests.stories.given import EMAIL, NUMBER


def nothing(page: Page) -> None:
    """What is done at every page, unless a story says more."""


@dataclass
class Shopper:
    """Somebody with a page. `at_each` is called with every page that they come to."""

    page: Page
    slug: str = "acme"
    at_each: Callable[[Page], None] = nothing

    def arrives(self, heading: str) -> None:
        expect(self.page.locator("h1")).to_contain_text(heading)
        self.at_each(self.page)

    def presses(self, button: str, heading: str) -> None:
        self.page.get_by_role("button", name=button).click()
        self.arrives(heading)

    def comes(self) -> None:
        self.page.goto(f"/{self.slug}/")
        self.arrives("Send something back")

    def types(self, number: str = NUMBER, proof: str = EMAIL) -> None:
        self.page.get_by_label("Order number").fill(number)
        self.page.get_by_label("E-mail address or postcode").fill(proof)

    def finds(self, heading: str = "What would you like to send back?") -> None:
        self.types()
        self.presses("Find my order", heading)

    def picks(self, units: Mapping[str, int]) -> None:
        for title, n in units.items():
            self.page.locator("label.name", has_text=title).click()
            if n > 1:
                article = self.page.locator("article", has_text=title)
                article.get_by_label("How many?").select_option(str(n))
        self.presses("Continue", "going back?")

    def says(self, reasons: Mapping[str, str]) -> None:
        for title, reason in reasons.items():
            self.page.get_by_role("region", name=title).get_by_text(reason).click()
        self.presses("Continue", "What would you like for your")

    def wants(self, outcome: str) -> None:
        self.page.locator(".offer label", has_text=outcome).click()
        self.presses("Continue", "Is everything right?")

    def requests(self, heading: str = "Ready to send") -> str:
        """Ask for the return; its RMA number."""
        self.presses("Request return", heading)
        return self.page.locator(".slip .big.code").inner_text()

    def goes_through(self, units: Mapping[str, int], reason: str, outcome: str = "Money back") -> str:
        """The whole wizard with one reason for all; the RMA number."""
        self.comes()
        self.finds()
        self.picks(units)
        self.says(dict.fromkeys(units, reason))
        self.wants(outcome)
        return self.requests()

    def follows(self, heading: str) -> str:
        """Go on to the return's own page; its address."""
        self.page.get_by_role("link", name="Follow this return").click()
        self.arrives(heading)
        return self.page.url
