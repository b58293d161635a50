"""The desk in a real browser: keys, without script, at every width, for everybody."""

import uuid
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from portal.db import locked
from portal.people.roles import Role
from portal.policies import Resolution
from portal.returns import Return
from portal.returns.deciding import authorize
from tests.harness.apps import PASSWORD
from tests.harness.browser import Device, Visitor, axe
from tests.harness.sales import (
    BOOTS,
    SOCKS,
    Sold,
    approve_ready,
    approved,
    check,
    inspected,
    look,
    received,
    requested,
    sell,
    take_in,
)
from tests.harness.shops import Shop, email
from tests.harness.swapping import Swap
from tests.web.desk.working import bury

pytestmark = pytest.mark.browser
LONG = "Tjorven af Wetterstedt-Grönqvist"
MONEY = (  # lists, and how many figures each row has
    ("?view=all", 1),
    ("/orders", 3),
    ("/credits", 1),
    ("/gift-cards", 1),
    ("/transfers", 1),
    ("/stopped", 1),
    ("/books/credit-notes", 4),
    ("/stock/catalogue", 2),
)


def sign_in(page: Page, role: Role = Role.OWNER) -> Page:
    page.goto("/acme/sign-in")
    page.get_by_label("E-mail address").fill(email(role))
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("h1")).to_have_text("Open")
    page.wait_for_load_state()  # before that no script listens to keys
    return page


def rma(shop: Shop, id: uuid.UUID) -> str:
    return look(shop, id).return_.rma


def three(shop: Shop) -> list[uuid.UUID]:
    """Returns, the newest first."""
    return [requested(shop, sell(shop, number=str(n)), reason="other") for n in range(3)][::-1]


def test_single_keys_move_select_open_and_authorize(shop: Shop, desktop: Page) -> None:
    newest, second, oldest = three(shop)
    page = sign_in(desktop)
    for key, id in (("j", newest), ("j", second), ("j", oldest), ("j", oldest), ("k", second)):
        page.keyboard.press(key)
        expect(page.get_by_role("link", name=rma(shop, id))).to_be_focused()
    page.keyboard.press("x")
    expect(page.get_by_role("checkbox", name=f"Select {rma(shop, second)}")).to_be_checked()
    expect(page.get_by_role("button", name="Export as CSV")).to_be_visible()
    page.get_by_role("link", name=rma(shop, second)).focus()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text(rma(shop, second))
    page.keyboard.press("f")
    expect(page.locator("#main .note").first).to_contain_text("Authorized.")
    assert look(shop, second).return_.state == "authorized"


def test_d_asks_what_is_declined_and_n_goes_to_the_note(shop: Shop, desktop: Page) -> None:
    newest, *_ = three(shop)
    page = sign_in(desktop)
    page.goto(f"/acme/desk/returns/{newest}")
    page.keyboard.press("n")
    expect(page.get_by_label("Internal note")).to_be_focused()
    page.keyboard.type("d and f are letters here")
    expect(page.get_by_label("Internal note")).to_have_value("d and f are letters here")
    page.locator("h1").focus()
    page.keyboard.press("d")
    expect(page.locator("h1")).to_have_text("What is declined?")
    assert page.url.endswith("/deny")


