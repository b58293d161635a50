"""Products into the shop: whole or not at all, again and again, one SKU for one variant."""

import json
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from portal.audit import Event, Trail
from portal.catalogue import StockLevel, Variant
from portal.catalogue.importing import MOST_AT_ONCE, chunks
from tests.catalogue.given import count, product, run, stored, variant
from tests.harness.apps import counted
from tests.harness.shops import Shop, find_shop
from tests.harness.soundness import broken
from tests.orders.given import outcomes


def test_a_product_is_taken_with_its_variants_again_and_again(shop: Shop) -> None:
    """On both databases: in bulk, unchanged, amended, with two SKUs swapped, with a variant that goes."""
    size = lambda value: [{"name": "Size", "value": value}, {"name": "Colour", "value": "Moss"}]  # noqa: E731
    hat = product(
        "hat",
        variant("HAT-S", id="1", attributes=size("S"), unit_cost="7.50", on_hand=3),
        variant("HAT-M", id="2", attributes=size("M"), price="21.00", tax_rates=["7.00"]),
        currency="EUR", prices_include_tax=True, tax_rates=["19"], vendor="Wolle & Sohn", tags=["wool"],
        category="Clothing", image="https://cdn.example/hat.jpg",
    )  # fmt: skip
    assert outcomes(run(shop, [hat, product("cap", variant("CAP"))])) == ["1 imported", "1 imported"]
    assert outcomes(run(shop, {"products": [hat]})) == ["1 unchanged"]
    found = stored(shop)
    assert (found.title, found.vendor, found.currency, found.prices_include_tax) == (
        "Hat", "Wolle & Sohn", "EUR", True,
    )  # fmt: skip
    small, medium = found.variants
    assert (small.sku, small.price, small.unit_cost, small.tax_rates, small.on_hand) == (
        "HAT-S", 1900, 750, ["19"], 3,
    )  # fmt: skip
    assert (medium.attributes, medium.unit_cost, medium.tax_rates, medium.on_hand) == (
        [["Size", "M"], ["Colour", "Moss"]], None, ["7"], None,
    )  # fmt: skip
    hat["variants"] = [variant("HAT-M", id="1"), variant("HAT-S", id="2"), variant("HAT-L", id="3")]
    assert outcomes(run(shop, hat)) == ["1 updated"]
    assert [(v.external_id, v.sku, v.offered) for v in stored(shop).variants] == [
        ("1", "HAT-M", True), ("2", "HAT-S", True), ("3", "HAT-L", True),
    ]  # fmt: skip
    hat["variants"] = [variant("HAT-S", id="2"), variant("HAT-XL", id="4")]
    run(shop, hat)
    assert outcomes(run(shop, hat)) == ["1 unchanged"]
    now = {v.external_id: (v.gone, v.offered) for v in stored(shop).variants}
    assert now == {"1": (True, False), "2": (False, True), "3": (True, False), "4": (False, True)}
    assert stored(shop).variants[0].id in {small.id, medium.id}
    hat["variants"].append(variant("HAT-M", id="1"))
    run(shop, hat)
    assert {v.external_id: v.id for v in stored(shop).variants}["1"] == small.id  # it is back, not doubled
    assert broken(shop.app) == {}


def test_one_sku_is_offered_once_by_a_source(shop: Shop) -> None:
    """On both databases, since an index stands behind it."""
    twice = product("twice", variant("A", id="1"), variant("A", id="2"))
    file = [twice, product("hat", variant("A")), product("cap", variant("A")), product("erp", variant("A"))]
    file[3]["source"] = "erp"
    assert outcomes(run(shop, file)) == [
        "1 refused: two active variants have the SKU A",
        "1 imported",
        "1 refused: the SKU A is offered as Hat already",
        "1 imported",
    ]
    assert outcomes(run(shop, [product("cap", variant("A"), active=False)])) == ["1 imported"]
    assert outcomes(run(shop, [product("cap", variant("A"))])) == [
        "1 refused: the SKU A is offered as Hat already"
    ]
    file = [product("hat", variant("A", active=False)), product("cap", variant("A"))]
    assert outcomes(run(shop, file)) == ["1 updated", "1 updated"]
    assert [stored(shop, id).variants[0].offered for id in ("hat", "cap")] == [False, True]
    assert outcomes(run(shop, [product("none", variant("", id="1"), variant("", id="2"))])) == ["1 imported"]
    assert broken(shop.app) == {}


@pytest.mark.sqlite
def test_a_variant_is_found_by_what_was_told_last(shop: Shop) -> None:
    small = variant("HAT-S", attributes=[{"name": "Größe", "value": "Écru S"}])
    for title in ("Hat", "Straßenhut"):
        run(shop, [product("hat", small, title=title)])
    assert stored(shop, "hat").variants[0].found_by == "strassenhut hat-s ecru s"


