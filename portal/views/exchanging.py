"""What a shopper can pick for each line of a draft, and what it costs more or less than what comes back."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager

from portal.catalogue import Product, Variant
from portal.catalogue.finding import meant
from portal.catalogue.reserving import Stock, can_be_had, stock_of
from portal.db import here, session
from portal.orders.units import UnitMoney, units_money
from portal.returns.claiming import free_units
from portal.returns.exchanges.holding import words_of
from portal.returns.exchanges.picking import first_variants, price_for, variants_of
from portal.returns.models import Return, ReturnLine
from portal.views import paging

MOST = 30
BY_TITLE = paging.Order(
    Variant,
    (Product.title, Product.id, Variant.position, Variant.id),
    descending=False,
    source=sa.join(Variant, Product, Product.id == Variant.product_id),
)


@dataclass(frozen=True)
class Choice:
    """A variant for all units of a line. `more`: what it costs more, in minor units; negative is less."""

    id: uuid.UUID
    title: str
    words: str
    image: str
    sku: str
    more: int
    stock: Stock
    there: bool


@dataclass(frozen=True)
class Offered:
    """For one line: the variants of the article that comes back, and another article that was picked."""

    line: ReturnLine
    sisters: Sequence[Choice]
    other: Choice | None

    @property
    def open(self) -> Sequence[Choice]:
        return [choice for choice in self.sisters if choice.there]

    @property
    def sold_out(self) -> Sequence[Choice]:
        return [choice for choice in self.sisters if not choice.there]


class Counter:
    """Works out what variants cost for the lines of a draft; asks for all at once."""

    def __init__(self, draft: Return, variants: Iterable[Variant]) -> None:
        numbers = free_units(draft)
        self.units: Mapping[uuid.UUID, Sequence[UnitMoney]] = {
            line.id: list(units_money(line.order_line, numbers[line.id])) for line in draft.lines
        }
        self.firsts = first_variants(draft.order, [line.order_line for line in draft.lines])
        self.sisters = _sisters(self.firsts.values())
        self.others = {one.id: one for one in variants if one.id not in self.sisters}
        self.stock = stock_of([*self.sisters, *self.others])

    def choice(self, line: ReturnLine, variant: Variant) -> Choice:
        units, stock = self.units[line.id], self.stock[variant.id]
        more = price_for(line.order_line, variant, self.firsts).total(units) - sum(u.gross for u in units)
        there = variant.offered and stock.has(line.quantity)
        image = variant.image or variant.product.image
        words = words_of(variant.attributes)
        return Choice(
            *(variant.id, variant.product.title, words, image, variant.sku, more), stock=stock, there=there
        )

    def of(self, line: ReturnLine) -> Offered:
        first = self.firsts.get(line.order_line.sku)
        mine = [one for one in self.sisters.values() if first and one.product_id == first.product_id]
        other = self.others.get(line.wanted_id) if line.wanted_id else None
        return Offered(
            line, [self.choice(line, one) for one in mine], self.choice(line, other) if other else None
        )


def offered(draft: Return) -> Sequence[Offered]:
    """For every line, in the order of the order's lines; six statements however many."""
    wanted = variants_of({line.wanted_id for line in draft.lines if line.wanted_id})
    counter = Counter(draft, wanted.values())
    lines = sorted(draft.lines, key=lambda line: line.order_line.position)
    return [counter.of(line) for line in lines]


def found(draft: Return, line: ReturnLine, typed: str, spot: paging.Spot) -> paging.Slice[Choice]:
    """What can be had for all units of the line, by the words of `typed`; sorted by title."""
    query = _offered_variants().where(Product.currency == draft.currency, meant(typed))

    def fetch(query: paging.Query) -> Sequence[Choice]:
        variants = session.scalars(query).all()
        counter = Counter(draft, variants)
        return [counter.choice(line, one) for one in variants]

    return paging.cut(query.where(can_be_had(line.quantity)), BY_TITLE, spot, fetch, MOST)


def _offered_variants() -> sa.Select[Any]:
    query = sa.select(Variant).join(Variant.product).options(contains_eager(Variant.product))
    return query.where(Variant.tenant_id == here(), Variant.offered)


def _sisters(firsts: Iterable[Variant]) -> dict[uuid.UUID, Variant]:
    """All that is offered of their products, in the order of the product."""
    products = {first.product_id for first in firsts}
    if not products:
        return {}
    query = _offered_variants().where(Variant.product_id.in_(products))
    rows = session.scalars(query.order_by(Variant.product_id, Variant.position, Variant.id))
    return {variant.id: variant for variant in rows}