def test_keys_can_be_switched_off_and_stay_so(shop: Shop, desktop: Page) -> None:
    newest, *_ = three(shop)
    page = sign_in(desktop)
    page.keyboard.press("?")
    expect(page.locator("h1")).to_have_text("Keyboard")
    page.get_by_role("button", name="Turn shortcuts off").click()
    page.goto(f"/acme/desk/returns/{newest}")
    expect(page.locator("[data-keys]").first).to_be_hidden()
    page.keyboard.press("f")
    page.keyboard.press("d")
    expect(page.locator("h1")).to_contain_text(rma(shop, newest))
    assert look(shop, newest).return_.state == "requested"
    page.goto("/acme/desk/keys")
    page.get_by_role("button", name="Turn shortcuts on").click()
    expect(page.get_by_role("button", name="Turn shortcuts off")).to_be_visible()


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "plain"])
def test_a_return_goes_from_its_request_to_its_refund(shop: Shop, visitor: Visitor, javascript: bool) -> None:
    (id, *_), ready = three(shop), inspected(shop, sell(shop, number="9"))
    page = sign_in(visitor.page("desktop", javascript=javascript), Role.AGENT)
    page.get_by_role("link", name="Requested 3").click()
    page.get_by_role("link", name=rma(shop, id)).click()
    page.get_by_role("link", name="Deny…").click()
    page.get_by_label("Decline").fill("1")
    page.get_by_role("button", name="Decline and tell the shopper").click()
    expect(page.locator("#reason-error")).to_contain_text("Give the shopper a reason.")
    expect(page.get_by_label("Decline")).to_have_value("1")
    page.get_by_label("Reason for the shopper").fill("One is worn.")
    page.get_by_role("button", name="Decline and tell the shopper").click()
    expect(page.locator("#main .note").first).to_contain_text("Authorized in part.")
    expect(page.locator("#rail")).to_contain_text("Requested 2")
    page.get_by_role("link", name="Refund to approve 1").click()
    page.get_by_role("link", name=rma(shop, ready)).click()
    page.get_by_role("button", name="Approve refund").click()
    expect(page.locator("#main .note").first).to_contain_text("€29.12 approved.")
    expect(page.locator("#rail")).to_contain_text("Refund to approve 0")
    assert page.url.endswith(f"/desk/returns/{ready}?view=to_pay")


def test_the_later_of_two_tabs_keeps_its_words_and_sees_what_is_so(shop: Shop, visitor: Visitor) -> None:
    id, *_ = three(shop)
    first = sign_in(visitor.page("desktop"))
    second, third = first.context.new_page(), first.context.new_page()
    for tab, end in ((first, ""), (second, ""), (third, "/deny")):
        tab.goto(f"/acme/desk/returns/{id}{end}")
    first.get_by_role("button", name="Authorize").click()
    expect(first.locator("#main .note").first).to_contain_text("Authorized.")
    second.get_by_label("Internal note").fill("Called twice.")
    second.get_by_role("button", name="Keep note").click()
    expect(second.locator("blockquote")).to_contain_text("Called twice.")
    third.get_by_label("Reason for the shopper").fill("Worn.")
    third.get_by_role("button", name="Decline and tell the shopper").click()
    expect(third.locator("#main [role=alert]")).to_contain_text("This was changed in the meantime.")
    expect(third.locator("#main [role=alert]")).to_be_focused()
    expect(third.locator("h1")).to_contain_text(rma(shop, id))


@pytest.mark.parametrize(("device", "scheme"), [("phone", "dark"), ("tablet", "light"), ("desktop", "dark")])
def test_every_page_is_legible_for_everybody(
    shop: Shop, visitor: Visitor, device: Device, scheme: str
) -> None:
    waiting = requested(shop, sell(shop, BOOTS, SOCKS, number="1"), reason="other")
    ready = inspected(shop, sell(shop, number="2"))
    received(shop, sell(shop, number="3"))
    paid = approved(shop, sell(shop, number="4"))
    page = sign_in(visitor.page(device, color_scheme=scheme))
    paths = ["", "?q=nobody", "?view=failed", "/keys", f"/returns/{paid}", f"/returns/{paid}/story"]
    paths += [f"/returns/{waiting}{end}" for end in ("", "/deny", "/cancel")]
    paths += [f"/returns/{ready}{end}" for end in ("", "/correction")]
    for path in paths:
        page.goto(f"/acme/desk{path}")
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, path


LONG = "Wanderjacke Nordlicht mit abnehmbarer Kapuze, " * 4
WORD = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 2
PLACES = (
    "/books", "/books/balances", "/books/exports", "/stock", "/stock/movements", "/stock/without-cost",
    "/credits", "/policy", "/branding", "/settings", "/settings/labels", "/mail", "/bank", "/bank/payments",
    "/bank/journal", "/stuck", "/people", "/people/invite", "/trail", "/books/days",
    "/account",
)  # fmt: skip


