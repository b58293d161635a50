"""The page of a return that is exchanged: what it says at each turn, and that it is so."""

import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest

from portal import clock
from portal.returns.links import status_token
from tests.harness.client import ShopClient
from tests.harness.pages import Element, read
from tests.harness.sales import Sold
from tests.harness.shops import Shop
from tests.harness.swapping import Swap
from tests.harness.trading import policy
from tests.refunds.test_exchanges import checked

SHIRT = Sold(4000, 1, "SHIRT-M", "Shirt", taxes={"19": 639}, unit_cost=1200)

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
