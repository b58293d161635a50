"""The owner invites a colleague, who finds the mail, chooses a password and works with their role."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from portal.jobs.worker import step
from portal.people.roles import Role
from tests.harness.browser import Visitor
from tests.harness.shops import Shop
from tests.stories.shopping import nothing
from tests.stories.sights import Eyes
from tests.stories.working import Member

pytestmark = pytest.mark.browser
NEW = "a tree beside the harbour"


def chooses(page: Page, password: str, again: str) -> None:
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_label("Password, once more").fill(again)
    page.get_by_role("button", name="Set password").click()


@pytest.mark.parametrize("javascript", [True, False])
def test_an_invited_colleague_comes_in_by_the_mail_and_works_with_their_role(
    shop: Shop, visitor: Visitor, javascript: bool
) -> None:
    looks = Eyes() if javascript else nothing
    owner = Member(visitor.page("desktop", javascript=javascript), Role.OWNER, at_each=looks)
    owner.signs_in("/desk/people", "People")
    owner.goes("Invite somebody", "Invite somebody")
    owner.presses("Send invitation", "Invite somebody")
    expect(owner.page.get_by_role("alert")).to_contain_text("3 things are still missing")
    owner.page.get_by_label("Name").fill("Iris Falk")
    owner.page.get_by_label("E-mail address").fill("iris@acme.example")
    owner.page.get_by_label("Warehouse").check()
    owner.presses("Send invitation", "People")
    expect(owner.page.get_by_role("row", name="Iris Falk")).to_contain_text("Invited")
    owner.goes("Iris Falk", "Iris Falk")

    while step(shop.app):
        pass
    owner.page.goto("/acme/desk/mail")
    owner.goes("Your invitation to", "Your invitation to")
    expect(owner.page.locator("article")).to_contain_text("Your role there: Warehouse.")
    link = owner.page.locator("article").get_by_role("link").first.get_attribute("href") or ""

    iris = Member(visitor.page("tablet", javascript=javascript), Role.WAREHOUSE, at_each=looks)
    iris.page.goto(urlsplit(link).path)
    iris.arrives("Choose your password")
    chooses(iris.page, NEW, NEW + "!")
    expect(iris.page.get_by_role("alert")).to_contain_text("The two are not the same.")
    chooses(iris.page, NEW, NEW)
    expect(iris.page.get_by_label("Scan or type a code")).to_be_visible()
    assert urlsplit(iris.page.url).path == "/acme/dock"

    owner.page.goto("/acme/desk/people")
    expect(owner.page.get_by_role("row", name="Iris Falk")).to_contain_text("Active")
    owner.goes("Iris Falk", "Iris Falk")
    owner.presses("Disable Iris Falk", "Iris Falk")
    expect(owner.page.locator("#main .note").first).to_contain_text("Signed out everywhere")
    iris.page.goto("/acme/dock")
    iris.arrives("Sign in")
