"""Products that a shop's own system sends: what becomes of each, repeated, and in part wrong."""

from typing import Any

import pytest
import sqlalchemy as sa

from portal.audit import Event, Trail
from portal.catalogue.taking import MOST
from portal.people import KeyScope
from tests.catalogue.given import count, pieces, product, variant
from tests.harness.keys import Till, key_for
from tests.harness.shops import Shop
from tests.harness.soundness import broken

pytestmark = pytest.mark.sqlite


def send(till: Till, body: Any, key: str = "", **kw: Any) -> Any:
    headers = {"Idempotency-Key": key} if key else {}
    return till.ask("/products", "POST", json=body, headers=headers, **kw)


def outcomes(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [one["outcome"] for one in answer.json["products"]]


def test_one_a_list_and_an_object_are_taken_and_the_same_again_changes_nothing(
    shop: Shop, till: Till
) -> None:
    assert outcomes(send(till, product("a", variant("A", on_hand=2)))) == ["imported"]
    both = [product("b", variant("B")), product("c", variant("C"))]
    assert outcomes(send(till, both)) == ["imported", "imported"]
    assert outcomes(send(till, {"products": both})) == ["unchanged", "unchanged"]
    assert outcomes(send(till, product("a", variant("A", on_hand=3)))) == ["updated"]
    assert (count(shop), pieces(shop, "a")) == (3, {"A": 3})
    with shop.transaction(reading=True) as session:
        rows = session.scalars(sa.select(Trail).where(Trail.event == Event.PRODUCTS_IMPORTED)).all()
        assert [row.data["imported"] for row in rows] == [
            1,
            2,
            0,
        ]  # nothing is written of what changed nothing
    assert broken(shop.app) == {}


def test_a_product_that_is_wrong_is_refused_with_its_places_and_no_other_is(shop: Shop, till: Till) -> None:
    wrong = product("bad", variant(price="1,50", on_hand="many"), title="")
    answer = send(till, [wrong, product(), product("dup", variant("HAT-S")), "text"])
    assert outcomes(answer) == ["refused", "imported", "refused", "refused"]
    bad, _, dup, text = answer.json["products"]
    assert {fault["at"] for fault in bad["errors"]} == {
        "/0/title", "/0/variants/0/price", "/0/variants/0/on_hand",
    }  # fmt: skip
    assert dup["errors"] == [{"in": "body", "at": "/2", "why": "the SKU HAT-S is offered as Hat already"}]
    assert (text["errors"][0]["at"], bad["id"], dup["source"]) == ("/3", "bad", "homeward")
    assert answer.json["counts"] == {"imported": 1, "updated": 0, "unchanged": 0, "refused": 3}


@pytest.mark.parametrize(
    ("made", "at", "why"),
    [
        (lambda: product("p", variant(price="1.505")), "/variants/0/price",
         "price is no amount in EUR: 1.505"),
        (lambda: product("p", variant("A"), variant("B", unit_cost="9.999")), "/variants/1/unit_cost",
         "unit_cost is no amount in EUR: 9.999"),
        (lambda: product("p", variant(attributes=[{"name": "Size", "value": " "}])),
         "/variants/0/attributes/0/value", "value is empty"),
        (lambda: product("p", title=" "), "/title", "title is empty"),
        (lambda: product("p", variant(price="1,50")), "/variants/0/price",
         "an amount is wanted as text with a point, like 19.99"),
        (lambda: product("p", colour="red"), "/colour", "nothing is called so"),
        (lambda: product("p", variant("B", id="1"), variant("C", id="1")), "", "two variants have the id 1"),
    ],
)  # fmt: skip
def test_a_fault_is_pointed_to_in_words_of_ours(till: Till, made: Any, at: str, why: str) -> None:
    (fault,) = send(till, [made()]).json["errors"]
    assert fault == {"in": "body", "at": f"/0{at}", "why": why}


def test_where_none_can_be_read_nothing_is_done(shop: Shop, till: Till) -> None:
    answer = send(till, {"products": [product(title="")]}, key="one")
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
    assert answer.json["errors"][0]["at"] == "/products/0/title"
    for body, why in (([], f"1 to {MOST} products"), ({"products": 1}, "a list of products")):
        assert send(till, body).json["errors"][0]["why"] == why
    many = [product(f"p{n}", *(variant("", id=str(v)) for v in range(2_001))) for n in range(5)]
    assert "10000 variants" in send(till, many).json["errors"][0]["why"]
    assert count(shop) == 0


def test_a_request_that_names_itself_happens_once(shop: Shop, till: Till) -> None:
    first = send(till, product("a", variant("A", on_hand=2)), key="one")
    again = send(till, product("a", variant("A", on_hand=2)), key="one")
    assert (again.json, again.headers["Idempotent-Replayed"]) == (first.json, "true")
    assert send(till, product("b"), key="one").status_code == 409


def test_only_a_key_with_its_scope_comes_in(shop: Shop) -> None:
    poor = Till(shop, key_for(shop, [KeyScope.WRITE_ORDERS]))
    assert send(poor, product()).status_code == 403
    assert outcomes(send(Till(shop, key_for(shop, [KeyScope.WRITE_PRODUCTS])), product())) == ["imported"]


def test_the_description_names_it(till: Till) -> None:
    said = till.ask("/openapi.json").json
    operation = said["paths"]["/api/products"]["post"]
    assert operation["security"] == [{"key": ["products.write"]}]
    assert {"Product", "Variant", "Attribute", "TakenProducts"} <= said["components"]["schemas"].keys()
