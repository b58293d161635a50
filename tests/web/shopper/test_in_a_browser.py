"""The wizard in a real browser: smooth with script, whole without, and usable by everybody."""

import pytest
from playwright.sync_api import Page, expect

from tests.harness.browser import Visitor, axe
from tests.harness.sales import BOOTS, Sold, look, sell
from tests.harness.shops import Shop
from tests.web.shopper.test_wizard import LAMP, returns
from tests.web.shopper.walking import EMAIL

pytestmark = pytest.mark.browser


def step(page: Page, button: str, title: str) -> None:
    page.get_by_role("button", name=button).click()
    expect(page.locator("h1")).to_contain_text(title)


def find(page: Page) -> None:
    page.goto("/acme/")
    page.get_by_label("Order number").fill("1001")
    page.get_by_label("E-mail address or postcode").fill(EMAIL)
    step(page, "Find my order", "What would you like to send back?")


def pick(page: Page, *titles: str) -> None:
    for title in titles:
        page.locator("label.name", has_text=title).click()


def reason(page: Page, word: str) -> None:
    for section in page.locator("main section.sheet").all():
        section.get_by_text(word).click()


def walk(page: Page) -> None:
    find(page)
    pick(page, "Wanderstiefel")
    step(page, "Continue", "Why is it going back?")
    reason(page, "Too small")
    step(page, "Continue", "What would you like for your item?")
    page.locator(".offer label", has_text="Money back").click()
    step(page, "Continue", "Is everything right?")
    step(page, "Request return", "Ready to send")


@pytest.mark.parametrize("javascript", [True, False])
def test_a_phone_comes_from_the_search_to_the_label(shop: Shop, visitor: Visitor, javascript: bool) -> None:
    sell(shop, BOOTS)
    page = visitor.page("phone", javascript=javascript)
    walk(page)
    (return_,) = returns(shop)
    expect(page.locator(".slip .code")).to_have_text(return_.rma)
    assert page.url.endswith(f"/orders/{return_.order_id}/returns/{return_.id}")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download label").evaluate("a => a.setAttribute('download', '')")
        page.get_by_role("link", name="Download label").click()
    assert download.value.suggested_filename == f"{return_.rma}-label.pdf"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_is_accessible(shop: Shop, visitor: Visitor, scheme: str) -> None:
    sell(shop, BOOTS, Sold(3402, 2), LAMP, Sold(3000, 1, title="Graviert", tags=("personalised",)))
    page = visitor.page("phone", color_scheme=scheme)
    page.goto("/acme/")
    axe(page)
    page.get_by_role("button", name="Find my order").click()
    expect(page.get_by_role("alert")).to_be_focused()
    axe(page)
    find(page)
    axe(page)
    pick(page, "Wanderstiefel", "Alpaka", "Schreibtisch")
    step(page, "Continue", "Why")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("alert")).to_be_focused()
    axe(page)
    reason(page, "Changed my mind")
    step(page, "Continue", "What would you like for")
    axe(page)
    page.locator(".offer label").first.click()
    step(page, "Continue", "Is everything right?")
    axe(page)
    step(page, "Request return", "Ready to send")
    axe(page)
    page.get_by_role("link", name="Follow this return").click()
    expect(page.locator("h1")).to_have_text("Approved")
    axe(page)
    page.get_by_role("link", name="Return policy").click()
    expect(page.locator("h1")).to_have_text("Return policy")
    axe(page)  # its facts for machines are no script: the page's own policy blocks nothing


def test_the_focus_follows_and_back_loses_nothing(shop: Shop, phone: Page) -> None:
    sell(shop, BOOTS, Sold(5670, 3))
    find(phone)
    expect(phone.locator("h1")).to_be_focused()
    pick(phone, "Alpaka")
    phone.get_by_label("How many?").select_option("2")
    expect(phone.locator("#sum")).to_contain_text("2 items, €37.80")
    step(phone, "Continue", "Why")
    expect(phone.locator("h1")).to_be_focused()
    assert phone.title().startswith("Reasons")
    reason(phone, "Too large")
    step(phone, "Continue", "What would you like for your 2 items?")
    phone.go_back()
    expect(phone.locator("h1")).to_contain_text("Why")
    expect(phone.get_by_label("Too large")).to_be_checked()
    phone.get_by_role("link", name="Back").click()
    expect(phone.locator("h1")).to_contain_text("What would you like to send back?")
    expect(phone.get_by_label("Alpaka-Kuschelsocken", exact=True)).to_be_checked()
    expect(phone.get_by_label("How many?")).to_have_value("2")


