"""A shop that products are imported into, files of them, and its rows as plain values."""

import csv
import io
import json
import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from portal.audit.actors import SYSTEM
from portal.catalogue import Product, StockLevel, Variant
from portal.catalogue.importing import import_products
from portal.catalogue.levels import OnHand, on_hand
from portal.inventory import Move, Place, move
from portal.orders.importing import Result
from portal.orders.storing import Outcome
from tests.harness.shops import Shop

HEAD = (
    "Handle", "Title", "Body (HTML)", "Vendor", "Type", "Tags", "Published", "Option1 Name",
    "Option1 Value", "Option2 Name", "Option2 Value", "Variant SKU", "Variant Inventory Tracker",
    "Variant Inventory Qty", "Variant Price", "Variant Taxable", "Image Src", "Image Position",
    "Variant Image", "Cost per item", "Status",
)  # fmt: skip


def variant(sku: str = "HAT-S", **facts: Any) -> dict[str, Any]:
    return {"sku": sku, "price": "19.00", **facts}


def product(id: str = "hat", *variants: dict[str, Any], **facts: Any) -> dict[str, Any]:
    return {"id": id, "title": "Hat", "variants": list(variants) or [variant()], **facts}


def row(handle: str = "hat", **cells: str) -> dict[str, str]:
    """A row of Shopify's export; the names have underscores for spaces."""
    return {"Handle": handle, **{name.replace("_", " "): text for name, text in cells.items()}}


def first(handle: str = "hat", **cells: str) -> dict[str, str]:
    """The first row of a product, with a variant."""
    own = {"Title": "Hat", "Option1_Name": "Size", "Option1_Value": "S", "Variant_Price": "19.00"}
    return row(handle, **{**own, "Status": "active", **cells})


def more(handle: str = "hat", **cells: str) -> dict[str, str]:
    """A further row with a variant."""
    return row(handle, **{"Option1_Value": "M", "Variant_Price": "19.00", **cells})


def shopify(*rows: dict[str, str], head: tuple[str, ...] = HEAD) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, head, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def run(shop: Shop, content: str | bytes | Any, **facts: Any) -> list[Result]:
    """Import a file; every result."""
    text = content if isinstance(content, str | bytes) else json.dumps(content)
    told: list[Result] = []
    with shop.app.app_context():
        data = text.encode() if isinstance(text, str) else text
        tally = import_products(io.BytesIO(data), None, shop.id, SYSTEM, tell=told.append, **facts)
    assert tally.counts == {outcome: sum(r.outcome is outcome for r in told) for outcome in Outcome}
    return told


def stored(shop: Shop, id: str = "hat") -> Product:
    """The product with its variants, to be looked at."""
    with shop.transaction(reading=True) as session:
        query = sa.select(Product).where(Product.tenant_id == shop.id, Product.external_id == id)
        found = session.scalars(query.options(selectinload(Product.variants))).one()
        session.expunge_all()
    return found


def count(shop: Shop, kind: type[Product | Variant | StockLevel] = Product) -> int:
    with shop.transaction(reading=True) as session:
        return session.scalar(sa.select(sa.func.count(kind.id)).where(kind.tenant_id == shop.id)) or 0


def hands(shop: Shop, id: str = "hat") -> dict[str, OnHand]:
    """What is on hand of a product's variants, by their keys."""
    variants = {v.id: v.external_id for v in stored(shop, id).variants}
    with shop.transaction(reading=True):
        return {variants[id]: found for id, found in on_hand(list(variants)).items()}


def pieces(shop: Shop, id: str = "hat") -> dict[str, int | None]:
    return {key: found.pieces for key, found in hands(shop, id).items()}


def moved(shop: Shop, origin: Place, destination: Place, sku: str = "HAT-S", n: int = 1) -> None:
    """Units of a return that move, whatever return it was."""
    with shop.transaction():
        move([Move(uuid.uuid4(), sku, "Hat", origin, destination, "EUR") for _ in range(n)], uuid.uuid4())


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
