"""Your orders: a link mailed to an address opens all orders of that address, and of nobody else."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import session as browser
from werkzeug.test import TestResponse

from portal import clock
from portal.db import find, session
from portal.notices import SentMail
from portal.orders.models import Order
from portal.people import OneTimeLink
from portal.people.links import MARK
from portal.people.throttle import ACCOUNT
from portal.web.ritual import Portal
from tests.harness.apps import counted
from tests.harness.client import ShopClient
from tests.harness.pages import read
from tests.harness.sales import BOOTS, SOCKS, drafted, requested, sell
from tests.harness.shops import Shop
from tests.web.shopper.test_finding import bare
from tests.web.shopper.test_links import answer_of, ask, spent
from tests.web.shopper.walking import EMAIL, alert, heading, main, on
from tests.web.shopper.walking import find as look_up

ADDRESS = re.compile(rf"http://[^/]+(/\w+/a/{MARK}\w+)")
ASK, SENT = "/acme/find/orders", "/acme/find/orders/sent"
OVER = "This link does not work, or no longer"
MIA = {"email": "mia@kern.example", "email_key": "mia@kern.example", "name": "Mia Kern"}
Work = Callable[[], int]


def ask_all(client: ShopClient, email: str = EMAIL, **kw: Any) -> TestResponse:
    return client.send(client.get("/find/orders"), "/find/orders", email=email, **kw)


def mailed(shop: Shop) -> list[tuple[str, str]]:
    """To whom links to all orders were mailed and where they lead, oldest first."""
    with shop.transaction(reading=True) as session:
        own = sa.select(SentMail.recipient, SentMail.text).where(SentMail.tenant_id == shop.id)
        rows = session.execute(own.order_by(SentMail.at, SentMail.id)).all()
        return [(to, link) for to, text in rows for link in ADDRESS.findall(text)]


def opened(client: ShopClient, shop: Shop, worker: Work, email: str = EMAIL, **kw: Any) -> TestResponse:
    """The list of all orders of the address, by the mailed link."""
    ask_all(ShopClient(client.application), email)
    worker()
    link = mailed(shop)[-1][1]
    return on(client, client.send(client.get(link), link, **kw), **kw)


@pytest.fixture
def link(shop: Shop, app: Portal, worker: Work) -> str:
    sell(shop)
    assert ask_all(ShopClient(app)).location == SENT
    worker()
    return mailed(shop)[0][1]


def numbers(page: TestResponse) -> list[str]:
    return [h.one("span").text for h in main(page).all("h2") if h.all("span")]


@pytest.mark.parametrize("htmx", [False, True])
def test_the_mailed_link_opens_all_orders_of_the_address(
    shop: Shop, client: ShopClient, worker: Work, htmx: bool
) -> None:
    sell(shop, number="1001", days_ago=9)
    sell(shop, BOOTS, number="1002", days_ago=5)
    sell(shop, number="3003", **MIA)
    page = opened(client, shop, worker, htmx=htmx)
    assert heading(page) == "Your orders" and numbers(page) == ["#1002", "#1001"]
    assert "Wanderstiefel" in page.text and "€170.10" in main(page).text
    assert [to for to, _ in mailed(shop)] == [EMAIL]
    assert spent(shop) == [True]


@pytest.mark.parametrize("htmx", [False, True])
def test_the_answer_is_the_same_for_known_and_unknown_addresses(
    shop: Shop, app: Portal, worker: Work, htmx: bool
) -> None:
    """Byte for byte, and the same statements for it."""
    for n in range(3):
        sell(shop, number=f"100{n}")
    sell(shop, number="5005", email="", email_key="")
    seen, work = [], []
    for email in (EMAIL, " Annelie@Posteo.EXAMPLE ", "nobody@else.example"):
        client = ShopClient(app)
        page = client.get("/find/orders")
        with counted(app) as statements:
            answer = client.send(page, "/find/orders", email=email, htmx=htmx)
        seen.append(answer_of(answer))
        work.append(statements)
        assert answer.location == SENT and client.get(SENT).text == ShopClient(app).get(SENT).text
    assert seen.count(seen[0]) == work.count(work[0]) == 3
    worker()
    assert len(mailed(shop)) == 2


@pytest.mark.parametrize("email", ["nobody@else.example", EMAIL])
def test_who_asks_too_often_waits_whoever_it_is(
    shop: Shop, client: ShopClient, worker: Work, email: str
) -> None:
    sell(shop)
    asked = [ask_all(client, email).status_code for _ in range(ACCOUNT["address"])]
    refused = ask_all(client, email)
    assert asked == [303] * ACCOUNT["address"] and refused.status_code == 422
    assert "asked for several times" in alert(refused) and f'value="{email}"' in refused.text
    worker()
    assert len(mailed(shop)) == (ACCOUNT["address"] if email == EMAIL else 0)


@pytest.mark.sqlite
def test_a_network_can_ask_for_so_many_addresses_an_hour(client: ShopClient) -> None:
    sent = [ask_all(client, f"{n}@x.example").status_code for n in range(ACCOUNT["network"] + 1)]
    assert sent == [303] * ACCOUNT["network"] + [422]


@pytest.mark.sqlite
def test_a_stranger_who_knows_the_address_cannot_use_up_the_links_to_an_order(
    shop: Shop, app: Portal, worker: Work
) -> None:
    sell(shop)
    for _ in range(5):
        ask_all(ShopClient(app))
    assert ask(ShopClient(app)).status_code == 303
    worker()
    with shop.transaction(reading=True):
        kinds = session.scalars(sa.select(OneTimeLink.purpose)).all()
    assert sorted(kinds) == ["open_account"] * 3 + ["open_order"]


@pytest.mark.parametrize("typed", ["", "24937", "annelie", "@posteo.example", "a@b@c"])
@pytest.mark.sqlite
def test_what_is_no_address_is_told_at_its_field(client: ShopClient, typed: str) -> None:
    answer = ask_all(client, typed)
    assert answer.status_code == 422 and 'href="#email"' in answer.text


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_looking_at_the_link_changes_nothing(shop: Shop, app: Portal, link: str, method: str) -> None:
    client = ShopClient(app)
    for _ in range(3):
        client.open(link, method=method)
    assert spent(shop) == [False] and client.get("/orders").location == ASK
    assert client.send(client.get(link), link).location == "/acme/orders"


@pytest.mark.sqlite
def test_a_form_from_elsewhere_does_not_spend_it(shop: Shop, client: ShopClient, link: str) -> None:
    assert client.post(link).status_code == 400
    assert spent(shop) == [False]


@pytest.mark.sqlite
def test_the_page_of_the_link_says_nothing_of_the_orders_and_is_not_referred_to(
    client: ShopClient, link: str
) -> None:
    page = client.get(link)
    assert not any(word in page.text for word in ("1001", "Annelie", "posteo"))
    for answer in (page, client.send(page, link), ShopClient(client.application).get(link)):
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cache-Control"] == "no-store"


@pytest.fixture
def dead(app: Portal, shop: Shop, other_shop: Shop, worker: Work, link: str) -> list[str]:
    """Links of every kind that does not work: spent, foreign, for one order, mistyped, made up; and one that
    is soon over."""
    sell(other_shop)
    other, first = ShopClient(app), ShopClient(app)
    other.slug = "other"
    ask_all(other)
    first.send(first.get(link), link)
    ask_all(first)
    ask(first)
    worker()
    (_, foreign), old = mailed(other_shop)[0], mailed(shop)[1][1]
    with shop.transaction(reading=True) as session_:
        texts = session_.scalars(sa.select(SentMail.text)).all()
    of_order = next(hit[0] for text in texts if (hit := re.findall(r"/acme/l/\w+", text)))
    made_up = (link[:-1], link + "0", "/a/x", "/a/%FF%00")
    return [link, foreign.replace("/other/", "/acme/"), of_order.replace("/l/", "/a/"), *made_up, old]


def test_all_links_that_do_not_work_lead_to_one_page(
    app: Portal, dead: list[str], at: Callable[..., None]
) -> None:
    now = clock.now()
    at(now + timedelta(minutes=20))
    pages = {_refused(app, address) for address in dead[:-1]}
    at(now + timedelta(minutes=31))
    pages.add(_refused(app, dead[-1]))
    assert len(pages) == 1


def _refused(app: Portal, address: str) -> str:
    for method in ("GET", "POST"):
        client = ShopClient(app)
        token = read(client.get("/find").text).one("input", name="csrf_token")["value"]
        answer = client.open(address, method=method, headers={"X-CSRFToken": token})
        assert (answer.status_code, answer.location) == (303, ASK), address
        page = client.get(ASK)
        assert OVER in page.text
        assert client.get("/orders").location == ASK
    return bare(page.text)


def test_who_has_opened_it_goes_on_with_it_and_nobody_else(
    app: Portal, client: ShopClient, link: str
) -> None:
    client.send(client.get(link), link)
    assert client.get(link).location == "/acme/orders"
    assert ShopClient(app).get(link).location == ASK


def test_a_look_up_never_shows_the_history(shop: Shop, client: ShopClient) -> None:
    sell(shop)
    other = sell(shop, number="1002")
    page = on(client, look_up(client))
    assert "Your orders" not in page.text
    assert client.get("/orders").location == ASK
    assert client.get(f"/orders/{other}/items").location == "/acme/find"


def test_only_orders_of_the_address_open_and_of_this_shop(
    shop: Shop, other_shop: Shop, client: ShopClient, worker: Work
) -> None:
    own, hers, foreign = sell(shop), sell(shop, number="3003", **MIA), sell(other_shop, number="4004")
    nobodys = sell(shop, number="5005", email="", email_key="")
    page = opened(client, shop, worker)
    assert numbers(page) == ["#1001"]
    assert client.get(f"/orders/{own}/items").status_code == 200
    for order in (hers, foreign, nobodys):
        assert client.get(f"/orders/{order}/items").location == "/acme/find"
    client.slug = "other"
    assert client.get("/orders").location == "/other/find/orders"


def test_an_order_that_gets_another_address_takes_the_visit_nowhere(
    shop: Shop, client: ShopClient, worker: Work
) -> None:
    """Neither to that address's orders nor back to it."""
    order = sell(shop)
    hers = sell(shop, number="3003", **MIA)
    assert opened(client, shop, worker).status_code == 200
    with shop.transaction():
        find(Order, order).email_key = MIA["email_key"]
    assert client.get("/orders").location == ASK
    assert client.get(f"/orders/{hers}/items").location == "/acme/find"


