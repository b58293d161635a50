"""Files of orders for tests: Shopify's export row by row, and Homeward's JSON."""

import csv
import io
import json
import os
from pathlib import Path
from typing import Any

import pytest

from portal.i18n import Voice
from portal.orders.facts import OrderFacts, Refused
from portal.orders.reading import read

OUTSIDE = Path(__file__).parents[3] / "shared" / "data"
ORDER = {
    "Name": "#1001",
    "Email": "ann@example.com",
    "Financial Status": "paid",
    "Paid at": "2026-05-01 10:00:00 +0000",
    "Fulfillment Status": "fulfilled",
    "Fulfilled at": "2026-05-02 09:00:00 +0000",
    "Currency": "EUR",
    "Subtotal": "20.00",
    "Shipping": "5.00",
    "Taxes": "0.00",
    "Total": "25.00",
    "Discount Amount": "0.00",
    "Created at": "2026-05-01 09:58:12 +0200",
    "Shipping Name": "Ann Example",
    "Shipping Address1": "Hauptstraße 1",
    "Shipping City": "Berlin",
    "Shipping Zip": "'10115",
    "Shipping Country": "DE",
    "Payment Method": "Shopify Payments",
    "Id": "5001",
}
LINE = {
    "Name": "#1001",
    "Lineitem quantity": "2",
    "Lineitem name": "Mug",
    "Lineitem price": "10.00",
    "Lineitem sku": "MUG",
    "Lineitem taxable": "true",
    "Lineitem discount": "0.00",
}
COLUMNS = [*ORDER, *(name for name in LINE if name not in ORDER)]
EXTRA = ["Refunded Amount", "Outstanding Balance", "Cancelled at", "Tax 1 Name", "Tax 1 Value", "Tax 2 Name"]
EXTRA += ["Tax 2 Value", "Taxes included", "Notes", "Lineitem fulfillment status", "Duties"]
HEADER = [*COLUMNS, *EXTRA]


def first(**cells: str) -> dict[str, str]:
    """A row with the order's own cells and a line: `first(Total="9.00", **{"Lineitem price": "9.00"})`."""
    return ORDER | LINE | named(cells)


def more(**cells: str) -> dict[str, str]:
    """A further line of an order."""
    return LINE | named(cells)


def named(cells: dict[str, str]) -> dict[str, str]:
    """Cells by column; `Lineitem_price` is Lineitem price, `n` the order's name."""
    return {("Name" if key == "n" else key.replace("_", " ")): value for key, value in cells.items()}


def shopify(*rows: dict[str, str], header: list[str] = HEADER, end: str = "\n", delimiter: str = ",") -> str:
    """The text of an export with these rows."""
    out = io.StringIO()
    writer = csv.DictWriter(out, header, lineterminator=end, delimiter=delimiter, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def small(number: str, **cells: str) -> dict[str, str]:
    """A whole order in one row, unlike any other number's."""
    return first(n=number, Id=number.strip("#") + "000", **cells)


def order(**facts: Any) -> dict[str, Any]:
    """An order in Homeward's own format."""
    line = {"id": "a", "sku": "MUG", "title": "Mug", "quantity": 2, "subtotal": "20.00"}
    return {
        "number": "#1001",
        "placed_at": "2026-05-01T09:58:12+02:00",
        "currency": "EUR",
        "prices_include_tax": True,
        "email": "ann@example.com",
        "lines": [line],
        "payments": [{"kind": "card", "captured": "20.00"}],
    } | facts


def item(**facts: Any) -> dict[str, Any]:
    return {"sku": "MUG", "title": "Mug", "quantity": 1, "subtotal": "10.00"} | facts


Result = tuple[int, OrderFacts | Refused]


def results(content: str | bytes, format: str = "") -> list[Result]:
    """Everything that a file holds, with line numbers."""
    data = content.encode() if isinstance(content, str) else content
    return list(read(io.BytesIO(data), format))


def told(result: Result) -> str:
    """A result in a line: `2 #1001`, or `2 refused #1001: why`."""
    line, order = result
    if isinstance(order, OrderFacts):
        return f"{line} {order.number}"
    whose = f" {order.number}" if order.number else ""
    return f"{line} refused{whose}: {order.reason}"


def orders(content: str | bytes) -> list[OrderFacts]:
    """The orders of a file that none of is refused."""
    found = results(content)
    assert all(isinstance(order, OrderFacts) for _, order in found), [told(result) for result in found]
    return [order for _, order in found if isinstance(order, OrderFacts)]


def only(content: str | bytes | dict[str, Any]) -> OrderFacts:
    """The one order of a file."""
    (found,) = orders(json.dumps(content) if isinstance(content, dict) else content)
    return found


def flags(order: OrderFacts) -> list[str]:
    """What is flagged, as the shop's staff reads it."""
    return [Voice("en").text(flag) for flag in order.flags]


def outside(name: str) -> Path:
    """A file that nobody on this project wrote. Where it is absent the test is skipped, under CI it fails."""
    path = OUTSIDE / name
    if path.exists():
        return path
    missing = f"{name} is not here: this test reads data that is not part of the repository"
    if os.environ.get("CI"):
        pytest.fail(missing)
    pytest.skip(missing)
