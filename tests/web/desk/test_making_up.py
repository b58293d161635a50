"""A draft is tried on an order that is made up in a form: nothing is stored, and what is typed counts."""

from typing import Any

import pytest
import sqlalchemy as sa

from portal import clock
from portal.catalogue.models import Product, Variant
from portal.orders.models import Order
from portal.people.roles import Role
from tests.harness.client import ShopClient, form_of
from tests.harness.configuring import drafted
from tests.harness.pages import read, sent_by
from tests.harness.shops import Shop
from tests.harness.trading import Trade, policy
from tests.web.desk.conftest import Staff
from tests.web.desk.working import main

pytestmark = pytest.mark.sqlite
FEE = {"id": "boots", "label": "Opened boots", "match": {"tags": ["boots"]}, "points": 1000}
GIFTS = {"id": "gifts", "label": "Gifts", "gift": True, "days": 90}
CHANGED = {
    "fees": [FEE],
    "windows": [GIFTS],
    "return_shipping": {"EUR": 900},
    "way_back": {"by_country": [{"id": "swiss", "countries": ["CH"], "amounts": {"EUR": 1500}}]},
}


@pytest.fixture
def owner(staff: Staff) -> ShopClient:
    return staff(Role.OWNER)


@pytest.fixture
def address(shop: Shop) -> str:
    trade = Trade(shop)
    with shop.transaction() as session:
        made = Product(
            source="homeward",
            external_id="p",
            digest="",
            title="Alpine boot",
            category="Shoes",
            tags=["boots"],
            currency="EUR",
            prices_include_tax=True,
            imported_at=clock.now(),
        )
        made.variants.append(Variant(position=1, source="homeward", external_id="v", sku="BOOT-40",
                                     price=11_900, tax_rates=["19"]))  # fmt: skip
        session.add(made)
        return f"/desk/policy/drafts/{drafted(trade.clerk, policy(**CHANGED)).id}/try/made-up"


def tried(owner: ShopClient, address: str, **typed: Any) -> str:
    page = owner.get(address)
    answer = owner.send(page, "/made-up", **{"take": None, "price": "100", **typed})
    assert answer.status_code == 200, main(answer).text
    return main(answer).text


def test_the_page_opens_and_asks(owner: ShopClient, address: str) -> None:
    page = owner.get(address)
    assert page.status_code == 200 and "Opened boots" not in main(page).text
    form = sent_by(form_of(read(page.text), "/made-up"))
    assert (form["currency"], form["quantity"]) == (["EUR"], ["1"])


def test_both_sides_say_verdict_fee_and_offers(owner: ShopClient, address: str, shop: Shop) -> None:
    said = tried(owner, address, title="Boots <b>", tags="red, boots", price="119,00", tax="19")
    assert "Opened boots: €10.00 of each unit is kept" in said and "Boots <b>" in said
    assert "Return label: €4.90" in said and "Return label: €9.00" in said and "To choose between" in said
    assert "Return label: €15.00" in tried(owner, address, country="ch")
    assert "Opened boots" not in tried(owner, address, tags="boots", reason="damaged")
    with shop.transaction(reading=True) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Order)) == 0


def test_days_and_gifts_count(owner: ShopClient, address: str) -> None:
    old = {"placed": "2020-01-01", "delivered": "2020-01-03"}
    assert "The time to send it back ended on" in tried(owner, address, **old)
    assert "by “Gifts”" in tried(owner, address, gift="y", **old)
    assert "has not been sent to you yet" in tried(owner, address, delivered="", shipped="")


def test_an_article_is_taken_from_the_catalogue(owner: ShopClient, address: str) -> None:
    page = owner.get(address)
    taken = owner.send(page, "/made-up", sku="BOOT-40", title="Something else", take="1")
    assert taken.status_code == 200 and "Opened boots: €10.00" in main(taken).text
    form = sent_by(form_of(read(taken.text), "/made-up"))
    assert form["title"] == ["Alpine boot"] and form["price"] == ["119.00"] and form["tax"] == ["19"]
    kept = owner.send(page, "/made-up", sku="BOOT-40", title="Mine", price="5", take=None)
    form = sent_by(form_of(read(kept.text), "/made-up"))
    assert (form["title"], form["price"], form["tags"]) == (["Mine"], ["5"], ["boots"])


def test_what_is_wrong_stands_at_its_field(owner: ShopClient, address: str) -> None:
    page = owner.get(address)
    for typed, field in (
        ({"price": "1e3"}, "price"), ({"price": ""}, "price"), ({"quantity": "0"}, "quantity"),
        ({"placed": "soon"}, "placed"), ({"country": "Mars"}, "country"), ({"tax": "x"}, "tax"),
        ({"title": "a\x00"}, "title"), ({"currency": "???"}, "currency"),
    ):  # fmt: skip
        wrong = owner.send(page, "/made-up", **{"price": "5", "take": None, **typed})
        assert wrong.status_code == (200 if field == "currency" else 422), typed
        assert field == "currency" or main(wrong).one(id=f"{field}-error").text
