"""The page of a return that is exchanged: what it says at each turn, and that it is so."""

import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest

from portal import clock
from portal.policies import Instead
from portal.refunds.demands import demands_of
from portal.refunds.demands.tending import heard
from portal.refunds.exchanges import shipping
from portal.returns.links import status_token
from tests.harness.client import ShopClient
from tests.harness.pages import Element, read
from tests.harness.shops import Shop
from tests.harness.swapping import SHIRT, Swap
from tests.harness.trading import policy
from tests.refunds.test_exchanges import checked
from tests.web.shopper.walking import find

pytestmark = pytest.mark.sqlite
APART = dict.fromkeys(map(ord, "\u2066\u2067\u2068\u2069\u200e\u200f\u2060"))


def swapping(shop: Shop, at: Callable[..., None], **exchange: object) -> Swap:
    trade = Swap(shop)
    automatic = {"automatic_up_to": {"EUR": 10**9}, "days": 2}
    trade.rule(policy(conditions=[], authorization=automatic, exchange=exchange))
    at(clock.now() + timedelta(days=10))
    return trade


@pytest.fixture
def swap(shop: Shop, at: Callable[..., None]) -> Swap:
    return swapping(shop, at)


def page(client: ShopClient, return_: uuid.UUID) -> Element:
    return read(client.get(f"/s/{status_token(return_)}").text)


def told(client: ShopClient, return_: uuid.UUID) -> str:
    """All that the page says, in one line, without what keeps directions apart."""
    return " ".join(page(client, return_).text.translate(APART).split())


def visit(client: ShopClient, swap: Swap, draft: uuid.UUID) -> None:
    """Open the draft's order, as its shopper does."""
    with swap.on(draft) as held:
        number, email = held.order.number, held.order.email
    assert find(client, number, email).status_code == 303


def wanted(swap: Swap, price: int = 4000, **facts: str) -> uuid.UUID:
    return_ = swap.swap(swap.order(SHIRT, **facts), {1: 1}, swap.stock(f"HAT-{price}", price, 3))
    swap.work()
    return return_


@pytest.mark.parametrize(
    ("language", "counted", "money"),
    [
        ("en", "Counted for your new article", "Money sent"),
        ("de", "Auf Ihren neuen Artikel angerechnet", "Geld gesendet"),
        ("he", "נזקף לזכות הפריט החדש שלכם", "הכסף נשלח"),
    ],
)
def test_what_counts_for_the_other_article_is_not_told_as_money(
    swap: Swap, client: ShopClient, language: str, counted: str, money: str
) -> None:
    same, cheaper = wanted(swap, 4000, language=language), wanted(swap, 3000, language=language)
    for return_ in (same, cheaper):
        checked(swap, return_)
        swap.ship(return_)
        swap.work()
    assert counted in told(client, same) and money not in told(client, same)
    assert counted in told(client, cheaper) and money in told(client, cheaper)


def test_a_dearer_article_is_said_to_cost_more_from_the_request_on(
    shop: Shop, swap: Swap, client: ShopClient
) -> None:
    return_ = wanted(swap, 17000)
    more = "It costs €130.00 more than what you send back."
    assert f"{more} You pay that by a link that we mail to you, once yours is checked." in told(
        client, return_
    )
    checked(swap, return_)
    text = told(client, return_)
    assert page(client, return_).one("h1").text == "Please pay the difference"
    assert "What you chose is sent once the difference is paid." in text and "is sent next" not in text
    assert swap.pay_for(return_) == 13000
    assert "It is checked. What you chose is sent next." in told(client, return_)


@pytest.mark.parametrize(
    ("language", "title", "more"),
    [
        ("de", "Bitte zahlen Sie den Unterschied", "130,00 € mehr als das, was Sie zurücksenden"),
        ("he", "אנא שלמו את ההפרש", "יותר ממה שאתם מחזירים"),
    ],
)
def test_it_is_said_in_the_shoppers_language(
    swap: Swap, client: ShopClient, language: str, title: str, more: str
) -> None:
    return_ = wanted(swap, 17000, language=language)
    assert more in told(client, return_).replace("\u00a0", " ")
    checked(swap, return_)
    assert page(client, return_).one("h1").text == title


def test_who_waits_for_what_is_sold_out_reads_that(swap: Swap, client: ShopClient) -> None:
    return_ = swap.swap(swap.order(SHIRT), {1: 1}, swap.stock("HAT", 4000, 3), Instead.WAIT)
    checked(swap, return_)
    swap.sell_out(return_)
    assert page(client, return_).one("h1").text == "Sold out for now"
    assert "What you chose is sent as soon as it is there again." in told(client, return_)


