"""From the search to the label it takes five forms and one link, whatever the order holds."""

import pytest
from werkzeug.test import TestResponse

from tests.harness.client import ShopClient
from tests.harness.pages import Element, read
from tests.harness.sales import BOOTS, SOCKS, Sold, sell
from tests.harness.shops import Shop
from tests.web.shopper.walking import EMAIL, on

MOST = 6
LAMP = Sold(24000, 1, "LA-1", "Desk lamp", tags=("electronics", "sealed"))


def chosen(form: Element) -> dict[str, list[str] | str]:
    """What a shopper fills in: every box ticked, the first of each choice."""
    boxes = [e["value"] for e in form.all("input", type="checkbox")]
    radios = form.all("input", type="radio")
    first = {e["name"]: e["value"] for e in reversed(radios)}
    known = {"number": "1001", "proof": EMAIL}
    typed = {e["name"]: known[e["name"]] for e in form.all("input", type="text")}
    return {**typed, **first, **({"items": boxes} if boxes else {})}


def label(page: TestResponse) -> str:
    ends = [a["href"] for a in read(page.text).all("a") if a.get("href").endswith("/label.pdf")]
    return ends[0] if ends else ""


@pytest.mark.parametrize("lines", [[BOOTS], [SOCKS, BOOTS, LAMP], [SOCKS] * 12], ids=len)
@pytest.mark.parametrize("htmx", [False, True], ids=["plain", "htmx"])
def test_six_submissions_lead_from_the_search_to_the_label(
    shop: Shop, client: ShopClient, lines: list[Sold], htmx: bool
) -> None:
    sell(shop, *lines)
    page, submissions = client.get("/find"), 0
    while not label(page) and submissions < MOST:
        form = read(page.text).one("form")
        page = on(client, client.send(page, htmx=htmx, **chosen(form)), htmx=htmx)
        submissions += 1
    paper = client.get(label(page))
    submissions += 1
    assert (paper.status_code, paper.mimetype) == (200, "application/pdf")
    assert submissions == MOST
