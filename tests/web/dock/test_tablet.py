"""The dock in a browser: a scanner is a keyboard that types fast, and no code of it may be lost."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from portal.people.roles import Role
from portal.returns.lifecycle import ItemState
from tests.harness.apps import PASSWORD
from tests.harness.browser import Visitor, axe
from tests.harness.sales import BOOTS, SOCKS, inspected, look, received, requested, sell
from tests.harness.shops import Shop, email
from tests.harness.swapping import Swap
from tests.web.dock.working import MUGS, SHIRTS, rma

pytestmark = pytest.mark.browser


def enter(page: Page) -> Page:
    page.goto("/acme/sign-in?next=/acme/dock")
    page.get_by_label("E-mail address").fill(email(Role.WAREHOUSE))
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_label("Scan or type a code")).to_be_focused()
    return page


@pytest.fixture
def dock(visitor: Visitor) -> Page:
    return enter(visitor.page("tablet"))


def shoot(page: Page, code: str) -> None:
    """What a scanner does: the keys in one go, and Enter."""
    page.keyboard.type(f"{code}\n")


def press(page: Page, key: str, group: str) -> None:
    page.get_by_role("group", name=group).get_by_role("radio", name=key).check()


def until(page: Page, true: Callable[[], bool]) -> None:
    """Wait for what the browser asks of the test."""
    for _ in range(500):
        if true():
            return
        page.wait_for_timeout(10)
    pytest.fail("the browser did not ask")


def noted(page: Page) -> str:
    """From now on note what the page says, also for a moment; the expression that gives it."""
    page.evaluate(
        """() => { window.said = []; new MutationObserver(() => {
            for (const e of document.querySelectorAll("#main .note")) window.said.push(e.textContent);
        }).observe(document.body, {childList: true, subtree: true}); }"""
    )
    return "window.said"


def opened(page: Page, rma: str) -> None:
    expect(page).to_have_title(re.compile(rma))


def test_a_parcel_is_scanned_counted_and_checked_by_touch_alone(shop: Shop, dock: Page) -> None:
    id = requested(shop, sell(shop, BOOTS, SOCKS))
    shoot(dock, f"http://127.0.0.1:8000/acme/r/{rma(shop, id)}")
    axe(dock)
    press(dock, "1", "Wanderstiefel")
    press(dock, "1", "Alpaka-Kuschelsocken")
    dock.get_by_role("button", name="Receive units").click()
    expect(dock.get_by_role("heading", name="Wanderstiefel")).to_be_visible()
    expect(dock.locator("#scan")).to_be_focused()
    axe(dock)
    press(dock, "No", "In its box")
    press(dock, "Opened", "Grade")
    expect(dock.get_by_role("heading", name="Restock as open box")).to_be_visible()
    dock.get_by_text("Change", exact=True).click()
    press(dock, "Quarantine", "Where it goes")
    expect(dock.get_by_role("heading", name="Quarantine")).to_be_visible()
    axe(dock)
    dock.get_by_role("button", name="Save, next unit").click()
    expect(dock.get_by_role("heading", name="Alpaka-Kuschelsocken")).to_be_visible()
    press(dock, "A New", "Grade")
    dock.get_by_role("button", name="Save, parcel done").click()
    expect(dock.get_by_role("heading", name="Parcel done")).to_be_visible()
    expect(dock.locator("#scan")).to_be_focused()
    axe(dock)
    assert [i.disposition for i in look(shop, id).items] == ["quarantine", "restock", None]


def test_codes_wait_in_line_while_a_page_loads(shop: Shop, dock: Page) -> None:
    order = sell(shop, MUGS)
    codes = [rma(shop, requested(shop, order, units=[1])) for _ in range(3)]
    asked: list[str] = []
    held: list[Route] = []

    def hold(route: Route) -> None:
        asked.append(route.request.url.rpartition("code=")[2])
        held.append(route)

    dock.route("**/dock?code=*", hold)
    for code in codes:
        shoot(dock, code)
    expect(dock.locator("#scan")).to_have_value("")
    for n in range(3):
        until(dock, lambda: len(held) > n)  # noqa: B023 - called at once
        assert len(held) == n + 1, "the next code is asked for when the one before it is answered"
        held[n].continue_()
    opened(dock, codes[-1])
    assert asked == codes


def test_a_scan_while_a_check_is_saved_does_not_outrun_it(shop: Shop, dock: Page) -> None:
    id = received(shop, sell(shop, SOCKS))
    other = rma(shop, requested(shop, sell(shop, BOOTS, number="2002")))
    shoot(dock, "1001")
    press(dock, "A New", "Grade")
    expect(dock.get_by_role("heading", name="Restock as new")).to_be_visible()
    held: list[Route] = []
    order: list[str] = []
    dock.on("response", lambda answer: order.append("saved") if answer.status == 303 else None)
    dock.on("request", lambda request: order.append("asked") if "code=" in request.url else None)
    dock.route("**/dock/items/*", lambda route: held.append(route), times=1)  # noqa: PLW0108 - not of C
    dock.get_by_role("button", name="Save, next unit").click()
    shoot(dock, other)
    until(dock, lambda: bool(held))
    held[0].continue_()
    opened(dock, other)
    assert order[:2] == ["saved", "asked"]
    assert [i.state for i in look(shop, id).items] == [ItemState.INSPECTED, ItemState.RECEIVED]


@pytest.mark.parametrize("slow", ["**/dock?code=*", "**/dock/items/*"], ids=["scan", "button"])
def test_a_button_pressed_right_after_a_scan_is_answered_and_then_the_scan(
    shop: Shop, dock: Page, slow: str
) -> None:
    """Whichever of the two the network holds up."""
    id = received(shop, sell(shop, SOCKS))
    other = rma(shop, requested(shop, sell(shop, BOOTS, number="2002")))
    shoot(dock, "1001")
    press(dock, "A New", "Grade")
    expect(dock.get_by_role("heading", name="Restock as new")).to_be_visible()
    said, held = noted(dock), hold_one(dock, slow)
    scan_and_press(dock, other)
    until(dock, lambda: bool(held))
    dock.wait_for_timeout(300)  # what is not held up comes first
    held[0].continue_()
    expect(dock.locator("#main")).to_contain_text("Wanderstiefel")
    opened(dock, other)
    assert [i.state for i in look(shop, id).items] == [ItemState.INSPECTED, ItemState.RECEIVED]
    assert any("Checked: 1" in text for text in dock.evaluate(said))


def test_a_button_that_is_refused_right_after_a_scan_keeps_its_page_until_it_is_put_right(
    shop: Shop, dock: Page
) -> None:
    received(shop, sell(shop, SOCKS))
    other = rma(shop, requested(shop, sell(shop, BOOTS, number="2002")))
    shoot(dock, "1001")
    expect(dock.get_by_role("heading", name="Alpaka-Kuschelsocken")).to_be_visible()
    scan_and_press(dock, other)
    expect(dock.get_by_role("alert")).to_contain_text("Choose a grade.")
    press(dock, "A New", "Grade")
    expect(dock.get_by_role("heading", name="Restock as new")).to_be_visible()
    dock.wait_for_timeout(300)
    expect(dock.locator("h1")).to_have_text("Alpaka-Kuschelsocken")
    dock.get_by_role("button", name="Save, next unit").click()
    expect(dock.locator("#main")).to_contain_text("Wanderstiefel")
    opened(dock, other)


def scan_and_press(page: Page, code: str) -> None:
    """A scan, and the next act of the page before anything can have come back."""
    page.evaluate(
        """code => {
            document.getElementById("scan").value = code;
            document.getElementById("scanner").requestSubmit();
            document.querySelector("footer .primary").click();
        }""",
        code,
    )


def hold_one(page: Page, address: str) -> list[Route]:
    """Holds up one request there; it stands in the list once it was sent."""
    held: list[Route] = []
    page.route(address, lambda route: held.append(route), times=1)  # noqa: PLW0108 - not of C
    return held


def test_the_field_listens_wherever_the_focus_is(shop: Shop, dock: Page) -> None:
    received(shop, sell(shop, BOOTS))
    other = rma(shop, requested(shop, sell(shop, SHIRTS, number="2002")))
    shoot(dock, "1001")
    press(dock, "Yes", "In its box")
    shoot(dock, other)
    opened(dock, other)
    dock.locator("input[type=number]").fill("7")
    shoot(dock, "00340434161094837265")
    expect(dock.get_by_text("Nothing here has this code")).to_be_visible()


def test_a_code_in_the_middle_of_a_note_is_taken_out_of_it(shop: Shop, visitor: Visitor, dock: Page) -> None:
    visitor.expected += ["ERR_FAILED", "htmx:"]
    received(shop, sell(shop, BOOTS))
    other = rma(shop, requested(shop, sell(shop, SOCKS, number="2002")))
    shoot(dock, "1001")
    dock.get_by_text("Add a note").click()
    dock.get_by_label("Note").press_sequentially("Wet", delay=80)
    dock.route("**/dock?code=*", lambda route: route.abort())
    dock.wait_for_timeout(200)
    shoot(dock, other)
    expect(dock.get_by_text("The network is gone.")).to_be_visible()
    expect(dock.get_by_label("Note")).to_have_value("Wet")


def test_without_a_network_codes_are_kept_and_sent_in_order(shop: Shop, visitor: Visitor, dock: Page) -> None:
    order = sell(shop, MUGS)
    codes = [rma(shop, requested(shop, order, units=[1])) for _ in range(2)]
    visitor.expected += ["ERR_INTERNET_DISCONNECTED", "htmx:"]
    asked: list[str] = []
    dock.context.set_offline(True)
    shoot(dock, codes[0])
    expect(dock.get_by_text("The network is gone.")).to_be_visible()
    dock.context.set_offline(False)
    dock.on("request", lambda r: asked.append(r.url.rpartition("code=")[2]) if "code=" in r.url else None)
    shoot(dock, codes[1])
    opened(dock, codes[1])
    assert asked == codes


def test_what_fails_is_given_back_to_the_field(shop: Shop, visitor: Visitor, dock: Page) -> None:
    code = rma(shop, requested(shop, sell(shop)))
    visitor.expected += ["status of 500", "Error Code 500"]
    dock.route("**/dock?code=*", lambda route: route.fulfill(status=500, body=""))
    shoot(dock, code)
    expect(dock.get_by_text("Something broke on our side.")).to_be_visible()
    expect(dock.locator("#scan")).to_have_value(code)
    dock.unroute("**/dock?code=*")
    dock.get_by_role("button", name="Try again").click()
    opened(dock, code)


def test_what_is_missing_has_the_focus_and_a_scan_still_works(shop: Shop, dock: Page) -> None:
    requested(shop, sell(shop, BOOTS, SOCKS))
    shoot(dock, "1001")
    dock.get_by_role("button", name="Receive units").click()
    expect(dock.get_by_role("alert")).to_be_focused()
    axe(dock)
    shoot(dock, "nothing at all")
    expect(dock.get_by_text("Nothing here has this code")).to_be_visible()
    expect(dock.locator("#scan")).to_be_focused()
    axe(dock)


def test_keys_are_large_enough_for_gloves(shop: Shop, dock: Page) -> None:
    received(shop, sell(shop, BOOTS, MUGS))
    requested(shop, sell(shop, SHIRTS, SOCKS, number="2002"))
    done = inspected(shop, sell(shop, SOCKS, number="3003"))
    for address in ("/dock?code=1001", "/dock?code=2002", f"/dock/returns/{done}/done", "/dock"):
        dock.goto(f"/acme{address}")
        for key in dock.locator(
            "#main :is(button, .button, summary, input:not(.over, [type=hidden])), #main label, "
            "footer :is(button, a), .queue a, #scanner :is(input, button)"
        ).all():
            box = key.bounding_box() if key.is_visible() else None
            assert not box or box["height"] >= 48, f"{address}: {key.inner_text()} is {box}"


@pytest.mark.parametrize("javascript", [True, False])
def test_it_works_on_a_phone_and_without_script(shop: Shop, visitor: Visitor, javascript: bool) -> None:
    id = requested(shop, sell(shop, BOOTS))
    page = enter(visitor.page("phone", javascript=javascript))
    shoot(page, "1001")
    page.get_by_role("button", name="It is here").click()
    press(page, "Yes", "In its box")
    press(page, "Used", "Grade")
    if not javascript:
        page.get_by_role("button", name="Propose where it goes").click()
    expect(page.get_by_role("heading", name="Refurbish")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth") if javascript else True
    page.get_by_role("button", name="Save, parcel done").click()
    expect(page.get_by_role("heading", name="Parcel done")).to_be_visible()
    page.get_by_role("link", name="Correct…").click()
    press(page, "Pressed the wrong key", "What was wrong?")
    page.get_by_role("button", name="Take the check back").click()
    expect(page.get_by_text("Taken back: 1.")).to_be_visible()
    assert look(shop, id).items[0].state is ItemState.RECEIVED


def test_a_label_is_scanned_into_its_field_and_what_leads_elsewhere_is_followed(
    shop: Shop, dock: Page
) -> None:
    swap = Swap(shop)
    return_ = swap.ready(swap.stock("HAT", 3000, 2))
    number, other = swap.exchange(return_).number, rma(shop, requested(shop, sell(shop, MUGS)))
    shoot(dock, number)
    field = dock.get_by_label("Tracking number")
    expect(dock.get_by_role("heading", name="Pack this")).to_be_visible()
    expect(field).to_be_focused()
    axe(dock)
    shoot(dock, other)
    opened(dock, other)
    shoot(dock, number)
    expect(field).to_be_focused()
    dock.locator("h1").click()
    shoot(dock, "JJD000390007111")
    expect(field).to_have_value("JJD000390007111")
    dock.get_by_role("button", name="Mark as sent").click()
    expect(dock.get_by_text("Sent, and posted to the books")).to_be_visible()
    axe(dock)
    assert swap.exchange(return_).tracking == "JJD000390007111"
