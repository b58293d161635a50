"""The catalogue for reading: variants by SKU, and one product with all of its own."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from portal.catalogue import Product, Variant
from portal.catalogue.levels import OnHand, moved_since
from portal.db import find, here, session
from portal.views import paging
from portal.views.naming import named


class Kind(StrEnum):
    """Which variants are asked for. Out of stock and untracked are those that are offered."""

    ALL = ""
    OUT = "out"
    UNTRACKED = "untracked"
    INACTIVE = "inactive"


@dataclass(frozen=True)
class Wish:
    """What is asked for; `typed` is how a SKU begins, or any words of a title."""

    kind: Kind = Kind.ALL
    typed: str = ""


@dataclass(frozen=True)
class Row:
    """A variant of the list. Money in minor units."""

    id: uuid.UUID
    product_id: uuid.UUID
    title: str
    sku: str
    attributes: Sequence[tuple[str, str]]
    price: int
    unit_cost: int | None
    currency: str
    image: str
    offered: bool
    gone: bool
    on_hand: int | None
    on_hand_at: datetime | None
    moved: int

    @property
    def level(self) -> OnHand:
        return OnHand(self.on_hand, self.on_hand_at, int(self.moved))

    @property
    def said(self) -> dict[str, str]:
        """Its attributes, the values by their names."""
        return dict(self.attributes)

    @property
    def words(self) -> str:
        """What tells it from the other variants."""
        return ", ".join(self.said.values())


BY_SKU = paging.Order(Variant, (Variant.sku, Variant.id), descending=False)
_image = sa.case((Variant.image != "", Variant.image), else_=Product.image).label("image")


def _rows() -> sa.Select[Any]:
    own = (Variant.id, Variant.product_id, Variant.sku, Variant.attributes, Variant.price, Variant.unit_cost)
    state = (Variant.offered, Variant.gone, Variant.on_hand, Variant.on_hand_at)
    columns = (*own, *state, Product.title, Product.currency, _image, moved_since().label("moved"))
    joined = sa.select(*columns).join(Product, Product.id == Variant.product_id)
    return joined.where(Variant.tenant_id == here())


def _fetch(query: paging.Query) -> Sequence[Row]:
    return [Row(**row._mapping) for row in session.execute(query)]


def variants(wish: Wish, spot: paging.Spot) -> paging.Slice[Row]:
    """By SKU: one statement, and one for the spot."""
    return paging.cut(_rows().where(*_of(wish)), BY_SKU, spot, _fetch)


def _of(wish: Wish) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    if wish.kind is Kind.INACTIVE:
        found.append(~Variant.offered)
    elif wish.kind is Kind.UNTRACKED:
        found += [Variant.offered.is_(True), Variant.on_hand.is_(None)]
    elif wish.kind is Kind.OUT:
        found += [Variant.offered.is_(True), Variant.on_hand + moved_since() <= 0]
    if wish.typed:
        begins = sa.func.lower(Variant.sku).startswith(wish.typed.lower(), autoescape=True)
        found.append(sa.or_(begins, named(Product.title, wish.typed)))
    return found


@dataclass(frozen=True)
class Whole:
    """A product with its variants, and what their attributes are called, each name once."""

    product: Product
    variants: Sequence[Row]

    @property
    def names(self) -> Sequence[str]:
        return list(dict.fromkeys(name for row in self.variants for name in row.said))


def whole(id: uuid.UUID) -> Whole:
    """A product and its variants as it lists them, those that are gone last. Raises NotFound."""
    product = find(Product, id)
    mine = _rows().where(Variant.product_id == id)
    return Whole(product, _fetch(mine.order_by(Variant.gone, Variant.position, Variant.id)))
