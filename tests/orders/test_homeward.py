"""Homeward's own format: what it can say, and that the published schema says the same."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from portal.orders.facts import DeliveryFacts, OrderFacts, PaymentFacts, ShipmentFacts, TaxFacts
from portal.orders.reading import schema
from tests.orders.files import flags, item, only, order, results, told

DOCS = Path(__file__).parents[2] / "docs"
PUBLISHED = json.loads((DOCS / "orders.schema.json").read_text())
VALIDATOR = Draft202012Validator(PUBLISHED)

FULL: dict[str, Any] = {
    "source": "erp",
    "id": "90001",
    "number": "FF-20418",
    "placed_at": "2026-05-01T09:58:12+02:00",
    "currency": "EUR",
    "prices_include_tax": True,
    "email": "ann@example.com",
    "name": "Ann Example",
    "address": {"lines": ["Hauptstraße 1", "10115 Berlin"], "postcode": "10115", "country": "DE"},
    "language": "de",
    "lines": [
        {
            "id": "l1",
            "sku": "MUG",
            "title": "Mug",
            "variant": "Blue",
            "quantity": 3,
            "subtotal": "10.00",
            "discount": "1.00",
            "taxes": {"19": "1.44"},
            "category": "kitchen",
            "tags": ["fragile", "gift"],
            "unit_cost": "1.20",
            "image": "https://cdn.example.com/mug.jpg",
        },
        {"title": "Gift wrap", "quantity": 1, "subtotal": "2.00", "taxable": False},
    ],
    "discount": "1.10",
    "delivery": {"charged": "12.00", "discount": "2.00", "standard": "4.95", "taxes": {"19": "1.60"}},
    "payments": [
        {"kind": "gift_card", "captured": "5.00"},
        {
            "kind": "card",
            "gateway": "stripe",
            "reference": "pi_1",
            "label": "Visa •••• 4242",
            "captured": "14.90",
            "refunded_outside": "3.00",
        },
    ],
    "shipments": [
        {
            "shipped_at": "2026-05-02T09:00:00Z",
            "delivered_at": "2026-05-04T11:30:00+02:00",
            "carrier": "DHL",
            "tracking": "003404",
            "lines": ["l1"],
        },
        {"shipped_at": "2026-05-03T09:00:00Z"},
    ],
    "cancelled_at": "2026-05-05T00:00:00Z",
    "totals": {"goods": "9.90", "tax": "3.04", "total": "19.90"},
}


def test_an_order_is_read_with_all_it_says() -> None:
    found = only(FULL)
    assert (found.source, found.external_id, found.number, found.language) == (
        "erp",
        "90001",
        "FF-20418",
        "de",
    )
    assert (found.address, found.postcode, found.country) == (
        ("Hauptstraße 1", "10115 Berlin"),
        "10115",
        "DE",
    )
    mug, wrap = found.lines
    assert (mug.key, mug.variant, mug.quantity, mug.subtotal) == ("l1", "Blue", 3, 1000)
    assert (mug.category, mug.tags, mug.unit_cost) == ("kitchen", ("fragile", "gift"), 120)
    assert (wrap.key, wrap.taxes, wrap.unit_cost) == ("2", (), None)
    assert (mug.discount, wrap.discount) == (190, 20)
    assert mug.taxes == (TaxFacts("19", 144),)
    assert found.delivery == DeliveryFacts(1200, 200, 495, (TaxFacts("19", 160),))
    assert found.payments[1] == PaymentFacts("card", "stripe", "pi_1", 1490, "Visa •••• 4242", 300)
    assert (found.captured, found.refunded_outside) == (1990, 300)
    assert isinstance(found.shipments[0], ShipmentFacts)
    assert (found.shipments[0].carrier, found.shipments[0].lines) == ("DHL", ("l1",))
    assert found.shipments[0].delivered_at and found.shipments[0].delivered_at.hour == 9
    assert (found.shipments[1].lines, found.shipments[1].delivered_at) == (None, None)
    assert found.cancelled_at
    assert flags(found) == []


def test_the_least_that_an_order_must_say() -> None:
    least = {
        "number": "1",
        "placed_at": "2026-05-01T09:58:12Z",
        "currency": "JPY",
        "prices_include_tax": False,
        "lines": [{"title": "Mug", "quantity": 1, "subtotal": "1000"}],
    }
    found = only(least)
    assert (found.external_id, found.lines[0].subtotal, found.captured, flags(found)) == ("1", 1000, 0, [])


def test_an_amount_has_the_decimals_of_its_currency() -> None:
    line = [item(subtotal="1.234")]
    assert only(order(currency="KWD", lines=line, payments=[])).lines[0].subtotal == 1234
    (refused,) = results(json.dumps(order(lines=line)))
    assert told(refused) == "1 refused #1001: lines.1.subtotal is no amount in EUR: 1.234"


@pytest.mark.parametrize(
    "facts, why",
    [
        ({"refunded_ouside": "3.00"}, "refunded_ouside: nothing is called so"),
        ({"lines": []}, "lines: entries: at least 1"),
        ({"lines": [item(id="a"), item(id="a")]}, "two lines have the id a"),
        ({"lines": [item(id="2"), item()]}, "two lines have the id 2"),
        ({"lines": [item(quantity=0)]}, "lines.1.quantity: at least 1"),
        ({"lines": [item(quantity="1")]}, "lines.1.quantity: a whole number is wanted"),
        ({"lines": [item(quantity=True)]}, "lines.1.quantity: a whole number is wanted"),
        ({"lines": [item(subtotal=10)]}, "lines.1.subtotal: a text is wanted, in quotation marks if need be"),
        ({"lines": [item(subtotal=10.0)]},
         "lines.1.subtotal: a text is wanted, in quotation marks if need be"),
        ({"lines": [item(image="javascript:alert(1)")]},
         "lines.1.image is not written as the format asks: javascript:alert(1)"),
        ({"shipments": [{"lines": ["z"]}]}, "shipments.1.lines names a line that the order has not"),
        ({"name": "a\ud800"},
         "name: a text is wanted, in quotation marks if need be"),
        ({"name": "a\u0000"}, "name has the control character U+0000"),
        ({"number": " # "}, "number has no letter or digit"),
        ({"placed_at": "2026-13-01T09:58:12Z"},
         "placed_at is no date and time with its offset: 2026-13-01T09:58:12Z"),
        ({"lines": [item(discount="10.01")]}, "line 1: discounts of 10.01 EUR on a price of 10.00 EUR"),
        ({"lines": [item(taxes={"19": "10.01"})]}, "line 1: more tax than the price that holds it"),
        ({"delivery": {"charged": "1.00", "discount": "1.01"}},
         "delivery: a discount of 1.01 EUR on a charge of 1.00 EUR"),
        ({"delivery": {"charged": "1.00", "taxes": {"19": "1.01"}}},
         "delivery: more tax than the price that holds it"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_with_its_reason(facts: dict[str, Any], why: str) -> None:
    (refused,) = results(json.dumps(order(**facts)))
    assert told(refused).split(": ", 1)[1] == why


def test_a_language_that_nobody_can_speak_is_left_out() -> None:
    assert only(order(language="xx-YY")).language is None
    assert only(order(language="pt-BR")).language == "pt-BR"


# The schema


def test_the_published_schema_is_the_readers() -> None:
    assert schema.published() == PUBLISHED, "write it anew: flask orders schema > docs/orders.schema.json"


def test_the_published_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(PUBLISHED)
    assert PUBLISHED["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_the_example_of_the_manual_is_read() -> None:
    manual = (DOCS / "orders.md").read_text()
    example = json.loads(manual.split("```json\n")[1].split("```")[0])
    assert VALIDATOR.is_valid(example)
    assert flags(only(example)) == []


def changed(document: dict[str, Any], path: tuple[Any, ...], value: Any) -> dict[str, Any]:
    made = copy.deepcopy(document)
    place: Any = made
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return made


def paths(document: Any, above: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a document."""
    steps = document.items() if isinstance(document, dict) else enumerate(document)
    found = []
    for step, value in steps:
        found.append((*above, step))
        if isinstance(value, dict | list):
            found += paths(value, (*above, step))
    return found


@pytest.mark.parametrize(
    "value", [None, 17, 1.5, True, "", "x", "-1.00", "1e3", " 1.00", [], {}, {"x": "1.00"}, [1]]
)
def test_schema_and_reader_agree_on_whatever_stands_anywhere(value: Any) -> None:
    """What the schema refuses is refused; what it takes is taken, or refused for a reason beyond schemas."""
    for path in paths(FULL):
        document = changed(FULL, path, value)
        (found,) = results(json.dumps(document))
        taken = isinstance(found[1], OrderFacts)
        if VALIDATOR.is_valid(document):
            assert taken or told(found).endswith(BEYOND), (path, told(found))
        else:
            assert not taken, (path, value)


# What a schema cannot say: sums, and what refers to another place.
BEYOND = (
    "names a line that the order has not",
    "more tax than the price that holds it",
    "on a price of 0.00 EUR",
    "on a charge of 0.00 EUR",
)
