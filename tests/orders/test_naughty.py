"""Strings that have broken other programs: an order that holds one comes in as it is, or is refused alone."""

import gzip
import json
import unicodedata
from contextlib import suppress

import pytest

from portal.errors import Refusal
from portal.orders.facts import OrderFacts
from tests.harness.shops import Shop
from tests.orders.files import first, order, outside, results, shopify
from tests.orders.given import count, run


@pytest.fixture(scope="module")
def naughty() -> list[str]:
    found = json.loads(gzip.decompress(outside("naughty/blns.json.gz").read_bytes()))
    assert len(found) > 500
    return [text for text in found if text.strip()]


def fit(text: str) -> bool:
    """Whether it can be stored and shown: no control characters, not too long."""
    bad = [c for c in text if unicodedata.category(c) in ("Cc", "Cs") or c in "\ufffe\uffff"]
    return not set(bad) - set("\t\r\n") and len(" ".join(text.split())) <= 200


def orders(naughty: list[str]) -> list[dict[str, object]]:
    line = {"quantity": 1, "subtotal": "20.00"}
    return [
        order(number=f"#{n}", name=text, lines=[line | {"title": text, "sku": text[:120]}])
        for n, text in enumerate(naughty)
    ]


def test_each_is_read_as_it_is_or_refused_alone(naughty: list[str]) -> None:
    rows = [first(n=f"#{n}", Shipping_Name=text) for n, text in enumerate(naughty)]
    for content in (shopify(*rows), json.dumps(orders(naughty))):
        read = {
            order.number: getattr(order, "name", None)
            for _, order in results(content)
            if isinstance(order, OrderFacts)
        }
        wanted = {f"#{n}": " ".join(text.split()) for n, text in enumerate(naughty) if fit(text)}
        assert read == wanted


def test_each_can_be_stored_or_is_refused_alone(shop: Shop, naughty: list[str]) -> None:
    results = run(shop, orders(naughty))
    assert len(results) == len(naughty)
    assert count(shop) == sum(map(fit, naughty))


@pytest.mark.parametrize("field", ["Total", "Lineitem price", "Lineitem quantity", "Created at", "Currency"])
def test_none_is_an_amount_a_date_or_a_currency_by_mistake(naughty: list[str], field: str) -> None:
    plain = {"Total": "0123456789.", "Lineitem price": "0123456789.", "Lineitem quantity": "0123456789"}
    rows = [first(n=f"#{n}") | {field: text} for n, text in enumerate(naughty)]
    for _, found in results(shopify(*rows)):
        if isinstance(found, OrderFacts):
            text = naughty[int(found.number[1:])].strip()
            assert set(text) <= set(plain.get(field, "")), text


def test_each_as_a_whole_file_ends_in_a_refusal_or_nothing(naughty: list[str]) -> None:
    for text in naughty:
        with suppress(Refusal):  # of what is no text at all
            for _, found in results(text.encode("utf-8", "surrogatepass"), "homeward"):
                assert not isinstance(found, OrderFacts)
