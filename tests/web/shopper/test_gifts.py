"""Who got a gift sends it back for store credit: no price, not a word of the buyer, nor to the buyer."""

import re
import uuid
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
import sqlalchemy as sa
from pypdf import PdfReader
from werkzeug.test import TestResponse

from portal.notices import mailbox
from portal.orders.accounts import account_of
from portal.orders.models import Order
from portal.people import Purpose
from portal.people.links import issue, secret_of
from portal.people.roles import Role
from portal.refunds.credit_notes import CreditNote
from portal.refunds.models import StoreCredit
from portal.returns import Return, ReturnState
from portal.tenants import Tenant
from portal.web.ritual import Portal
from tests.harness.client import ShopClient
from tests.harness.pages import read
from tests.harness.sales import BOOTS, SOCKS, approve_ready, check, requested, sell, take_in
from tests.harness.shops import Shop
from tests.harness.soundness import broken
from tests.web.desk.working import record, sign_in
from tests.web.shopper.walking import EMAIL, alert, find, heading, main, on, radios, status_link, ticks

MIA = "mia@berg.example"
POSTCODE = "24937"
PRICES = re.compile(r"[€$£]|\d+[.,]\d\d\b(?!\d)")
BUYER = re.compile(r"annelie|brückner|hohenstein|große straße|posteo", re.I)


@pytest.fixture(autouse=True)
def gifts(shop: Shop) -> None:
    take_gifts(shop, yes=True)


def take_gifts(shop: Shop, *, yes: bool) -> None:
    with shop.transaction() as session:
        session.execute(sa.update(Tenant).where(Tenant.id == shop.id).values(gifts=yes))
    shop.app.extensions["faces"].forget(shop.id)


@pytest.fixture
def mia(app: Portal) -> ShopClient:
    return Careful(app)


class Careful(ShopClient):
    """Looks for prices and for the buyer on every page it gets."""

    def open(self, *args: Any, **kw: Any) -> TestResponse:
        answer = super().open(*args, **kw)
        if answer.mimetype == "text/html":
            body = answer.text.partition("<body")[2]
            assert not PRICES.search(body), PRICES.search(body)
            assert not BUYER.search(body), BUYER.search(body)
        return answer


def find_gift(client: ShopClient, number: str = "1001", postcode: str = POSTCODE) -> TestResponse:
    return client.send(client.get("/gift"), "/gift", number=number, postcode=postcode)


def to_recipient(client: ShopClient, **kw: Any) -> TestResponse:
    """Find the gift, choose the first of its lines, say why; the page that asks for the address."""
    page = on(client, find_gift(client))
    page = on(client, client.send(page, "/items", items=ticks(page)[:1], **kw), **kw)
    said = dict.fromkeys(radios(page), "changed_mind")
    return on(client, client.send(page, "/reasons", **said, **kw), **kw)


def mails(shop: Shop, to: str) -> list[str]:
    with shop.transaction(reading=True):
        return [mail.text for mail in reversed(mailbox()) if mail.recipient == to]


def mailed(shop: Shop, to: str = MIA) -> str:
    """The path of the last link that was mailed there to prove it."""
    found = [re.search(r"/acme(/g/\S+)", text) for text in mails(shop, to)]
    return [link[1] for link in found if link][-1]


def to_review(shop: Shop, client: ShopClient, worker: Callable[[], int], **kw: Any) -> TestResponse:
    page = to_recipient(client, **kw)
    on(client, client.send(page, "/resolution", email=MIA, **kw), **kw)
    worker()
    path = mailed(shop)
    return on(client, client.send(client.get(path), path))


def the_return(shop: Shop) -> uuid.UUID:
    with shop.transaction(reading=True) as session:
        return session.scalars(sa.select(Return.id).where(Return.gift.is_not(None))).one()


def pdf(data: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(data)).pages)


