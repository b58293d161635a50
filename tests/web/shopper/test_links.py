"""A link to the order by mail: the way that is left above the limits, and tells nobody anything."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from werkzeug.test import TestResponse

from portal import clock
from portal.notices import SentMail
from portal.people import OneTimeLink
from portal.people.links import MARK
from portal.people.throttle import LINK
from portal.tenants import locked_shop
from portal.web.ritual import Portal
from tests.harness.apps import counted
from tests.harness.client import ShopClient
from tests.harness.pages import read
from tests.harness.sales import sell
from tests.harness.shops import Shop
from tests.web.shopper.test_finding import bare
from tests.web.shopper.walking import EMAIL, alert, find, heading, on

ADDRESS = re.compile(rf"http://[^/]+(/\w+/l/{MARK}\w+)")
SENT = "/acme/find/link/sent"
OVER = "This link does not work, or no longer"
Work = Callable[[], int]
TRIES = {"unknown": ("9009", EMAIL), "wrong": ("1001", "x@y.example"), "right": ("1001", EMAIL)}


def ask(client: ShopClient, number: str = "1001", email: str = EMAIL, **kw: Any) -> TestResponse:
    return client.send(client.get("/find/link"), "/find/link", number=number, proof=email, **kw)


def mailed(shop: Shop) -> list[str]:
    """Where the links lead that were mailed, oldest first."""
    with shop.transaction(reading=True) as session:
        own = sa.select(SentMail.text).where(SentMail.tenant_id == shop.id)
        texts = session.scalars(own.order_by(SentMail.at, SentMail.id)).all()
        return [link for text in texts for link in ADDRESS.findall(text)]


@pytest.fixture
def link(shop: Shop, app: Portal, worker: Work) -> str:
    """The address of a link to an order of acme, asked for in another browser."""
    sell(shop)
    assert ask(ShopClient(app)).location == SENT
    worker()
    return mailed(shop)[0]


def links_only(shop: Shop) -> None:
    with shop.transaction():
        locked_shop().links_only = True


def spent(shop: Shop) -> list[bool]:
    with shop.transaction(reading=True) as session:
        return [link.spent_at is not None for link in session.scalars(sa.select(OneTimeLink))]


def answer_of(answer: TestResponse) -> tuple[int, str, list[tuple[str, str]]]:
    """All that somebody who asks gets to see, but for what counts or differs in every answer."""
    counting = ("X-RateLimit", "X-Request-Id", "Retry-After", "Date", "Set-Cookie")
    headers = [(k, v) for k, v in answer.headers if not k.startswith(counting)]
    return answer.status_code, bare(answer.text), headers


@pytest.mark.parametrize("htmx", [False, True])
def test_the_button_of_the_mailed_link_opens_the_order(
    shop: Shop, client: ShopClient, link: str, htmx: bool
) -> None:
    page = client.get(link)
    assert heading(page) == "Open your order"
    items = on(client, client.send(page, link, htmx=htmx), htmx=htmx)
    assert heading(items) == "What would you like to send back?" and "#1001" in items.text
    assert spent(shop) == [True]


@pytest.mark.sqlite
def test_the_page_of_a_link_says_nothing_of_the_order(client: ShopClient, link: str) -> None:
    page = client.get(link)
    assert not any(word in page.text for word in ("1001", "Annelie", "posteo"))


@pytest.mark.sqlite
def test_nobody_learns_of_the_address(client: ShopClient, link: str) -> None:
    page = client.get(link)
    answers = [page, client.send(page, link), ShopClient(client.application).get(link), client.get(link)]
    assert {answer.headers["Referrer-Policy"] for answer in answers} == {"no-referrer"}
    assert {answer.headers["Cache-Control"] for answer in answers} == {"no-store"}
    assert not any(link in answer.headers.get("Location", "") for answer in answers)


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_looking_changes_nothing(shop: Shop, app: Portal, link: str, method: str) -> None:
    """Machines that check mail do so before people come."""
    for _ in range(3):
        ShopClient(app).open(link, method=method)
    assert spent(shop) == [False]
    client = ShopClient(app)
    assert "/items" in client.send(client.get(link), link).location


@pytest.mark.sqlite
def test_a_form_from_elsewhere_does_not_spend_it(shop: Shop, client: ShopClient, link: str) -> None:
    assert client.post(link).status_code == 400
    assert spent(shop) == [False]


@pytest.fixture
def dead(app: Portal, shop: Shop, other_shop: Shop, worker: Work, link: str) -> list[str]:
    """Links of every kind that does not work: spent, foreign, mistyped, made up, and soon over."""
    sell(other_shop)
    other, first = ShopClient(app), ShopClient(app)
    other.slug = "other"
    ask(other)
    first.send(first.get(link), link)
    ask(first)
    worker()
    (foreign,), (_, old) = mailed(other_shop), mailed(shop)
    made_up = (f"/l/{MARK}{'0' * 32}", "/l/x", link[:-1], link + "0", "/l/%FF%00")
    return [link, old, foreign.replace("/other/", "/acme/"), *made_up]


def test_all_links_that_do_not_work_lead_to_one_page(
    app: Portal, dead: list[str], at: Callable[..., None]
) -> None:
    at(clock.now() + timedelta(minutes=31))
    pages = set()
    for address in dead:
        for method in ("GET", "POST"):
            client = ShopClient(app)
            token = read(client.get("/find").text).one("input", name="csrf_token")["value"]
            answer = client.open(address, method=method, headers={"X-CSRFToken": token})
            assert (answer.status_code, answer.location) == (303, "/acme/find/link"), address
            page = client.get(answer.location)
            assert OVER in page.text and heading(page) == "Get a link by mail"
            pages.add(bare(page.text))
    assert len(pages) == 1


def test_who_has_opened_it_goes_on_with_it_and_nobody_else(
    app: Portal, client: ShopClient, link: str
) -> None:
    first = client.send(client.get(link), link)
    assert client.get(link).location == first.location
    assert ShopClient(app).get(link).location == "/acme/find/link"


@pytest.mark.parametrize("htmx", [False, True])
def test_the_answer_is_the_same_whatever_was_typed(shop: Shop, app: Portal, worker: Work, htmx: bool) -> None:
    """Byte for byte, and the same statements for it."""
    sell(shop)
    seen, work = {}, {}
    for name, typed in TRIES.items():
        client = ShopClient(app)
        page = client.get("/find/link")
        with counted(app) as statements:
            answer = client.send(page, "/find/link", number=typed[0], proof=typed[1], htmx=htmx)
        seen[name], work[name] = answer_of(answer), statements
        assert answer.location == SENT
        assert client.get(SENT).text == ShopClient(app).get(SENT).text
    assert seen["unknown"] == seen["wrong"] == seen["right"]
    assert work["unknown"] == work["wrong"] == work["right"]
    worker()
    assert len(mailed(shop)) == 1


@pytest.mark.sqlite
def test_a_postcode_is_told_to_be_none_before_anything_is_looked_up(shop: Shop, client: ShopClient) -> None:
    sell(shop)
    answers = [ask(client, number, "24937") for number in ("1001", "9009")]
    assert {a.status_code for a in answers} == {422}
    assert "Type the e-mail address" in alert(answers[0])
    assert bare(answers[0].text) == bare(answers[1].text).replace("9009", "1001")
    assert 'value="24937"' in answers[0].text


@pytest.mark.parametrize("name", TRIES)
def test_who_asks_too_often_waits_whatever_was_typed(
    shop: Shop, client: ShopClient, worker: Work, name: str
) -> None:
    sell(shop)
    for _ in range(LINK["order"]):
        assert ask(client, *TRIES[name]).status_code == 303
    answer = ask(client, *TRIES[name])
    assert answer.status_code == 422 and "asked for several times" in alert(answer)
    assert f'value="{TRIES[name][1]}"' in answer.text
    worker()
    assert len(mailed(shop)) == (LINK["order"] if name == "right" else 0)


@pytest.mark.sqlite
def test_a_stranger_cannot_use_up_what_a_shopper_may_ask(shop: Shop, app: Portal, worker: Work) -> None:
    """Who knows the number or the address alone."""
    sell(shop)
    stranger = ShopClient(app)
    for n in range(8):
        assert ask(stranger, "1001", f"{n}@wrong.example").status_code == 303
        assert ask(stranger, f"9{n}", EMAIL).status_code == 303
    assert ask(ShopClient(app)).status_code == 303
    worker()
    assert len(mailed(shop)) == 1


@pytest.mark.sqlite
def test_a_network_can_ask_for_so_many_orders_an_hour(shop: Shop, client: ShopClient) -> None:
    sent = [ask(client, f"{n}", f"{n}@x.example").status_code for n in range(LINK["network"] + 1)]
    assert sent == [303] * LINK["network"] + [422]


@pytest.mark.parametrize("htmx", [False, True])
def test_above_the_limit_of_the_search_the_link_is_offered_with_what_was_typed(
    shop: Shop, client: ShopClient, worker: Work, htmx: bool
) -> None:
    sell(shop)
    for n in range(5):
        find(client, "1001", f"{n}@wrong.example")
    refused = find(client, "#1001", EMAIL, htmx=htmx)
    assert refused.status_code == 422
    assert "Wait an hour, or have a link mailed" in alert(refused)
    assert 'value="#1001"' in refused.text and f'value="{EMAIL}"' in refused.text
    assert on(client, client.send(refused, "/find/link", htmx=htmx), htmx=htmx).status_code == 200
    worker()
    (link,) = mailed(shop)
    assert "/items" in client.send(client.get(link), link).location


@pytest.mark.parametrize("htmx", [False, True])
def test_a_shop_may_want_the_link_for_everything(shop: Shop, app: Portal, worker: Work, htmx: bool) -> None:
    order = sell(shop)
    links_only(shop)
    seen, work = [], []
    for number, proof in [*TRIES.values(), ("1001", "24937")]:
        client = ShopClient(app)
        page = client.get("/find")
        assert "Find my order" not in page.text and "Mail me the link" in page.text
        with counted(app) as statements:
            answer = client.send(page, "/find", number=number, proof=proof, htmx=htmx)
        assert answer.location == SENT
        seen.append(answer_of(answer))
        work.append(statements)
        assert client.get(f"/orders/{order}/items").location == "/acme/find"
    assert seen.count(seen[0]) == work.count(work[0]) == 4
    worker()
    links = mailed(shop)
    assert len(links) == 2  # by the address, and by the postcode
    client = ShopClient(app)
    assert "/items" in client.send(client.get(links[0]), links[0]).location


@pytest.mark.sqlite
def test_such_a_shop_counts_right_and_wrong_alike(shop: Shop, app: Portal) -> None:
    sell(shop)
    links_only(shop)
    answers = [[find(ShopClient(app), *typed) for _ in range(4)] for typed in TRIES.values()]
    assert [[a.status_code for a in each] for each in answers] == [[303, 303, 303, 422]] * 3
    assert all("asked for several times" in alert(each[-1]) for each in answers)
    assert "Mail me the link" in answers[0][-1].text


def test_the_mailed_link_names_the_shops_address_and_never_the_hosts(
    shop: Shop, client: ShopClient, worker: Work
) -> None:
    sell(shop)
    page = client.get("/find/link", base_url="http://localhost")
    client.send(page, "/find/link", number="1001", proof=EMAIL)
    worker()
    with shop.transaction(reading=True) as session:
        (text,) = session.scalars(sa.select(SentMail.text))
    assert "http://127.0.0.1:8000/acme/l/" in text