def test_the_keyboard_alone_is_enough(shop: Shop, desktop: Page) -> None:
    sell(shop, BOOTS)
    desktop.goto("/acme/find")
    desktop.get_by_label("Order number").focus()
    desktop.keyboard.type("1001")
    desktop.keyboard.press("Tab")
    desktop.keyboard.type(EMAIL)
    desktop.keyboard.press("Enter")
    expect(desktop.locator("h1")).to_be_focused()
    desktop.keyboard.press("Tab")
    desktop.keyboard.press("Space")
    expect(desktop.locator("#sum")).to_contain_text("1 item")
    desktop.keyboard.press("Enter")
    expect(desktop.locator("h1")).to_contain_text("Why")


def test_a_double_click_on_the_last_button_is_one_return(shop: Shop, phone: Page) -> None:
    order = sell(shop, BOOTS)
    find(phone)
    pick(phone, "Wanderstiefel")
    step(phone, "Continue", "Why")
    reason(phone, "Too small")
    step(phone, "Continue", "What would you like for")
    phone.locator(".offer label").first.click()
    step(phone, "Continue", "Is everything right?")
    phone.get_by_role("button", name="Request return").dblclick()
    expect(phone.locator("h1")).to_have_text("Ready to send")
    (return_,) = returns(shop)
    assert return_.order_id == order and len(look(shop, return_.id).items) == 1


def test_a_lost_network_says_so_and_can_be_tried_again(shop: Shop, visitor: Visitor) -> None:
    sell(shop, BOOTS)
    visitor.expected += ["net::ERR_INTERNET_DISCONNECTED", "htmx:sendError", "htmx:afterRequest"]
    page = visitor.page("phone")
    find(page)
    pick(page, "Wanderstiefel")
    expect(page.locator("#sum")).to_contain_text("1 item")
    page.context.set_offline(True)
    page.get_by_role("button", name="Continue").click()
    expect(page.locator("#live")).to_contain_text("The network is gone")
    expect(page.get_by_role("button", name="Try again")).to_be_focused()
    expect(page.get_by_role("button", name="Continue")).to_be_visible()
    page.context.set_offline(False)
    page.get_by_role("button", name="Try again").click()
    expect(page.locator("h1")).to_contain_text("Why")


def test_a_broken_server_says_so_and_keeps_the_page(shop: Shop, visitor: Visitor) -> None:
    sell(shop, BOOTS)
    visitor.expected += ["status of 500", "Error Code 500"]
    page = visitor.page("phone")
    find(page)
    pick(page, "Wanderstiefel")
    page.route("**/items", lambda route: route.fulfill(status=500, body="broken"))
    page.get_by_role("button", name="Continue").click()
    expect(page.locator("#live")).to_contain_text("Something broke on our side")
    expect(page.get_by_label("Wanderstiefel", exact=True)).to_be_checked()


@pytest.mark.parametrize("width", [320, 390, 820, 1440])
def test_nothing_runs_off_the_side(shop: Shop, visitor: Visitor, width: int) -> None:
    sell(shop, Sold(17010, 1, title="Donaudampfschifffahrtsgesellschaftskapitänsmützenband" * 2), LAMP)
    page = visitor.page("phone")
    page.set_viewport_size({"width": width, "height": 800})

    def fits() -> None:
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, (page.url, wide)

    page.goto("/acme/policy")
    fits()
    find(page)
    fits()
    pick(page, "Donau", "Schreibtisch")
    for button, title in (("Continue", "Why"), ("Continue", "What would"), ("Continue", "Is every")):
        if title == "What would":
            reason(page, "Too small")
        if title == "Is every":
            page.locator(".offer label").first.click()
        step(page, button, title)
        fits()
    step(page, "Request return", "Ready")
    fits()
    page.get_by_role("link", name="Follow this return").click()
    expect(page.locator("h1")).to_have_text("Approved")
    fits()
