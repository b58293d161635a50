"""Orders that a shop's own system sends: what becomes of each, repeated, in part wrong, and hostile."""

import io
import json
from typing import Any

import pytest
import sqlalchemy as sa

from portal.audit import Event, Trail
from portal.orders.models import Order
from portal.orders.taking import MOST
from portal.people import ApiKey
from tests.harness.keys import Till, key_for
from tests.harness.shops import Shop
from tests.harness.soundness import broken


def order(number: str = "FF-1", **facts: Any) -> dict[str, Any]:
    lines = [{"title": "Mug", "quantity": 2, "subtotal": "20.00"}]
    head = {"number": number, "placed_at": "2026-05-01T09:58:12+02:00", "currency": "EUR"}
    paid = [{"captured": "20.00", "kind": "card"}]
    return {**head, "prices_include_tax": True, "lines": lines, "payments": paid, **facts}


def outcomes(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [one["outcome"] for one in answer.json["orders"]]


def orders(shop: Shop) -> int:
    with shop.transaction(reading=True) as session:
        return session.scalars(sa.select(sa.func.count(Order.id)).where(Order.tenant_id == shop.id)).one()


def test_one_order_a_list_and_an_object_with_a_list_are_taken(shop: Shop, till: Till) -> None:
    assert outcomes(till.send(order("A"))) == ["imported"]
    assert outcomes(till.send([order("B"), order("C")])) == ["imported", "imported"]
    assert outcomes(till.send({"orders": [order("D")]})) == ["imported"]
    assert orders(shop) == 4
    assert broken(shop.app) == {}


def test_the_same_again_changes_nothing_and_more_updates(shop: Shop, till: Till) -> None:
    first = till.send([order(id="1"), order("FF-2", id="2")])
    assert first.json["counts"] == {"imported": 2, "updated": 0, "unchanged": 0, "refused": 0}
    again = till.send([order(id="1"), order("FF-2", id="2", email="ann@example.com")])
    assert outcomes(again) == ["unchanged", "updated"]
    assert again.json["orders"][1] == {
        **{"number": "FF-2", "source": "homeward", "id": "2", "outcome": "updated"},
        **{"retry": False, "errors": []},
    }
    assert orders(shop) == 2


def test_an_order_that_is_wrong_is_refused_with_its_places_and_no_other_is(shop: Shop, till: Till) -> None:
    wrong = order("BAD", currency="Euro", lines=[{"title": "", "quantity": 0, "subtotal": "1,50"}])
    dear = {"title": "Mug", "quantity": 1, "subtotal": "20.00", "discount": "99.00"}
    answer = till.send([wrong, order(), order("DIS", lines=[dear])])
    assert outcomes(answer) == ["refused", "imported", "refused"]
    bad, _, more = answer.json["orders"]
    assert {fault["at"] for fault in bad["errors"]} == {
        "/0/currency", "/0/lines/0/title", "/0/lines/0/quantity", "/0/lines/0/subtotal",
    }  # fmt: skip
    assert more["errors"][0]["at"] == "/2"
    assert bad["number"] == "BAD"
    assert orders(shop) == 1


def test_an_amount_that_its_currency_has_not_is_pointed_to(till: Till) -> None:
    lines = [{"title": "Mug", "quantity": 1, "subtotal": text} for text in ("10.00", "10.005")]
    (fault,) = till.send(order(lines=lines)).json["errors"]
    assert (fault["at"], fault["why"]) == ("/lines/1/subtotal", "subtotal is no amount in EUR: 10.005")


def test_where_no_order_can_be_read_nothing_is_done(shop: Shop, till: Till) -> None:
    answer = till.send({"orders": [order(number="")]}, key="one")
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
    assert answer.json["errors"] == [
        {"in": "body", "at": "/orders/0/number", "why": "characters: at least 1"}
    ]
    assert answer.json["request"] == answer.headers["X-Request-Id"]
    assert orders(shop) == 0
    assert outcomes(till.send({"orders": [order()]}, key="one")) == ["imported"]  # the key was not used up


@pytest.mark.sqlite
@pytest.mark.parametrize("body", [[], [order()] * (MOST + 1), {"orders": {}}, 5, "x", [[order()]]])
def test_what_is_no_list_of_orders_is_said_to_be_none(till: Till, body: Any) -> None:
    assert till.send(body).status_code == 422


def test_a_request_with_a_key_of_its_own_is_repeatable(shop: Shop, till: Till) -> None:
    first = till.send([order("A"), order("B", currency="?")], key="4f-1")
    again = till.send([order("A"), order("B", currency="?")], key="4f-1")
    assert first.json == again.json
    assert outcomes(again) == ["imported", "refused"]
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    other = till.send([order("A")], key="4f-1")
    assert (other.status_code, other.json["title"]) == (409, "Conflict")
    assert outcomes(Till(shop).send([order("A")], key="4f-1")) == ["unchanged"]  # another system's own


@pytest.mark.sqlite
@pytest.mark.parametrize("key", ["", " ", "a b", "é", "x" * 201])
def test_a_name_of_a_request_that_is_none_is_refused(till: Till, key: str) -> None:
    answer = till.ask("/orders", "POST", json=order(), headers={"Idempotency-Key": key})
    assert answer.status_code == 422
    assert answer.json["errors"][0]["in"] == "header"


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b'{"a": NaN}', 400),
        (b'{"number": "A", "number": "B"}', 400),
        (b"\xff\xfe{}", 400),
        (b"[" * 100_000, 400),
        (b"[" * 30 + b"]" * 30, 400),
        (b'{"quantity": ' + b"9" * 5000 + b"}", 400),
        (json.dumps(order(name="A\0B")).encode(), 422),
        (json.dumps(order(name="A\x1bB")).encode(), 422),
        (json.dumps(order("\ud800")).encode(), 422),
        (json.dumps({**order(), "nu\0mber": 1}).encode(), 422),
        (json.dumps(order(lines=[{"title": "x", "quantity": 1e400, "subtotal": "1"}])).encode(), 400),
        (b" " * (8 * 1024 * 1024 + 1), 413),
    ],
    ids=range(14),
)
def test_hostile_bodies_are_refused_without_a_trace(shop: Shop, till: Till, body: bytes, status: int) -> None:
    answer = till.ask("/orders", "POST", data=body, content_type="application/json")
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json"), answer.text
    assert set(answer.json) == {"type", "title", "status", "detail", "request", "errors"}
    assert orders(shop) == 0