@pytest.mark.parametrize("htmx", [False, True], ids=["plain", "htmx"])
def test_a_gift_comes_back_for_credit_of_the_recipient_and_the_buyer_is_not_told(
    shop: Shop, mia: ShopClient, client: ShopClient, worker: Callable[[], int], htmx: bool
) -> None:
    order = sell(shop, BOOTS, SOCKS)
    page = to_review(shop, mia, worker, htmx=htmx)
    assert heading(page) == "Is everything right?"
    assert "Store credit for m…\u2060@berg.example" in main(page).text
    done = on(mia, mia.send(page, "/review", htmx=htmx))
    assert heading(done) == "Ready to send"
    status = status_link(done)
    for name in ("label", "slip"):
        paper = pdf(mia.get(f"{status}/{name}.pdf").data)
        assert "RMA-" in paper and not PRICES.search(paper) and not BUYER.search(paper)
    id = the_return(shop)
    take_in(shop, id)
    assert "store credit is made" in main(mia.get(status)).text
    check(shop, id)
    approve_ready(shop, id)
    worker()
    assert heading(mia.get(status)) == "Credited"
    with shop.transaction(reading=True) as session:  # of the buyer, and with amounts
        note = session.scalars(sa.select(CreditNote.id)).one()
    assert "redit note" not in mia.get(status).text
    assert mia.get(f"{status}/credit-notes/{note}.pdf").status_code == 404

    told = mails(shop, MIA)
    assert len(told) == 4 and mails(shop, EMAIL) == []
    assert not any(PRICES.search(text) or BUYER.search(text) for text in told)
    with shop.transaction(reading=True) as session:
        credit = session.scalars(sa.select(StoreCredit)).one()
        assert (credit.owner, credit.owner_key) == (MIA, MIA) and credit.balance > 0

    items = on(client, find(client))
    assert "RMA-" not in items.text and "Already part of a return." in items.text
    history = all_orders(shop, client, order)
    assert "RMA-" not in history.text and "Ready to send" not in history.text
    assert client.get(f"/orders/{order}/returns/{id}").status_code == 404
    assert broken(shop.app) == {}


def all_orders(shop: Shop, client: ShopClient, order: uuid.UUID) -> TestResponse:
    with shop.transaction() as session:
        held = session.get_one(Order, order)
        secret = secret_of(issue(Purpose.OPEN_ACCOUNT, account_of(held), order=order))
    return on(client, client.send(client.get(f"/a/{secret}"), f"/a/{secret}"))


@pytest.mark.sqlite
def test_a_recipient_is_told_nothing_of_the_buyers_return_but_that_the_unit_is_taken(
    shop: Shop, mia: ShopClient
) -> None:
    order = sell(shop, BOOTS, SOCKS)
    id = requested(shop, order)
    page = on(mia, find_gift(mia))
    assert "RMA-" not in page.text
    assert mia.get(f"/gift/orders/{order}/returns/{id}").status_code == 404


@pytest.mark.sqlite
def test_nothing_is_requested_or_issued_before_the_address_is_proven(
    shop: Shop, mia: ShopClient, worker: Callable[[], int]
) -> None:
    order = sell(shop, BOOTS)
    page = to_recipient(mia)
    proof = on(mia, mia.send(page, "/resolution", email=MIA))
    assert heading(proof) == "Look into your mailbox"
    review = f"/gift/orders/{order}/review"
    assert mia.get(review).location.endswith("/proof")
    with shop.transaction(reading=True) as session:
        draft = session.scalars(sa.select(Return)).one()
        assert draft.state is ReturnState.DRAFT and draft.proven_at is None
    worker()
    path = mailed(shop)
    mia.get(path)
    assert mia.get(review).location.endswith("/proof"), "looking at the link proves nothing"
    assert on(mia, mia.send(mia.get(path), path)).status_code == 200
    assert mia.get(path).location.endswith("/review"), "who opened it here goes on"
    assert ShopClient(shop.app).get(path).location.endswith("/gift")


@pytest.mark.sqlite
def test_another_address_makes_the_first_link_worthless(
    shop: Shop, mia: ShopClient, worker: Callable[[], int]
) -> None:
    sell(shop, BOOTS)
    page = to_recipient(mia)
    mia.send(page, "/resolution", email="stranger@else.example")
    worker()
    first = mailed(shop, "stranger@else.example")
    page = mia.get(page.request.path.removeprefix("/acme"))
    mia.send(page, "/resolution", email=MIA)
    worker()
    assert mia.get(first).location.endswith("/gift")
    path = mailed(shop)
    assert heading(on(mia, mia.send(mia.get(path), path))) == "Is everything right?"
    page = mia.get(page.request.path.removeprefix("/acme"))
    assert on(mia, mia.send(page, "/resolution", email=" Mia@Berg.example ")).request.path.endswith("/review")


