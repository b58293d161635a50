"""How many there are: what the source told last, and what moved here since.

Only what is sellable counts. A unit that was restocked before that moment is in the figure that was told.
"""

import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from portal import clock
from portal.catalogue.directory import KnownVariant
from portal.catalogue.facts import LevelFacts
from portal.catalogue.models import StockLevel, Variant
from portal.db import here, session
from portal.ids import uuid7
from portal.inventory import Place, StockMovement, location_id
from portal.slices import insert_all, slices


@dataclass(frozen=True, slots=True)
class OnHand:
    """Pieces that can be sold, and what the figure is made of: what was `told` for the moment `at`, and what
    `moved` here since, up or down. `told` None: stock is not tracked."""

    told: int | None = None
    at: datetime | None = None
    moved: int = 0

    @property
    def pieces(self) -> int | None:
        return None if self.told is None else self.told + self.moved


def on_hand(variants: Collection[uuid.UUID]) -> Mapping[uuid.UUID, OnHand]:
    """Of each of the shop's variants, in one statement."""
    query = sa.select(Variant.id, Variant.on_hand, Variant.on_hand_at, moved_since())
    mine = query.where(Variant.tenant_id == here(), Variant.id.in_(variants))
    return {id: OnHand(told, at, int(moved)) for id, told, at, moved in session.execute(mine)}


def moved_since() -> sa.ColumnElement[int]:
    """For a query of variants: units that came to be sellable after the level was told, less those that left.

    Nothing for a variant without a SKU, or without a level.
    """
    shelf, n = location_id(here(), Place.SELLABLE), StockMovement.quantity
    signed = sa.case((StockMovement.destination_id == shelf, n), else_=-n)
    touched = sa.or_(StockMovement.destination_id == shelf, StockMovement.origin_id == shelf)
    total = sa.select(sa.func.coalesce(sa.func.sum(signed), 0)).where(
        StockMovement.tenant_id == here(),
        StockMovement.sku == Variant.sku,
        Variant.sku != "",
        StockMovement.at > Variant.on_hand_at,
        touched,
    )
    return total.correlate(Variant).scalar_subquery()


def take_levels(told: Iterable[tuple[KnownVariant, LevelFacts]], at: datetime) -> set[uuid.UUID]:
    """Keep what was told of variants, as of `at` where it says no moment; those of which there is another
    number on hand now.

    What is older than what is known is ignored.
    """
    told = list(told)
    before = _pieces(variant for variant, _ in told)
    levels, now = list[dict[str, Any]](), clock.now()
    latest: dict[uuid.UUID, dict[str, Any]] = {}
    for variant, level in told:
        moment = level.at or at
        if not _newer(variant, level.on_hand, moment):
            continue
        variant.on_hand, variant.at = level.on_hand, moment
        row = {"variant_id": variant.id, "at": moment, "on_hand": level.on_hand, "told_at": now}
        levels.append({"id": uuid7(), "tenant_id": here(), **row})
        latest[variant.id] = {"id": variant.id, "on_hand": level.on_hand, "on_hand_at": moment}
    insert_all(StockLevel, levels)
    if latest:
        session.execute(sa.update(Variant), list(latest.values()))
    after = _pieces(variant for variant, _ in told if variant.id in latest)
    return {id for id in latest if before.get(id) != after.get(id)}


def _pieces(variants: Iterable[KnownVariant]) -> dict[uuid.UUID, int | None]:
    """What is on hand of those whose stock is tracked; a statement for some thousand of them."""
    tracked = {variant.id for variant in variants if variant.on_hand is not None}
    return {id: level.pieces for some in slices(tracked) for id, level in on_hand(some).items()}


def _newer(variant: KnownVariant, on_hand: int | None, at: datetime) -> bool:
    """Nothing needs to be kept of what was never tracked and still is not."""
    if variant.at is None:
        return on_hand is not None
    return at > variant.at or (at == variant.at and on_hand != variant.on_hand)
