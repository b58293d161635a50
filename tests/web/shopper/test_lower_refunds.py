"""Several lower refunds on one page: each can be told from the others by its name alone."""

import pytest

from portal.returns.links import status_token
from tests.harness.client import ShopClient
from tests.harness.pages import Element, read
from tests.harness.sales import Sold
from tests.harness.shops import Shop
from tests.harness.trading import Trade

CUP = Sold(5_000, 1, "CUP", "Cup", taxes={"19": 798})


def names(page: Element) -> list[str]:
    """What its regions are called."""
    found = [e.get("aria-labelledby").split() for e in page.all("section")]
    return [" ".join(page.one(id=id).text for id in ids) for ids in found if ids]


@pytest.mark.sqlite
def test_two_lower_refunds_have_two_names(shop: Shop, client: ShopClient) -> None:
    trade = Trade(shop)
    return_ = trade.ask(trade.order(CUP, CUP), {1: 1, 2: 1})
    trade.receive(return_)
    trade.inspect(return_)
    trade.reduce(return_)
    address = f"/s/{status_token(return_)}"
    assert [name for name in names(read(client.get(address).text)) if "lower" in name] == [
        "Do you agree with a lower refund? 1 × Cup"
    ]
    trade.reduce(return_)
    page = read(client.get(address).text)
    assert [name for name in names(page) if "lower" in name] == [
        "Do you agree with a lower refund? 1 of 2 1 × Cup",
        "Do you agree with a lower refund? 2 of 2 1 × Cup",
    ]
    assert len(set(names(page))) == len(names(page))
    told = [b.get("aria-describedby") for b in page.all("button") if b.text == "Accept"]
    assert len(set(told)) == 2 and all(page.one(id=id).text == "1 × Cup" for id in told)
