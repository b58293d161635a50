"""A giftware shop's year of real orders: up to 1,114 lines, up to 80,995 pieces of one, cancellations."""

import csv
import gzip
import json
from collections import defaultdict
from decimal import Decimal
from typing import Any

import pytest

from portal.orders.facts import OrderFacts
from tests.harness.shops import Shop
from tests.orders.files import order, outside, results
from tests.orders.given import outcomes, run, stored

SOME = 1_500  # invoices of some twenty-five thousand
LARGEST = "573585"
MOST_PIECES = "581483"
Rows = list[dict[str, str]]


@pytest.fixture(scope="module")
def invoices() -> dict[str, Rows]:
    found: dict[str, Rows] = defaultdict(list)
    with gzip.open(outside("orders/online_retail_2010_2011.csv.gz"), "rt", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            found[row["InvoiceNo"]].append(row)
    return found


def line(row: dict[str, str]) -> dict[str, Any]:
    price = Decimal(row["UnitPrice"]) * int(row["Quantity"])
    return {
        "sku": row["StockCode"],
        "title": row["Description"],
        "quantity": int(row["Quantity"]),
        "subtotal": format(price, "f"),
    }


def document(number: str, rows: Rows) -> dict[str, Any]:
    placed = rows[0]["InvoiceDate"] + "Z"
    lines = [line(row) for row in rows]
    return order(number=number, placed_at=placed, currency="GBP", lines=lines, payments=[])


def sold(row: dict[str, str]) -> bool:
    """Whether the row is a sale at a price in whole pence, of an article with a name."""
    amount = Decimal(row["UnitPrice"]) * int(row["Quantity"])
    return int(row["Quantity"]) > 0 <= amount == round(amount, 2) and bool(row["Description"].strip())


def test_every_order_comes_in_whole_or_has_a_row_that_is_no_sale(
    invoices: dict[str, Rows],
) -> None:
    chosen = {number: invoices[number] for number in [*list(invoices)[:SOME], LARGEST, MOST_PIECES]}
    text = "\n".join(json.dumps(document(number, rows)) for number, rows in chosen.items())
    taken = 0
    for (number, rows), (_, found) in zip(chosen.items(), results(text), strict=True):
        if isinstance(found, OrderFacts):
            taken += 1
            assert len(found.lines) == len(rows)
            paid = sum(Decimal(row["UnitPrice"]) * int(row["Quantity"]) for row in rows)
            assert sum(one.paid for one in found.lines) == paid * 100
        else:
            assert not all(map(sold, rows)), (number, found)
    assert taken > SOME // 2


def test_the_largest_orders_are_stored(shop: Shop, invoices: dict[str, Rows]) -> None:
    wanted = [document(number, invoices[number]) for number in (LARGEST, MOST_PIECES)]
    assert outcomes(run(shop, wanted)) == ["1 imported", "1 imported"]
    assert len(stored(shop, LARGEST).lines) == 1_114
    assert stored(shop, MOST_PIECES).lines[0].quantity == 80_995