def test_a_link_whose_order_got_another_address_meanwhile_opens_nothing(
    shop: Shop, app: Portal, client: ShopClient, link: str
) -> None:
    page = client.get(link)
    with shop.transaction():
        session.scalars(sa.select(Order)).one().email_key = MIA["email_key"]
    assert client.send(page, link).location == ASK
    assert client.get("/orders").location == ASK


def test_the_visit_ends_two_hours_after_the_last_page(
    shop: Shop, client: ShopClient, worker: Work, at: Callable[..., None]
) -> None:
    now = clock.now()
    at(now)
    order = sell(shop)
    opened(client, shop, worker)
    for minutes in (90, 180, 270):
        at(now + timedelta(minutes=minutes))
        assert client.get("/orders").status_code == 200
    at(now + timedelta(minutes=391))
    assert client.get("/orders").location == ASK
    assert client.get(f"/orders/{order}/items").location == "/acme/find"


@pytest.mark.sqlite
def test_the_cookie_holds_nothing_of_the_person(shop: Shop, client: ShopClient, worker: Work) -> None:
    order = sell(shop)
    opened(client, shop, worker)
    with client:
        client.get(f"/orders/{order}/items")
        said = repr(dict(browser))
    assert "account" in said
    assert not any(word in said.lower() for word in ("annelie", "posteo", "24937", "1001"))