@pytest.mark.sqlite
@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"Content-Type": "application/json; charset=latin-1"},
        {"Content-Type": "application/json", "Content-Encoding": "gzip"},
    ],
)
def test_other_types_than_json_are_refused(till: Till, headers: dict[str, str]) -> None:
    assert till.ask("/orders", "POST", data=b"{}", headers=headers).status_code == 415


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("path", "method", "status"),
    [
        ("", "GET", 404),
        ("/", "GET", 404),
        ("/nothing", "GET", 404),
        ("/orders/", "POST", 404),
        ("/orders", "GET", 405),
        ("/orders", "OPTIONS", 405),
        ("/orders", "DELETE", 405),
    ],
)
def test_what_is_not_there_is_said_to_programs(till: Till, path: str, method: str, status: int) -> None:
    for answer in (till.ask(path, method), till.client.open(f"/nobody/api{path}", method=method)):
        assert answer.mimetype == "application/problem+json"
        assert answer.json["status"] == answer.status_code
    assert till.ask(path, method).status_code == status


def test_what_a_key_did_is_on_the_trail_and_its_use_is_noted(shop: Shop) -> None:
    till = Till(shop, key_for(shop, name="ERP"))
    till.send([order()])
    till.send([order()])
    with shop.transaction(reading=True) as session:
        key = session.scalars(sa.select(ApiKey).where(ApiKey.name == "ERP")).one()
        rows = session.scalars(sa.select(Trail).where(Trail.event == Event.ORDERS_IMPORTED)).all()
        assert key.used_at is not None
        assert [(row.actor_kind, row.actor_id) for row in rows] == [("api", key.id)]
        assert rows[0].data == {"imported": 1, "updated": 0, "unchanged": 0, "refused": 0}


@pytest.mark.sqlite
def test_whoever_asks_too_often_waits(till: Till) -> None:
    for _ in range(600):
        answer = till.ask("/orders", "POST")
        if answer.status_code == 429:
            break
    else:
        answer = till.ask("/orders", "POST")
    assert (answer.status_code, answer.mimetype) == (429, "application/problem+json")
    assert int(answer.headers["Retry-After"]) > 0


@pytest.mark.sqlite
def test_a_body_in_pieces_is_not_cut_off_but_refused(shop: Shop, till: Till) -> None:
    """It says no length, so it is the reading that notices."""
    body = json.dumps(order()).encode() + b" " * (8 * 1024 * 1024)
    environ = {"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"}
    answer = till.ask(
        "/orders", "POST", input_stream=io.BytesIO(body), environ_overrides=environ,
        content_type="application/json",
    )  # fmt: skip
    assert answer.status_code == 413
    assert orders(shop) == 0
