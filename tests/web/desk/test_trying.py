"""A draft of the configuration is tried on an order: beside the version in force, and nothing is changed."""

import pytest

from portal.people.roles import Role
from tests.harness.client import ShopClient
from tests.harness.configuring import drafted
from tests.harness.sales import Sold
from tests.harness.shops import Shop
from tests.harness.trading import Trade, policy
from tests.web.desk.conftest import Staff
from tests.web.desk.working import main

pytestmark = pytest.mark.sqlite
BOOTS, CUP = Sold(10_000, 1, "BOOT", "Boots"), Sold(2_000, 2, "CUP", "Cup")
FEE = {"id": "boots", "label": "Opened boots", "match": {"skus": ["BOOT"]}, "points": 1000}
CHANGED = {"fees": [FEE], "return_shipping": {"EUR": 900}, "resolutions": ["original", "store_credit"]}


@pytest.fixture
def owner(staff: Staff) -> ShopClient:
    return staff(Role.OWNER)


@pytest.fixture
def address(shop: Shop) -> str:
    """Where a draft that asks more is tried; there is the order 1001."""
    trade = Trade(shop)
    trade.order(BOOTS, CUP, number="1001", number_key="1001")
    with shop.transaction():
        draft = drafted(trade.clerk, policy(**CHANGED)).id
    return f"/desk/policy/drafts/{draft}/try"


def said(owner: ShopClient, address: str, **asked: str) -> str:
    return main(owner.get(address, query_string=asked)).text


def test_each_line_stands_under_both_and_says_whether_it_differs(owner: ShopClient, address: str) -> None:
    page = said(owner, address, number=" #1001 ")
    boots, cup = page.split("Boots")[1].split("Cup")
    assert "otherwise" in boots and "Opened boots: €10.00 of each unit is kept" in boots
    assert boots.index("In force") < boots.index("Draft") < boots.index("Opened boots")
    assert "as now" in cup and "Opened boots" not in cup
    assert "Return label: €4.90" in page and "Return label: €9.00" in page


@pytest.mark.parametrize(
    ("choice", "kept", "label"),
    [
        ("changed_mind original",     True,  "€9.00"),
        ("damaged original",          False, "€0.00"),
        ("changed_mind store_credit", True,  "€9.00"),
    ],
)  # fmt: skip
def test_what_the_shopper_says_counts(
    owner: ShopClient, address: str, choice: str, kept: bool, label: str
) -> None:
    reason, wanted = choice.split()
    page = said(owner, address, number="1001", reason=reason, wanted=wanted)
    assert ("of each unit is kept" in page) is kept
    assert f"Return label: {label}" in page.split("Boots")[0].split("Draft")[-1]


def test_how_often_the_shopper_asked_before_counts(owner: ShopClient, shop: Shop, address: str) -> None:
    trade, rule = Trade(shop), policy()["authorization"] | {"history": {"returns": 2, "days": 90}}
    with shop.transaction():
        draft = drafted(trade.clerk, policy(authorization=rule)).id
    address = f"/desk/policy/drafts/{draft}/try"
    for n in range(3):
        assert (f"90 days: {n}. So a person looks at it" in said(owner, address, number="1001")) is (n > 1)
        trade.ask(trade.order(CUP), {1: 1})


def test_the_way_back_that_is_offered_first_is_the_one_that_is_told(
    owner: ShopClient, shop: Shop, address: str
) -> None:
    code = {"sending": "qr", "amounts": {"EUR": 390}, "free_for": ["store_credit"]}
    trade = Trade(shop)
    for methods, credit, money in (
        ([code, {"sending": "label"}], "Return with a QR code: €0.00", "Return with a QR code: €3.90"),
        ([{"sending": "own"}, code], "Sent at your own cost To", "Sent at your own cost To"),
    ):
        with shop.transaction():
            draft = drafted(trade.clerk, policy(way_back={"methods": methods})).id
        address = f"/desk/policy/drafts/{draft}/try"
        assert credit in said(owner, address, number="1001", wanted="store_credit")
        assert money in said(owner, address, number="1001", wanted="original")


def test_an_unknown_order_is_told_at_its_field_and_what_was_typed_stays(
    owner: ShopClient, address: str
) -> None:
    page = owner.get(address, query_string={"number": "<b>77</b>", "reason": "damaged", "wanted": "nonsense"})
    assert "There is no order with this number." in main(page).text
    assert "&lt;b&gt;77&lt;/b&gt;" in page.text and page.status_code == 200


def test_nothing_is_asked_for_before_somebody_names_an_order(owner: ShopClient, address: str) -> None:
    page = said(owner, address)
    assert "In force" not in page.replace("which is in force", "") and "Try it" in page