@pytest.mark.parametrize(
    ("carrier", "leads"),
    [("DHL", "https://www.dhl.com/global-en/home/tracking.html?tracking-id=JJD0003"), ("Bote", "")],
)
def test_the_parcel_is_named_with_its_carrier(
    swap: Swap, client: ShopClient, carrier: str, leads: str
) -> None:
    return_ = wanted(swap)
    checked(swap, return_)
    with swap.on_exchange(return_) as exchange:
        shipping.ship(exchange, carrier, "JJD 0003", swap.clerk)
    said = page(client, return_)
    assert f"It is on its way to you. Sent with {carrier}. Tracking number: JJD 0003" in told(client, return_)
    assert [a["href"] for a in said.all("a") if "JJD" in a.text] == ([leads] if leads else [])


def test_what_was_let_go_from_the_shelf_is_not_said_to_be_kept(
    swap: Swap, client: ShopClient, at: Callable[..., None]
) -> None:
    return_ = wanted(swap)
    assert "Kept for you." in told(client, return_)
    swap.receive(return_)
    at(swap.exchange(return_).held_until + timedelta(days=1))
    swap.work()
    text = told(client, return_)
    assert "Kept for you." not in text
    assert "not kept for you any more. If it is there when yours is checked, it is sent then." in text


@pytest.fixture
def ahead(shop: Shop, at: Callable[..., None]) -> Swap:
    return swapping(shop, at, ship="at_once")


def test_the_page_says_what_is_owed_if_nothing_comes_and_that_it_was_sent(
    ahead: Swap, client: ShopClient
) -> None:
    return_ = wanted(ahead)
    owing = "If what you send back does not come in time, or is not accepted, you pay €40.00 for it."
    assert owing in told(client, return_)
    ahead.ship(return_)
    text = told(client, return_)
    assert owing in text and "planned" not in text
    assert "Another article sent already, counted when yours is checked" in text
    ahead.receive(return_)
    assert "It has arrived. We check it next. What you chose was sent already." in told(client, return_)
    ahead.inspect(return_)
    assert "It is checked. What you chose was sent already." in told(client, return_)
    ahead.approve(return_)
    ahead.work()
    assert owing not in told(client, return_)


OWED = "It did not wait for what you send back. €40.00 is still to be paid for it."


def test_while_what_was_sent_is_not_paid_no_heading_says_that_it_is_over(
    ahead: Swap, client: ShopClient, at: Callable[..., None]
) -> None:
    return_ = wanted(ahead)
    ahead.ship(return_)
    at(clock.now() + timedelta(days=40))
    ahead.work()
    assert ahead.state(return_) == "expired"
    assert page(client, return_).one("h1").text == "Please pay for what you chose"
    assert OWED in told(client, return_)
    at(clock.now() + timedelta(days=40))
    ahead.work()
    assert page(client, return_).one("h1").text == "Not paid in time"
    assert "€40.00 is still owed for what was sent to you." in told(client, return_)


def test_once_it_is_paid_its_page_says_how_the_return_ended(ahead: Swap, client: ShopClient) -> None:
    return_ = wanted(ahead)
    ahead.ship(return_)
    ahead.receive(return_)
    ahead.answer(lessened(ahead, return_))
    ahead.approve(return_)
    ahead.work()
    assert page(client, return_).one("h1").text == "Please pay for what you chose"
    with ahead.on(return_) as held:
        (demand,) = demands_of(held)
        id = demand.id
    ahead.bank.pay(ahead.link_of(id))
    with ahead.shop.transaction():
        heard(id, "paid")
    ahead.work()
    assert page(client, return_).one("h1").text == "Exchanged"


def lessened(ahead: Swap, return_: uuid.UUID) -> uuid.UUID:
    ahead.inspect(return_)
    return ahead.reduce(return_, amount=300)


def test_money_and_what_is_counted_a_moment_apart_are_both_told(ahead: Swap, client: ShopClient) -> None:
    return_ = wanted(ahead, 3000)
    ahead.ship(return_)
    checked(ahead, return_)
    text = told(client, return_)
    assert "Counted for your new article" in text and "Money sent" in text


def test_the_wizard_says_what_is_owed_if_nothing_comes(ahead: Swap, client: ShopClient) -> None:
    order = ahead.order(SHIRT, number="1001", number_key="1001")
    draft = ahead.swap_draft(order, {1: 1}, ahead.stock("HAT", 4000, 3))
    visit(client, ahead, draft)
    choosing, review = (
        " ".join(read(client.get(f"/orders/{order}/{step}").text).text.split())
        for step in ("exchange", "review")
    )
    assert "is not accepted, you pay for it." in choosing
    assert "is not accepted, you pay €40.00 for it." in review


def test_what_waits_for_the_parcel_is_not_said_to_be_owed(swap: Swap, client: ShopClient) -> None:
    order = swap.order(SHIRT, number="1001", number_key="1001")
    draft = swap.swap_draft(order, {1: 1}, swap.stock("HAT", 4000, 3))
    visit(client, swap, draft)
    for step in ("exchange", "review"):
        assert "not accepted, you pay" not in client.get(f"/orders/{order}/{step}").text
    assert "not accepted, you pay" not in told(client, wanted(swap, 4100))
