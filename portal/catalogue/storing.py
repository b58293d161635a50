"""From facts to rows: products that are new, and one that is there and has changed."""

import uuid
from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256
from typing import Any

import sqlalchemy as sa

from portal import clock
from portal.catalogue.directory import Known, KnownVariant
from portal.catalogue.facts import ProductFacts, VariantFacts
from portal.catalogue.finding import found_by
from portal.catalogue.models import Product, Variant
from portal.db import here, session
from portal.ids import uuid7
from portal.slices import insert_all, slices


def digest(product: ProductFacts) -> str:
    """Stands for everything that the facts say, but for the levels: they are true for a moment only."""
    return sha256(repr(replace(product, levels=())).encode()).hexdigest()


def insert(products: Sequence[ProductFacts]) -> list[Known]:
    """Write new products, in as many statements as there are tables."""
    found = [Known(uuid7(), digest(product)) for product in products]
    rows = []
    for known, product in zip(found, products, strict=True):
        known.variants = [KnownVariant(uuid7(), v.key, v.sku) for v in product.variants]
        rows.append(_of_product(known, product) | {"id": known.id, "tenant_id": here()})
    insert_all(Product, rows)
    insert_all(
        Variant,
        (
            _new(known.id, product, place, variant.id)
            for known, product in zip(found, products, strict=True)
            for place, variant in enumerate(known.variants)
        ),
    )
    return found


def amend(known: Known, product: ProductFacts) -> Known:
    """Write what a product that is there is now. Variants that it no longer lists stay, and are gone.

    A cost that is not told leaves the one that is known. For a moment none of it is offered, so that two
    variants may swap their SKUs.
    """
    now = Known(known.id, digest(product), matched(known.variants, product.variants))
    mine = (Product.id == known.id, Product.tenant_id == here())
    session.execute(sa.update(Product).where(*mine).values(_of_product(now, product)))
    kept = {variant.id for variant in now.variants}
    theirs = sa.update(Variant).where(Variant.product_id == known.id, Variant.tenant_id == here())
    session.execute(theirs.values(offered=False))
    for some in slices([v.id for v in known.variants if v.id not in kept]):
        session.execute(theirs.where(Variant.id.in_(some)).values(gone=True))
    _write(known, now, product)
    now.variants += [v for v in known.variants if v.id not in kept]
    return now


def matched(known: Sequence[KnownVariant], told: Sequence[VariantFacts]) -> list[KnownVariant]:
    """Which variant each of those that are told is: one by its key, or else by its SKU, or else a new one."""
    by_key = {variant.key: variant for variant in known}
    left = [v for v in known if v.key not in {facts.key for facts in told}]
    by_sku = {variant.sku: variant for variant in left if variant.sku}
    found = []
    for facts in told:
        same = by_key.get(facts.key) or by_sku.pop(facts.sku, None)
        here_before = same or KnownVariant(uuid7(), facts.key, facts.sku)
        found.append(replace(here_before, key=facts.key, sku=facts.sku))
    return found


def _write(known: Known, now: Known, product: ProductFacts) -> None:
    there = {variant.id for variant in known.variants}
    old, new = [], []
    for place, variant in enumerate(now.variants):
        if variant.id in there:
            row = _of_variant(product, place)
            if row["unit_cost"] is None:
                del row["unit_cost"]
            old.append({"id": variant.id, **row})
        else:
            new.append(_new(known.id, product, place, variant.id))
    if old:
        session.execute(sa.update(Variant), old)
    insert_all(Variant, new)


def _of_product(known: Known, product: ProductFacts) -> dict[str, Any]:
    return {
        "source": product.source,
        "external_id": product.external_id,
        "digest": known.digest,
        "title": product.title,
        "vendor": product.vendor,
        "category": product.category,
        "tags": list(product.tags),
        "image": product.image,
        "currency": product.currency,
        "prices_include_tax": product.prices_include_tax,
        "active": product.active,
        "imported_at": clock.now(),
    }


def _of_variant(product: ProductFacts, place: int) -> dict[str, Any]:
    variant = product.variants[place]
    return {
        "position": place + 1,
        "external_id": variant.key,
        "sku": variant.sku,
        "attributes": [list(pair) for pair in variant.attributes],
        "found_by": found_by(product.title, variant.sku, variant.attributes),
        "price": variant.price,
        "unit_cost": variant.unit_cost,
        "tax_rates": None if variant.tax_rates is None else list(variant.tax_rates),
        "image": variant.image,
        "active": variant.active,
        "gone": False,
        "offered": product.offers(variant),
    }


def _new(product_id: uuid.UUID, product: ProductFacts, place: int, id: uuid.UUID) -> dict[str, Any]:
    head = {"id": id, "tenant_id": here(), "product_id": product_id, "source": product.source}
    return head | _of_variant(product, place) | {"on_hand": None, "on_hand_at": None}
