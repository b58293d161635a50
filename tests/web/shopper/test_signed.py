"""A link that the shop signs itself opens one order until it ends; anything else leads to the search."""

import re
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from playwright.sync_api import expect

from portal import clock
from portal.audit import Event, timeline
from portal.orders.signing import LONGEST, renew, secret_of, signature
from portal.people.roles import Role
from portal.tenants import locked_shop, this_shop
from portal.web.ritual import Portal
from tests.harness.apps import counted
from tests.harness.browser import Visitor
from tests.harness.client import ShopClient
from tests.harness.pages import read
from tests.harness.sales import sell
from tests.harness.shops import Shop
from tests.stories.sights import sound
from tests.stories.working import Member
from tests.web.shopper.test_finding import bare
from tests.web.shopper.walking import heading, on

DOCS = Path(__file__).parents[3] / "docs" / "links.md"
OVER = "This link does not work, or no longer"


def secret(shop: Shop) -> str:
    with shop.transaction(reading=True):
        return secret_of(this_shop())


def link(shop: Shop, number: str = "#1001", days: float = 30, key: str = "") -> str:
    expires = int((clock.now() + timedelta(days=days)).timestamp())
    signed = signature(key or secret(shop), number, expires)
    return f"/o/{quote(number, safe='')}?expires={expires}&signature={signed}"


def refused(app: Portal, address: str) -> str:
    for method in ("GET", "POST"):
        client = ShopClient(app)
        token = read(client.get("/find").text).one("input", name="csrf_token")["value"]
        answer = client.open(address, method=method, headers={"X-CSRFToken": token})
        assert (answer.status_code, answer.location) == (303, "/acme/find"), address
        page = client.get(answer.location)
        assert OVER in page.text
    return bare(page.text)


@pytest.mark.parametrize("number", ["#1001", "1001", "2026/11-7"])
@pytest.mark.parametrize("htmx", [False, True])
def test_the_button_of_a_signed_link_opens_that_order(
    shop: Shop, client: ShopClient, number: str, htmx: bool
) -> None:
    order = sell(shop, number=number.lstrip("#"))
    other = sell(shop, number="2002")
    page = client.get(link(shop, number), htmx=htmx)
    assert page.headers["Referrer-Policy"] == "no-referrer"
    answer = client.send(page, htmx=htmx)
    assert answer.location == f"/acme/orders/{order}/items"
    assert heading(on(client, answer, htmx=htmx)) == "What would you like to send back?"
    assert client.get(f"/orders/{other}/items").location == "/acme/find"


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_looking_at_it_changes_nothing(shop: Shop, client: ShopClient, method: str) -> None:
    order = sell(shop)
    with counted(client.application) as statements:
        answer = client.open(link(shop), method=method)
    assert not [s for s in statements if s.split()[0] in ("INSERT", "UPDATE", "DELETE")]
    assert "Annelie" not in answer.text
    assert client.get(f"/orders/{order}/items").location == "/acme/find"


def test_whatever_is_not_signed_just_so_leads_to_one_page(shop: Shop, other_shop: Shop, app: Portal) -> None:
    """Forged, without a part, changed in a part, over, too long ahead, another shop's."""
    for number in ("1001", "1002"):
        sell(shop, number=number)
    good = link(shop)
    expires = re.findall(r"expires=([0-9]+)", good)[0]
    bad = [
        link(shop, key="guessed"), link(other_shop), link(shop, days=-0.01),
        link(shop, days=LONGEST.days + 1),
        good.replace("1001", "1002"), good.replace(expires, str(int(expires) + 60)),
        good[:-1], good + "0", good.replace(expires, "x"), good.replace(expires, "٣"), "/o/1001",
        f"/o/1001?expires={expires}", good.partition("&")[0], good.replace("signature=", "signature=%FF"),
        good.replace("expires=", "expires=-"), good.replace("expires=", "expires=" + "9" * 5000),
    ]  # fmt: skip
    assert len({refused(app, address) for address in bad}) == 1
    assert ShopClient(app).get(good).status_code == 200


@pytest.mark.sqlite
def test_an_order_that_is_not_here_yet_leads_there_too(shop: Shop, client: ShopClient) -> None:
    answer = client.send(client.get(link(shop, "9009")))
    assert answer.location == "/acme/find" and OVER in client.get("/find").text


@pytest.mark.browser
@pytest.mark.parametrize("javascript", [True, False])
def test_a_phone_goes_from_the_shops_page_to_the_items(
    shop: Shop, visitor: Visitor, javascript: bool
) -> None:
    sell(shop)
    page = visitor.page("phone", javascript=javascript)
    page.goto("/acme" + link(shop))
    expect(page.locator("h1")).to_have_text("Send something back")
    if javascript:
        sound(page)
    page.get_by_role("button", name="Return something").click()
    expect(page.locator("h1")).to_have_text("What would you like to send back?")


@pytest.mark.browser
def test_the_owner_sees_the_secret_and_makes_another(shop: Shop, visitor: Visitor) -> None:
    owner = Member(visitor.page("desktop"), Role.OWNER)
    owner.signs_in("/desk/settings/order-links", "Links from our own pages and mails")
    old = secret(shop)
    expect(owner.page.locator("main")).to_contain_text(old)
    sound(owner.page)
    owner.page.get_by_role("button", name="Make a new secret").click()
    expect(owner.page.locator("main")).not_to_contain_text(old)
    expect(owner.page.locator("main")).to_contain_text(secret(shop))
    with shop.transaction(reading=True):
        (event,) = [row for row in timeline(this_shop()) if "order_links" in str(row.data)]
        assert event.event == Event.SHOP_CHANGED and old not in str(event.data)


def test_it_ends(shop: Shop, client: ShopClient, at: Callable[..., None]) -> None:
    sell(shop)
    page = client.get(address := link(shop, days=1))
    at(clock.now() + timedelta(days=1, seconds=1))
    assert client.send(page).location == "/acme/find"
    assert client.get(address).location == "/acme/find"


def test_a_new_secret_ends_the_links_that_are_out(shop: Shop, client: ShopClient) -> None:
    sell(shop)
    before, old = link(shop), secret(shop)
    with shop.transaction():
        renew(locked_shop(), shop.actor())
    assert secret(shop) != old
    assert client.get(before).location == "/acme/find"
    assert client.get(link(shop)).status_code == 200


@pytest.mark.sqlite
@pytest.mark.parametrize(("language", "command"), [("python", [sys.executable, "-"]), ("sh", ["sh", "-s"])])
def test_the_documented_programs_make_links_that_open(
    shop: Shop, client: ShopClient, language: str, command: list[str]
) -> None:
    order = sell(shop)
    (program,) = re.findall(rf"```{language}\n(.*?)```", DOCS.read_text("utf-8"), re.S)
    given = ["http://shop.example/acme", secret(shop), "1001"]
    made = subprocess.run([*command, *given], input=program, capture_output=True, text=True, check=True)
    parts = urlsplit(made.stdout.strip())
    page = client.get(f"{parts.path}?{parts.query}")
    assert client.send(page).location == f"/acme/orders/{order}/items"