@pytest.mark.sqlite
def test_another_shop_may_sell_the_same(shop: Shop) -> None:
    other = find_shop(shop.app, "other")
    run(shop, product())
    assert outcomes(run(other, product())) == ["1 imported"]
    assert (count(shop), count(other)) == (1, 1)


@pytest.mark.sqlite
def test_what_the_database_refuses_costs_its_own_product_only(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The guards before it see doubles; should one slip through, the index holds and the others stand."""
    monkeypatch.setattr("portal.catalogue.directory.Directory.doubled", lambda self, product: None)
    run(shop, product("hat", variant("A")))
    file = [product("cap", variant("B")), product("dup", variant("A")), product("sock", variant("C"))]
    assert outcomes(run(shop, file)) == [
        "1 imported", "1 refused: it contradicts a product that is there", "1 imported",
    ]  # fmt: skip
    assert (count(shop), count(shop, Variant)) == (3, 3)


@pytest.mark.sqlite
def test_a_variant_is_known_by_its_id_or_else_by_its_sku(shop: Shop) -> None:
    run(shop, product("hat", variant("HAT-S", id="old")))
    before = stored(shop).variants[0]
    run(shop, product("hat", variant("HAT-S", id="new")))
    (after,) = stored(shop).variants
    assert (after.id, after.external_id) == (before.id, "new")


@pytest.mark.sqlite
def test_the_trail_says_how_many(shop: Shop) -> None:
    run(shop, [product(), product("bad", price="x")])
    with shop.transaction(reading=True) as session:
        found = session.scalars(sa.select(Trail).where(Trail.event == Event.PRODUCTS_IMPORTED)).one()
        assert found.data == {"imported": 1, "updated": 0, "unchanged": 0, "refused": 1}


WRONG: list[tuple[Callable[[], dict[str, Any]], str]] = [
    (lambda: product(variants=[]), "variants: entries: at least 1"),
    (
        lambda: product("hat", variant(price="1,50")),
        "variants.1.price is not written as the format asks: 1,50",
    ),
    (lambda: product("hat", variant(price="1.505")), "variants.1.price is no amount in EUR: 1.505"),
    (lambda: product("hat", variant(price="-1")), "variants.1.price is not written as the format asks: -1"),
    (
        lambda: product("hat", variant(unit_cost="NaN")),
        "variants.1.unit_cost is not written as the format asks",
    ),
    (lambda: product(currency="EUX"), "currency is no currency code: EUX"),
    (lambda: product(title="A\u0000B"), "title has the control character U+0000"),
    (lambda: product(title="   "), "title is empty"),
    (lambda: product(colour="red"), "colour: nothing is called so"),
    (lambda: product(image="http://cdn.example/a.jpg"), "image is not written as the format asks"),
    (lambda: product("hat", variant(on_hand=1.5)), "variants.1.on_hand: a whole number is wanted"),
    (
        lambda: product("hat", variant(on_hand=1, on_hand_at="2099-01-01T00:00:00Z")),
        "variants.1.on_hand_at lies in the future: 2099-01-01T00:00:00Z",
    ),
    (
        lambda: product("hat", variant(attributes=[{"name": "Size", "value": "S"}] * 2)),
        "variants.1.attributes names one thing twice",
    ),
    (lambda: product("hat", variant("A", id="1"), variant("B", id="1")), "two variants have the id 1"),
]


@pytest.mark.sqlite
def test_what_is_wrong_is_refused_with_its_reason_and_nothing_of_it_is_taken(shop: Shop) -> None:
    results = run(shop, "\n".join(json.dumps(make()) for make, _ in WRONG))
    for n, ((_, why), said) in enumerate(zip(WRONG, outcomes(results), strict=True), 1):
        assert said.startswith(f"{n} refused: {why}")
    assert (count(shop), count(shop, Variant), count(shop, StockLevel)) == (0, 0, 0)


@pytest.mark.sqlite
def test_few_are_in_memory_at_a_time(shop: Shop) -> None:
    """However many variants they have; and one product may have more."""
    sizes = [1] * 450 + [MOST_AT_ONCE // 2 + 1] * 3

    class Fake:
        def __init__(self, n: int) -> None:
            self.variants = range(n)

    read = iter((n, (1, Fake(size))) for n, size in enumerate(sizes))
    found = [len(chunk) for chunk in chunks(read)]  # type: ignore[arg-type]
    assert found == [200, 200, 51, 1, 1]


@pytest.mark.sqlite
def test_the_statements_do_not_grow_with_the_products(shop: Shop) -> None:
    def statements(n: int, on_hand: int) -> int:
        file = [
            product(f"{n}/{i}", *(variant(f"{n}/{i}/{v}", on_hand=on_hand) for v in range(5)))
            for i in range(n)
        ]
        with counted(shop.app) as seen:
            run(shop, file)
        return len(seen)

    assert statements(3, 1) == statements(150, 1)  # new ones
    assert statements(3, 2) == statements(150, 2)  # levels alone
