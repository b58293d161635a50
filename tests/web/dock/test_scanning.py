"""One field for every code: what leads to a return, and what is said of what does not."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from portal import clock
from portal.audit import Actor
from portal.db import locked
from portal.people.roles import Role
from portal.returns.deciding import cancel, deny
from portal.returns.models import Return
from portal.returns.parcels import mark_sent
from portal.views.scanning import tracking_keys
from portal.web.ritual import Portal
from tests.harness.client import ShopClient
from tests.harness.pages import read
from tests.harness.sales import BOOTS, SOCKS, Sold, inspected, received, requested, sell
from tests.harness.shops import Shop
from tests.web.desk.working import sign_in as at_desk
from tests.web.dock.working import MUGS, check, follow, heading, main, note, rma, scan

COUNTING = "How many are in the parcel?"
WRITINGS: list[Callable[[str], str]] = [
    lambda rma: rma,
    lambda rma: rma.lower().removeprefix("rma-"),
    lambda rma: f" {rma.replace('-', ' ')}\r",
    lambda rma: rma.replace("0", "O"),
    lambda rma: f"]Q3{rma}",
    lambda rma: f"http://127.0.0.1:8000/acme/r/{rma}",
    lambda rma: f"HTTP://127.0.0.1:8000/ACME/R/{rma.removeprefix('RMA-')}",
    lambda rma: f"http://localhost/acme/r/{rma}/",
]


@pytest.mark.sqlite
@pytest.mark.parametrize("write", WRITINGS)
def test_an_rma_number_leads_to_its_return_however_it_is_written(
    shop: Shop, clerk: ShopClient, write: Callable[[str], str]
) -> None:
    id = requested(shop, sell(shop))
    page = scan(clerk, write(rma(shop, id)))
    assert page.request.path == f"/acme/dock/returns/{id}" and heading(page) == COUNTING


@pytest.mark.parametrize("code", ["1001", "#1001 ", "00340434161094837265", "(00) 340434161094837265"])
def test_an_order_number_and_a_tracking_number_lead_there_too(
    shop: Shop, clerk: ShopClient, code: str
) -> None:
    id = requested(shop, sell(shop))
    with shop.transaction():
        mark_sent(locked(Return, id), "0034 0434 1610 9483 7265", Actor("system"))
    for htmx in (False, True):
        assert scan(clerk, code, htmx=htmx).request.path == f"/acme/dock/returns/{id}"


@pytest.mark.parametrize(
    ("code", "printed"),
    [
        ("420941049400111899223197428490", "9400111899223197428490"),
        ("4209410412349400111899223197428490", "9400111899223197428490"),
        ("9632001960000000000400152152152158", "152152152158"),
        ("340434161094837265", "00340434161094837265"),
        ("1Z 999 AA1 01 2345 6784", "1Z999AA10123456784"),
    ],
)
def test_a_carriers_barcode_holds_the_number_that_is_printed(code: str, printed: str) -> None:
    assert printed in set(tracking_keys(code))


def test_short_codes_are_no_tracking_numbers() -> None:
    assert set(tracking_keys("1001")) == set()


def test_several_returns_of_one_order_are_offered(shop: Shop, clerk: ShopClient) -> None:
    order = sell(shop, MUGS)
    ids = [requested(shop, order, units=[2]), requested(shop, order, units=[1])]
    page = scan(clerk, "1001")
    assert heading(page) == "Which return is it?"
    links = [a["href"] for a in main(page).all("a")]
    assert [link for link in links if "/returns/" in link] == [
        f"/acme/dock/returns/{id}" for id in reversed(ids)
    ]
    assert "2 awaited" in main(page).text and "1 awaited" in main(page).text


def test_of_several_the_only_one_with_work_is_meant(shop: Shop, clerk: ShopClient) -> None:
    order = sell(shop, MUGS)
    inspected(shop, order, units=[2])
    id = requested(shop, order, units=[1])
    assert scan(clerk, "1001").request.path == f"/acme/dock/returns/{id}"


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("code", "said", "advice"),
    [
        ("https://elsewhere.example/r/7K2MQ9XD4", "belongs to another shop", "Put the parcel aside"),
        ("http://127.0.0.1:8000/other/r/{rma}", "belongs to another shop", "Put the parcel aside"),
        ("https://shop.example/socks?utm=1", "leads to a web page", "Scan another code"),
        ("http://[broken/r/7K2MQ9XD4", "leads to a web page", "Scan another code"),
        ("http://127.0.0.1:8000/acme/r/7K2MQ9XD5", "has this code", "Scan another code"),
        ("RMA-7K2M-Q9XD-5", "A character of this RMA number is wrong", "Compare it"),
        ("#2002", "Order #2002 has no return", "Take it in all the same"),
        ("4006381333931", "Nothing here has this code", "Scan another code"),
        ("<b>\x1d', '--", "Nothing here has this code", "Scan another code"),
        ("9" * 5000, "Nothing here has this code", "Scan another code"),
    ],
)
def test_a_code_that_leads_nowhere_is_told_with_what_one_can_do(
    shop: Shop, clerk: ShopClient, code: str, said: str, advice: str
) -> None:
    id = requested(shop, sell(shop))
    sell(shop, number="2002")
    page = scan(clerk, code.format(rma=rma(shop, id)) if "{" in code else code)
    assert page.status_code == 200 and said in note(page) and advice in note(page)


def test_codes_of_another_shop_are_unknown_here(shop: Shop, other_shop: Shop, clerk: ShopClient) -> None:
    id = requested(other_shop, sell(other_shop, number="3003"))
    for code in (rma(other_shop, id), "3003"):
        assert "Nothing here has this code" in note(scan(clerk, code))


def test_drafts_are_no_returns_yet(shop: Shop, clerk: ShopClient) -> None:
    from_shopper = sell(shop, number="4004")
    assert "has no return" in note(scan(clerk, "4004"))
    requested(shop, from_shopper)
    assert heading(scan(clerk, "4004")) == COUNTING


def test_staff_who_open_a_slips_address_land_at_the_dock(shop: Shop, clerk: ShopClient) -> None:
    id = requested(shop, sell(shop))
    page = follow(clerk, clerk.get(f"/r/{rma(shop, id)}"))
    assert page.request.path == f"/acme/dock/returns/{id}"


@pytest.mark.parametrize("role", [Role.AGENT, Role.AUDITOR])
def test_staff_of_the_desk_alone_land_at_the_record(app: Portal, shop: Shop, role: Role) -> None:
    id = requested(shop, sell(shop))
    client = at_desk(ShopClient(app), role)
    page = follow(client, client.get(f"/r/{rma(shop, id)}"))
    assert page.request.path == f"/acme/desk/returns/{id}" and heading(page).startswith(rma(shop, id))


def test_a_return_that_is_not_approved_is_put_aside(shop: Shop, clerk: ShopClient) -> None:
    dear = requested(shop, sell(shop, Sold(39_900)))
    page = scan(clerk, "1001")
    assert "Nobody has approved" in heading(page) and "aside" in main(page).text
    with shop.transaction():
        deny(locked(Return, dear), "Too late.", Actor("system"))
    assert "not accepted" in heading(scan(clerk, "1001"))


def test_a_cancelled_return_is_put_aside(shop: Shop, clerk: ShopClient) -> None:
    id = requested(shop, sell(shop))
    with shop.transaction():
        cancel(locked(Return, id), Actor("system"))
    assert "was cancelled" in heading(scan(clerk, "1001"))


def test_what_waits_is_listed_the_oldest_first_with_how_long_it_may(
    shop: Shop, clerk: ShopClient, at: Callable[[datetime], None]
) -> None:
    now = clock.now()
    ids = {}
    for days, number in ((0, "3"), (4, "15"), (2, "13"), (3, "14")):
        with clock.at(now - timedelta(days=days)):
            ids[days] = rma(shop, received(shop, sell(shop, BOOTS, SOCKS, number=number)))
    rows = main(clerk.get("/dock")).all(class_="queue rows")[0].all("li")
    assert [row.one(class_="code").text for row in rows] == [ids[days] for days in (4, 3, 2, 0)]
    assert [row.one("time").text for row in rows] == ["1 day late", "today", "tomorrow", "3 days left"]
    assert "Wanderstiefel and 1 more" in rows[0].text and "3 units" in rows[0].text


def test_what_is_done_leaves_the_list(shop: Shop, clerk: ShopClient) -> None:
    received(shop, sell(shop, BOOTS))
    page = clerk.get("/dock")
    assert "1 return, 1 unit" in main(page).text
    follow(clerk, check(clerk, follow(clerk, clerk.get(main(page).all("a")[0]["href"]))))
    assert "The dock is clear" in main(clerk.get("/dock")).text


def test_the_field_is_on_every_page_and_has_the_focus(shop: Shop, clerk: ShopClient) -> None:
    received(shop, sell(shop, SOCKS))
    pages = [clerk.get("/dock"), scan(clerk, "1001")]
    pages.append(follow(clerk, check(clerk, pages[-1])))
    for page in pages:
        assert "autofocus" in read(page.text).one("input", name="code").attributes
        assert read(page.text).one(id="main").all("input", name="code") == []
