"""I26, P8: what is offered, and how many there are of it by what was told."""

from collections.abc import Iterator
from itertools import groupby

import sqlalchemy as sa

from portal.catalogue import Product, StockLevel, Variant
from portal.checks.looking import Look, key


def offered(look: Look) -> Iterator[str]:
    """A variant that is offered where it or its product is not active or it is gone; or the other way."""
    query = sa.select(
        Variant.id, Variant.offered, Variant.active, Variant.gone, Product.active.label("whole")
    )
    query = query.join(Product, Product.id == Variant.product_id).where(Variant.tenant_id == look.tenant)
    for row in look.each(query):
        if row.offered is not (row.active and row.whole and not row.gone):
            yield key(Variant, row.id)


def alone(look: Look) -> Iterator[str]:
    """A SKU under which a source offers two variants."""
    mine = (Variant.tenant_id == look.tenant, Variant.offered, Variant.sku != "")
    query = sa.select(Variant.source, Variant.sku).where(*mine).group_by(Variant.source, Variant.sku)
    yield from (f"{row.source}/{row.sku}" for row in look.each(query.having(sa.func.count() > 1)))


def sourced(look: Look) -> Iterator[str]:
    """A variant of another source than its product."""
    there = sa.exists().where(Product.id == Variant.product_id, Product.source == Variant.source)
    yield from look.named(Variant, ~there)


def levels(look: Look) -> Iterator[str]:
    """A variant that does not say what was told of it for the latest moment."""
    query = (
        sa.select(
            Variant.id, Variant.on_hand, Variant.on_hand_at, StockLevel.at, StockLevel.on_hand.label("n")
        )
        .outerjoin(StockLevel, StockLevel.variant_id == Variant.id)
        .where(Variant.tenant_id == look.tenant)
        .order_by(Variant.id, StockLevel.at, StockLevel.id)
    )
    for id, rows in groupby(look.each(query), lambda row: row.id):
        *_, last = rows
        if (last.on_hand, last.on_hand_at) != (last.n, last.at):
            yield key(Variant, id)
