"""What was picked is gone when the return is requested: it is said at the article, with the ways on."""

import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

import pytest
from werkzeug.test import TestResponse

from tests.harness.client import ShopClient
from tests.harness.pages import Element, read
from tests.harness.shops import Shop
from tests.harness.swapping import Swap
from tests.web.shopper.test_exchanges import SHIRT, swapping, visit
from tests.web.shopper.walking import main, on

ACT = "Request return"


class Late(NamedTuple):
    """A shopper at the last step, and somebody who was faster."""

    swap: Swap
    client: ShopClient
    page: TestResponse
    faster: uuid.UUID

    @property
    def path(self) -> str:
        return self.page.request.path


@pytest.fixture
def late(shop: Shop, at: Callable[..., None], client: ShopClient) -> Late:
    swap = swapping(shop, at)
    hat = swap.stock("HAT", 4000, 1, product="Hat")
    order = swap.order(SHIRT, number="1001", number_key="1001")
    visit(client, swap, swap.swap_draft(order, {1: 1}, hat))
    page = client.get(f"/orders/{order}/review")
    assert ACT in acts(page)
    return Late(swap, client, page, swap.swap(swap.order(SHIRT), {1: 1}, hat))


def acts(page: TestResponse) -> list[str]:
    return [button.text for button in main(page).all("button")]


def at_the_article(page: TestResponse) -> Element:
    (row,) = [li for li in main(page).all("li") if li.get("id").startswith("at-")]
    return row


@pytest.mark.parametrize("htmx", [False, True])
def test_it_is_said_at_the_article_with_the_ways_on(late: Late, htmx: bool) -> None:
    refused = late.client.send(late.page, "/review", htmx=htmx)
    assert refused.status_code == 409 and ACT not in acts(refused)
    row = at_the_article(refused)
    assert "Hat" in row.text and "It is sold out. Choose something else." in row.text
    ways = [a["href"].rpartition("/")[2] for a in row.all("a")]
    assert ways == ["exchange", "resolution"]
    assert all(late.client.get(a["href"]).status_code == 200 for a in row.all("a"))
    (note,) = read(refused.text).all(role="alert")
    assert note.one("a")["href"] == f"#{row['id']}"


def test_it_is_said_before_anything_is_sent_and_no_longer_once_it_is_there(late: Late) -> None:
    seen = late.client.get(late.path)
    assert ACT not in acts(seen) and "It is sold out" in at_the_article(seen).text
    late.swap.cancel(late.faster)
    assert ACT in acts(late.client.get(late.path))
    done = on(late.client, late.client.send(late.page, "/review"))
    assert "/returns/" in done.request.path


def test_who_takes_their_money_instead_goes_on(late: Late) -> None:
    refused = late.client.send(late.page, "/review")
    offers = late.client.get(at_the_article(refused).all("a")[1]["href"])
    review = on(late.client, late.client.send(offers, "/resolution", resolution="original"))
    assert ACT in acts(review)
    assert "/returns/" in on(late.client, late.client.send(review, "/review")).request.path


@pytest.mark.sqlite
def test_two_lines_that_want_the_same_are_counted_together(
    shop: Shop, at: Callable[..., None], client: ShopClient
) -> None:
    swap = swapping(shop, at)
    hat = swap.stock("HAT", 4000, 2, product="Hat")
    order = swap.order(SHIRT, replace(SHIRT, sku="SHIRT-S"), number="1001", number_key="1001")
    visit(client, swap, swap.swap_draft(order, {1: 1, 2: 1}, hat))
    assert ACT in acts(client.get(f"/orders/{order}/review"))
    swap.swap(swap.order(SHIRT), {1: 1}, hat)
    page = client.get(f"/orders/{order}/review")
    rows = [li.text for li in main(page).all("li") if li.get("id").startswith("at-")]
    assert ["Only 1 of it are left" in row for row in rows] == [True, True] and ACT not in acts(page)
