"""Importing a file of products batch by batch: new ones together, or else each in a savepoint of its own.

A bad product never takes another with it and is never taken by half. What was committed stays, so an import
that was cut short is simply run again.
"""

import uuid
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any, BinaryIO

import sqlalchemy as sa
from sqlalchemy.exc import DataError, IntegrityError

from portal import clock
from portal.audit import Actor, Event, record
from portal.catalogue.directory import Directory, KnownVariant
from portal.catalogue.facts import LevelFacts, ProductFacts
from portal.catalogue.levels import take_levels
from portal.catalogue.reading import Read, read
from portal.catalogue.storing import amend, digest, insert
from portal.db import here, on_postgresql, session, transaction
from portal.i18n import say
from portal.orders.facts import Refused
from portal.orders.importing import Result, Tally, Waiting, parted
from portal.orders.storing import Outcome, Stored
from portal.tenants import locked_shop, this_shop

BATCH = 200
MOST_AT_ONCE = 2_000  # variants of a batch; one product may have more
_CLASH = say("it contradicts a product that is there")
_UNFIT = (IntegrityError, DataError)
Numbered = tuple[int, Read]


Held = Waiting[ProductFacts]


def import_products(
    file: BinaryIO,
    region: str | None,
    tenant: uuid.UUID,
    by: Actor,
    *,
    format: str = "",
    levels_at: datetime | None = None,
    tell: Callable[[Result], None] = lambda result: None,
) -> Tally:
    """Import a seekable binary file into a shop. `tell` is called with each result once it is committed.
    `levels_at`: the moment for which levels are true that say none; else it is now.

    Opens transactions of its own. Raises Refusal if the file is no file of products.
    """
    with transaction(region, tenant, reading=True):
        currency = this_shop().currency
    tally, at = Tally(), levels_at or clock.now()
    for chunk in chunks(enumerate(read(file, currency, format))):
        refused, waiting = parted(chunk)
        with transaction(region, tenant):
            results = store(waiting, at)
        for result in sorted((*refused, *results), key=lambda result: result.line):
            tally.add(result)
            tell(result)
    counts: dict[str, Any] = {outcome.value: count for outcome, count in tally.counts.items()}
    with transaction(region, tenant):
        record(locked_shop(), Event.PRODUCTS_IMPORTED, by, **counts)
    return tally


def chunks(reading: Iterable[Numbered]) -> Iterator[list[Numbered]]:
    """As many products as are written in one transaction, at a time."""
    some, variants = list[Numbered](), 0
    for one in reading:
        product = one[1][1]
        size = 1 if isinstance(product, Refused) else len(product.variants)
        if some and (len(some) >= BATCH or variants + size > MOST_AT_ONCE):
            yield some
            some, variants = [], 0
        some.append(one)
        variants += size
    if some:
        yield some


def store(batch: list[Held], at: datetime) -> list[Result]:
    """Store products in the present transaction: what became of each, in order."""
    if on_postgresql():  # one import per shop at a time; nobody else writes these rows
        lock = uuid.uuid5(here(), "catalogue").int >> 65
        session.execute(sa.select(sa.func.pg_advisory_xact_lock(lock)))
    directory = Directory.of([one.facts for one in batch])
    together = _insert_together(batch, directory)
    found = [
        (one, Stored(Outcome.IMPORTED) if id(one) in together else _store_one(one.facts, directory))
        for one in batch
    ]
    return _with_levels(found, directory, at)


def _insert_together(batch: list[Held], directory: Directory) -> set[int]:
    """Write all new products of the batch at once; which. If the database refuses one, none is written."""
    new: dict[tuple[str, str], Held] = {}
    taken = set[tuple[str, str]]()
    for one in batch:
        product = one.facts
        skus = {(product.source, v.sku) for v in product.variants if v.sku and product.offers(v)}
        key = (product.source, product.external_id)
        if key in new or directory.find(product) or skus & taken or directory.doubled(product):
            continue
        new[key] = one
        taken |= skus
    try:
        with session.begin_nested():
            known = insert([one.facts for one in new.values()])
    except _UNFIT:
        return set()
    for one, it in zip(new.values(), known, strict=True):
        directory.add(one.facts, it)
    return {id(one) for one in new.values()}


def _store_one(product: ProductFacts, directory: Directory) -> Stored:
    """Store one product in a savepoint."""
    known = directory.find(product)
    if known and known.digest == digest(product):
        return Stored(Outcome.UNCHANGED)
    doubled = directory.doubled(product)
    if doubled:
        return Stored(Outcome.REFUSED, doubled)
    try:
        with session.begin_nested():
            now = amend(known, product) if known else insert([product])[0]
    except _UNFIT:
        return Stored(Outcome.REFUSED, _CLASH)
    directory.add(product, now)
    return Stored(Outcome.UPDATED if known else Outcome.IMPORTED)


def _with_levels(found: list[tuple[Held, Stored]], directory: Directory, at: datetime) -> list[Result]:
    """The levels of all that was taken; a product of which a figure alone is another was updated."""
    told = [(one, _levels(one.facts, directory)) for one, stored in found if stored.reason is None]
    changed = take_levels([pair for _, pairs in told for pair in pairs], at)
    moved = {id(one) for one, pairs in told if any(variant.id in changed for variant, _ in pairs)}
    return [
        one.result(
            Stored(Outcome.UPDATED) if stored.outcome is Outcome.UNCHANGED and id(one) in moved else stored
        )
        for one, stored in found
    ]


def _levels(product: ProductFacts, directory: Directory) -> list[tuple[KnownVariant, LevelFacts]]:
    known = directory.find(product)
    by_key = {variant.key: variant for variant in known.variants} if known else {}
    return [(by_key[level.key], level) for level in product.levels]
