"""The invoices of the Online Retail data (UCI, CC BY 4.0): sales as orders, cancellations as what came back.

A row has no tax, no delivery and no payment; an invoice whose number begins with C cancels. Rows that cannot
be a sale or a return of an article are told apart and counted.
"""

import csv
import gzip
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Any

PRODUCT = re.compile(r"\d{5}[A-Z]{0,2}|DCGS[0-9A-Z]+")  # the others are postage, fees, vouchers, corrections
AT_ONCE = 5  # invoices whose rows may stand between each other's; one does


@dataclass(frozen=True, slots=True)
class Row:
    """A line of an invoice. `price` in pence; `quantity` is negative where it cancels."""

    invoice: str
    sku: str
    title: str
    quantity: int
    at: datetime
    price: int
    customer: str

    @property
    def cancels(self) -> bool:
        return self.invoice.startswith("C")


@dataclass(frozen=True, slots=True)
class Invoice:
    number: str
    rows: list[Row]

    @property
    def at(self) -> datetime:
        return self.rows[0].at

    @property
    def customer(self) -> str:
        return self.rows[0].customer


def invoices(path: Path, told_apart: Counter[str]) -> Iterator[Invoice]:
    """Every invoice that has a row to go by, in the order of the file; few are in memory at a time."""
    open_: dict[str, list[Row]] = {}
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        for number, lines in groupby(csv.DictReader(file), key=lambda line: line["InvoiceNo"]):
            rows = [row for line in lines if (row := _row(line, told_apart))]
            if rows:
                open_.setdefault(number, []).extend(rows)
            if len(open_) > AT_ONCE:
                yield _ended(open_)
    while open_:
        yield _ended(open_)


def _ended(open_: dict[str, list[Row]]) -> Invoice:
    number = next(iter(open_))
    return Invoice(number, open_.pop(number))


def _row(line: dict[str, str], told_apart: Counter[str]) -> Row | None:
    found = _why_not(line)
    if found:
        told_apart[found] += 1
        return None
    return Row(
        invoice=line["InvoiceNo"],
        sku=line["StockCode"].upper(),
        title=line["Description"].strip() or line["StockCode"].upper(),
        quantity=int(line["Quantity"]),
        at=datetime.fromisoformat(line["InvoiceDate"]).replace(tzinfo=UTC),
        price=pence(line["UnitPrice"]),
        customer=line["CustomerID"].removesuffix(".0"),
    )


def _why_not(line: dict[str, str]) -> str:
    cancels, quantity = line["InvoiceNo"].startswith("C"), int(line["Quantity"])
    if not PRODUCT.fullmatch(line["StockCode"].upper()):
        return "no product"
    if not line["CustomerID"]:
        return "no customer"
    if pence(line["UnitPrice"]) < 1:
        return "price below a penny"
    return "quantity of the wrong sign" if (quantity < 0) is not cancels or quantity == 0 else ""


def pence(text: str) -> int:
    """Pounds as the file writes them; what is less than a penny is cut off."""
    pounds, _, rest = text.partition(".")
    return int(pounds) * 100 + int(rest[:2].ljust(2, "0"))


def as_order(invoice: Invoice) -> dict[str, Any]:
    """A sale in Homeward's own format: one captured manual payment, delivered on its date."""
    at, whole = invoice.at.isoformat(), sum(row.quantity * row.price for row in invoice.rows)
    return {
        "source": "online-retail",
        "id": invoice.number,
        "number": invoice.number,
        "placed_at": at,
        "currency": "GBP",
        "prices_include_tax": True,
        "email": address_of(invoice.customer),
        "name": f"Customer {invoice.customer}",
        "lines": [_line(no, row) for no, row in enumerate(invoice.rows, start=1)],
        "payments": [{"kind": "bank", "gateway": "manual", "captured": _pounds(whole)}],
        "shipments": [{"shipped_at": at, "delivered_at": at}],
    }


def _line(no: int, row: Row) -> dict[str, Any]:
    return {
        "id": str(no),
        "sku": row.sku,
        "title": row.title,
        "quantity": row.quantity,
        "subtotal": _pounds(row.quantity * row.price),
    }


def _pounds(amount: int) -> str:
    return f"{amount // 100}.{amount % 100:02}"


def address_of(customer: str) -> str:
    return f"{customer}@online-retail.example"
