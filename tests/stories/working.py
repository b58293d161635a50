"""What the shop's people do on a page of a browser."""

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page, expect

from portal.people.roles import Role
from tests.harness.apps import PASSWORD
from tests.harness.shops import email
from tests.stories.shopping import nothing


@dataclass
class Member:
    """Somebody of the staff with a page. `at_each` is called with every page that they come to."""

    page: Page
    role: Role
    slug: str = "acme"
    at_each: Callable[[Page], None] = nothing

    def arrives(self, heading: str) -> None:
        expect(self.page.locator("h1")).to_contain_text(heading)
        self.at_each(self.page)

    def signs_in(self, place: str, heading: str) -> None:
        """Ask for a place, and come there by the sign-in."""
        self.page.goto(f"/{self.slug}{place}")
        self.arrives("Sign in")
        self.page.get_by_label("E-mail address").fill(email(self.role, self.slug))
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.get_by_role("button", name="Sign in").click()
        self.arrives(heading)

    def presses(self, button: str, heading: str) -> None:
        self.page.get_by_role("button", name=button).click()
        self.arrives(heading)

    def goes(self, link: str, heading: str) -> None:
        self.page.get_by_role("link", name=link).click()
        self.arrives(heading)

    def opens(self, place: str, heading: str) -> None:
        """Go to one of the desk's places."""
        places = self.page.get_by_role("navigation", name="Places")
        places.get_by_role("link", name=place, exact=True).click()
        self.arrives(heading)

    def scans(self, code: str, heading: str) -> None:
        """As a scanner does: keys, then Enter."""
        field = self.page.get_by_label("Scan or type a code")
        expect(field).to_be_focused()
        self.page.keyboard.type(code)
        self.page.keyboard.press("Enter")
        self.arrives(heading)

    def checks(self, grade: str, button: str, heading: str, *, met: bool = True) -> None:
        """Answer what is asked of a unit, grade it, and save."""
        word = "Yes" if met else "No"
        for question in self.page.locator("fieldset.ask").all():
            question.get_by_role("radio", name=word).check()
        self.page.get_by_role("radio", name=grade).check()
        self.presses(button, heading)