@pytest.mark.parametrize("htmx", [False, True])
def test_each_order_leads_to_where_its_return_stands(
    shop: Shop, client: ShopClient, worker: Work, htmx: bool
) -> None:
    fresh, begun = sell(shop), sell(shop, number="1002")
    asked = sell(shop, SOCKS, BOOTS, number="1003")
    late = sell(shop, number="1004", days_ago=90)
    drafted(shop, begun)
    requested(shop, asked, units=[1, 0])
    page = opened(client, shop, worker, htmx=htmx)
    hrefs = [a["href"] for a in main(page).all("a")]
    assert f"/acme/orders/{fresh}/items" in hrefs and f"/acme/orders/{begun}/review" in hrefs
    (status,) = [href for href in hrefs if "/s/" in href]
    text = main(page).text
    assert "Go on with your return" in text and "The time to send it back ended on" in text
    assert re.search(r"RMA-\S+\s*: Approved", text)
    assert heading(client.get(status, htmx=htmx)) == "Approved"
    items = client.get(f"/orders/{fresh}/items", htmx=htmx)
    assert "Your orders" in main(items).text and "/acme/orders" in [a["href"] for a in main(items).all("a")]
    assert heading(client.get(f"/orders/{begun}/review", htmx=htmx)) == "Is everything right?"
    assert heading(client.get(f"/orders/{late}/items", htmx=htmx)) == "Nothing of this order can go back now"


def test_looking_at_the_orders_changes_nothing(shop: Shop, client: ShopClient, worker: Work) -> None:
    order = sell(shop)
    opened(client, shop, worker)
    with counted(client.application) as statements:
        client.get("/orders")
        client.get(f"/orders/{order}/items")
    assert not [s for s in statements if s.split()[0] in ("INSERT", "UPDATE", "DELETE")]


def test_twenty_orders_a_page_the_newest_first(shop: Shop, client: ShopClient, worker: Work) -> None:
    for n in range(45):
        sell(shop, number=f"{1000 + n}", days_ago=100 - n)
    page = opened(client, shop, worker)
    seen, pages = numbers(page), 1
    while following := [a["href"] for a in main(page).all("a", rel="next")]:
        page = client.get(following[0])
        seen += numbers(page)
        pages += 1
    assert pages == 3 and seen == [f"#{1044 - n}" for n in range(45)]
    back = client.get(main(page).one("a", rel="prev")["href"])
    assert numbers(back) == [f"#{1024 - n}" for n in range(20)]


def test_the_list_takes_as_many_statements_for_much_as_for_little(
    shop: Shop, client: ShopClient, worker: Work
) -> None:
    requested(shop, sell(shop), units=[1])
    drafted(shop, sell(shop, number="1002"))
    opened(client, shop, worker)
    taken = []
    for more in range(3):
        for n in range(4 * more):
            order = sell(shop, SOCKS, BOOTS, number=f"{more}{n}")
            requested(shop, order, units=[1, 0])
            drafted(shop, order, units=[1, 1])
        with counted(client.application) as statements:
            assert client.get("/orders").status_code == 200
        taken.append(len(statements))
    assert len(set(taken)) == 1 and taken[0] <= 15
