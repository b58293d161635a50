"""A shopper reads German from the first page of the order to the mail, and pages run from right to left."""

from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from portal.notices.models import SentMail
from portal.people.roles import Role
from tests.harness.browser import Device, Visitor
from tests.harness.shops import Shop
from tests.stories.given import BOOTS, EMAIL, MUG, NUMBER, SOCKS, imported, order
from tests.stories.shopping import Shopper
from tests.stories.sights import sound
from tests.stories.working import Member

pytestmark = pytest.mark.browser
TURNED = "[...document.querySelectorAll('.turns')].map(e => getComputedStyle(e).transform)"


def test_an_order_in_german_is_returned_in_german(
    shop: Shop, visitor: Visitor, worker: Callable[[], int], tmp_path: Path
) -> None:
    imported(shop, tmp_path, order(SOCKS, BOOTS, MUG) | {"language": "de"})
    shopper = Shopper(visitor.page("phone"))
    page = shopper.page
    shopper.comes()
    shopper.types()
    shopper.presses("Find my order", "Was möchten Sie zurückschicken?")
    expect(page.locator("html")).to_have_attribute("lang", "de")
    page.locator("label.name", has_text="Hiking boots").click()
    shopper.presses("Weiter", "Warum geht es zurück?")
    sound(page)
    page.get_by_text("Zu groß").click()
    shopper.presses("Weiter", "Was möchten Sie für Ihren Artikel?")
    page.locator(".offer label", has_text="Geld zurück").click()
    shopper.presses("Weiter", "Stimmt alles?")
    expect(page.locator("main")).to_contain_text("125,00\N{NO-BREAK SPACE}€")
    shopper.presses("Rücksendung anmelden", "Bereit zum Abschicken")
    sound(page)
    worker()
    with shop.transaction(reading=True) as session:
        mail = session.scalars(sa.select(SentMail).where(SentMail.recipient.contains(EMAIL))).one()
        assert mail.subject.startswith("Ihre Rücksendung RMA-") and "ist freigegeben" in mail.subject
        assert "Guten Tag Annelie" in mail.text and "Geben Sie es bis" in mail.text
    page.get_by_role("link", name="Rücksendung verfolgen").click()
    shopper.arrives("Genehmigt")
    page.get_by_role("link", name="English").click()
    shopper.arrives("Approved")


def _reads_from_the_right(page: Page) -> None:
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    assert set(page.evaluate(TURNED)) <= {"matrix(-1, 0, 0, 1, 0, 0)"}
    sound(page)


@pytest.mark.parametrize("device", ["phone", "desktop"])
def test_pages_in_hebrew_run_from_right_to_left(
    shop: Shop, visitor: Visitor, tmp_path: Path, device: Device
) -> None:
    imported(shop, tmp_path, order(SOCKS, BOOTS, MUG))
    page = visitor.page(device, locale="he-IL")
    page.goto("/acme/find")
    _reads_from_the_right(page)
    page.locator("#number").fill(NUMBER)
    page.locator("#proof").fill(EMAIL)
    for heading in ("מה תרצו", "למה זה חוזר", "מה תרצו עבור", "האם הכול נכון", "מוכן לשליחה"):
        page.locator("#main button.primary").click()
        expect(page.locator("h1")).to_contain_text(heading)
        _reads_from_the_right(page)
        if page.url.endswith("/items"):
            page.locator("label.name").first.click()
        if page.url.endswith(("/reasons", "/resolution")):
            page.locator("#main input[type=radio]").first.check(force=True)
    number, code = page.locator(".slip .big.code"), page.locator(".slip .code").first
    assert number.inner_text().startswith("RMA-") and code.is_visible()
    staff = Member(visitor.page(device, locale="he-IL"), Role.OWNER)
    staff.page.goto("/acme/sign-in")
    _reads_from_the_right(staff.page)