@pytest.mark.sqlite
def test_two_recipients_of_one_order_and_its_buyer_do_not_see_each_other(
    shop: Shop, mia: ShopClient, client: ShopClient
) -> None:
    order = sell(shop, BOOTS, SOCKS)
    to_recipient(mia)
    other = Careful(shop.app)
    page = on(other, find_gift(other))
    assert not [box for box in read(page.text).all("input", name="items") if "checked" in box.attributes]
    assert other.get(f"/gift/orders/{order}/resolution").location.endswith("/items")
    assert other.send(page, "/items", items=ticks(page)[:1]).status_code == 303
    page = on(client, find(client))
    assert not [box for box in read(page.text).all("input", name="items") if "checked" in box.attributes]


@pytest.mark.sqlite
def test_a_unit_that_the_buyer_took_meanwhile_is_not_claimed_twice(
    shop: Shop, mia: ShopClient, worker: Callable[[], int]
) -> None:
    order = sell(shop, BOOTS)
    page = to_review(shop, mia, worker)
    requested(shop, order)
    late = mia.send(page, "/review")
    assert late.status_code in {409, 303, 422} and broken(shop.app) == {}
    with shop.transaction(reading=True) as session:
        asked = session.scalars(sa.select(Return).where(Return.state != ReturnState.DRAFT)).all()
        assert [one.gift for one in asked] == [None]


@pytest.mark.sqlite
def test_without_the_shops_wish_there_is_no_such_page(shop: Shop, mia: ShopClient) -> None:
    order = sell(shop)
    assert "It was a gift to you?" in ShopClient(shop.app).get("/find").text
    on(mia, find_gift(mia))
    take_gifts(shop, yes=False)
    for path in ("/gift", f"/gift/orders/{order}/items", "/g/hwonce_x"):
        assert mia.get(path).status_code == 404
    assert "/gift" not in ShopClient(shop.app).get("/find").text


@pytest.mark.sqlite
@pytest.mark.parametrize("typed", [("1001", "99999"), ("9999", POSTCODE), ("1001", EMAIL)])
def test_only_number_and_postcode_find_a_gift(shop: Shop, app: Portal, typed: tuple[str, str]) -> None:
    sell(shop)
    answer = find_gift(ShopClient(app), *typed)
    assert answer.status_code == 422 and "We found no gift" in answer.text


@pytest.mark.sqlite
def test_guessing_ends(shop: Shop, mia: ShopClient) -> None:
    sell(shop)
    for n in range(5):
        find_gift(mia, postcode=f"1000{n}")
    assert "Too many tries" in find_gift(mia).text


@pytest.mark.sqlite
@pytest.mark.parametrize("email", ["", "mia", "mia@berg", "a@b.example, c@d.example"])
def test_what_is_no_address_is_refused_at_its_field(shop: Shop, mia: ShopClient, email: str) -> None:
    sell(shop)
    answer = mia.send(to_recipient(mia), "/resolution", email=email)
    assert answer.status_code == 422 and "address" in alert(answer)


@pytest.mark.sqlite
def test_links_are_not_mailed_without_end(shop: Shop, mia: ShopClient, worker: Callable[[], int]) -> None:
    sell(shop)
    proof = on(mia, mia.send(to_recipient(mia), "/resolution", email=MIA)).request.path
    for _ in range(2):
        assert mia.send(mia.get(proof), "/proof").status_code == 303
    late = mia.send(mia.get(proof), "/proof")
    assert late.status_code == 422 and "A link was asked for several times" in late.text
    worker()
    assert len(mails(shop, MIA)) == 3


@pytest.mark.sqlite
def test_the_desk_shows_that_a_gift_comes_back_and_whose_it_is(
    shop: Shop, mia: ShopClient, worker: Callable[[], int]
) -> None:
    sell(shop, BOOTS)
    on(mia, mia.send(to_review(shop, mia, worker), "/review"))
    agent = sign_in(ShopClient(shop.app), Role.AGENT)
    page = record(agent, the_return(shop))
    assert "returns a gift" in main(page).text and "Returns a gift" in main(page).text
    assert f"Goes to {MIA} by mail" in main(page).text
    assert "for a gift" in main(agent.get(f"/desk?q={MIA}")).text
