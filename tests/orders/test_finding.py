"""A shopper finds an order by its number and by what only who ordered knows."""

import pytest

from portal.orders.finding import find_order
from tests.harness.apps import counted
from tests.harness.shops import Shop
from tests.orders.files import order
from tests.orders.given import run

ADDRESS = {"postcode": "SW1A 1AA", "country": "GB"}


@pytest.fixture
def furnished(shop: Shop) -> Shop:
    run(shop, [order(address=ADDRESS), order(number="#1002", email="", name="no proof")])
    return shop


def found(shop: Shop, number: str, proof: str) -> str | None:
    with shop.transaction(reading=True):
        order = find_order(number, proof)
        return order.number if order else None


@pytest.mark.parametrize("number", ["#1001", "1001", " #1001 ", "1001\u200b"])
@pytest.mark.parametrize("proof", ["ann@example.com", " ANN@example.com", "SW1A 1AA", "sw1a1aa"])
def test_an_order_is_found_as_people_type_it(furnished: Shop, number: str, proof: str) -> None:
    assert found(furnished, number, proof) == "#1001"


@pytest.mark.parametrize(
    "number, proof",
    [
        ("#1001", "eve@example.com"),
        ("#1001", "SW1A 1AB"),
        ("#1001", ""),
        ("#1001", "SW1A"),
        ("#9999", "ann@example.com"),
        ("", "ann@example.com"),
        ("#1002", ""),
        ("#1002", " "),
        ("#1002", "@"),
        ("1001' OR 1=1 --", "ann@example.com"),
        ("\x00", "\ud800"),
    ],
)
def test_nothing_else_finds_it(furnished: Shop, number: str, proof: str) -> None:
    assert found(furnished, number, proof) is None


def test_another_shop_s_order_is_not_found(furnished: Shop, other_shop: Shop) -> None:
    assert found(other_shop, "#1001", "ann@example.com") is None


def test_an_unknown_number_and_a_wrong_proof_do_the_same_work(furnished: Shop) -> None:
    seen = []
    for number, proof in (("#9999", "eve@example.com"), ("#1001", "eve@example.com"), ("#1001", "10115")):
        with counted(furnished.app) as statements:
            assert found(furnished, number, proof) is None
        seen.append(statements)
    assert seen[0] == seen[1] == seen[2]
    assert len(seen[0]) == 2


def test_of_several_orders_with_one_number_the_proof_tells_which(shop: Shop) -> None:
    run(shop, [order(id="1", name="Ann"), order(id="2", name="Eve", email="eve@example.com")])
    with shop.transaction(reading=True):
        one, two = find_order("1001", "ann@example.com"), find_order("1001", "eve@example.com")
        assert one and two
        assert (one.name, two.name) == ("Ann", "Eve")