def arrived(shop: Shop, order: uuid.UUID, **wishes: Any) -> uuid.UUID:
    """A return so dear that somebody authorized it, checked and ready."""
    id = requested(shop, order, reason="other", **wishes)
    with shop.transaction():
        authorize(locked(Return, id), shop.actor())
    take_in(shop, id)
    check(shop, id)
    return id


@pytest.mark.parametrize(("device", "scheme"), [("phone", "light"), ("tablet", "dark")])
def test_no_name_and_no_amount_is_too_long_for_a_page(
    shop: Shop, visitor: Visitor, device: Device, scheme: str
) -> None:
    things = [Sold(123456789, 1, "SKU-" + "X" * 60, LONG), Sold(100, 3, "S", WORD)]
    waiting = requested(shop, sell(shop, *things, number="1", name=LONG.title()[:190]), reason="other")
    ready = arrived(shop, sell(shop, *things, number="2", email=f"{WORD.lower()[:60]}@{'x' * 60}.example"))
    for currency in ("JPY", "KWD"):
        approve_ready(shop, arrived(shop, sell(shop, *things, number=currency, currency=currency, name=WORD)))
    credit = arrived(shop, sell(shop, *things, number="5"), resolution=Resolution.STORE_CREDIT)
    approve_ready(shop, credit)
    bury(shop, "a.kind.of.work.that.nobody.has.a.word.for", "AnErrorWithAVeryLongNameThatNobodyExpected: x")
    page = sign_in(visitor.page(device, color_scheme=scheme))
    returns = [f"/returns/{waiting}{end}" for end in ("?view=all", "/deny")]
    returns += [f"/returns/{ready}{end}" for end in ("", "/correction")]
    for path in (*PLACES, *returns, f"/authorize?return={waiting}&return={ready}"):
        answer = page.goto(f"/acme/desk{path}")
        assert answer and answer.status == 200, path
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, path


@pytest.mark.parametrize("device", ["phone", "tablet"])
def test_the_trail_is_for_everybody_at_every_width(shop: Shop, visitor: Visitor, device: Device) -> None:
    approved(shop, sell(shop))
    page = sign_in(visitor.page(device))
    page.goto("/acme/desk/trail")
    page.get_by_label("What", exact=True).select_option(label="Refund approved")
    page.get_by_role("button", name="Filter").click()
    expect(page.locator("tbody tr").first).to_contain_text("Refund approved")
    axe(page)


def test_on_a_phone_the_amount_of_each_row_stays_in_sight(shop: Shop, phone: Page) -> None:
    trade = Swap(shop)
    trade.stock("HAT", 3_000, 4)
    for resolution in (Resolution.GIFT_CARD, Resolution.STORE_CREDIT):
        trade.go_whole_way(trade.order(Sold(20_000), name=LONG), {1: 1}, resolution=resolution)
    by_hand, closed = (trade.order(Sold(20_000), name=LONG) for _ in range(2))
    trade.pay_by(by_hand, "manual")
    trade.close_payments(closed)
    for order in (by_hand, closed):
        trade.go_whole_way(order, {1: 1})
    trade.work()
    page = sign_in(phone)
    for address, figures in MONEY:
        page.goto(f"/acme/desk{address}")
        cells = page.locator("table.board tbody tr").first.locator(".number")
        expect(cells).to_have_count(figures)
        for box in (cell.bounding_box() for cell in cells.all()):
            assert box and box["x"] > 16 and box["x"] + box["width"] <= 390 - 16, (address, box)
        room = page.locator(".scroll").first.evaluate("sheet => sheet.clientWidth - sheet.scrollWidth")
        assert room == 0, address
    page.goto("/acme/desk/books")
    room = page.locator(".scroll").first.evaluate("sheet => sheet.clientWidth - sheet.scrollWidth")
    assert room == 0, "the journal"
