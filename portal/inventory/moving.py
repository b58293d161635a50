"""Moving units, and where they are."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from portal import clock
from portal.db import here, session
from portal.feed import Fact, Kind, publish
from portal.ids import uuid7
from portal.inventory.models import Location, Place, StockMovement
from portal.slices import insert_all, slices

NAMES = {
    Place.SHOPPER: "With shoppers",
    Place.DOCK: "Dock",
    Place.SELLABLE: "Sellable",
    Place.OPEN_BOX: "Open box",
    Place.REFURBISH: "To be refurbished",
    Place.QUARANTINE: "Quarantine",
    Place.GONE: "Gone",
}


@dataclass(frozen=True, slots=True)
class Move:
    """A unit (a return's item), or the pieces of an exchange's line, that move. `unit_cost`: the value that
    each carries then, in minor units."""

    item: uuid.UUID
    sku: str
    title: str
    origin: Place
    destination: Place
    currency: str
    unit_cost: int | None = None
    corrects: uuid.UUID | None = None
    quantity: int = 1


def location_id(tenant: uuid.UUID, place: Place) -> uuid.UUID:
    """Locations have ids that follow from shop and place, so that moving looks nothing up."""
    return uuid.uuid5(tenant, f"location/{place}")


def open_locations() -> None:
    """Give the shop of this transaction its locations."""
    for place, name in NAMES.items():
        session.add(Location(id=location_id(here(), place), place=place, name=name))


def move(moves: Iterable[Move], about: uuid.UUID, first: int | None = None) -> None:
    """Write the movements of one command and tell them, one INSERT each for all. `about` is the return.

    `first`: the number of the first one for the feed, where it was drawn together with others. Locks the
    shop's book, so take other locks before.
    """
    for some in slices(moves):
        rows = [_row(m, about) for m in some]
        insert_all(StockMovement, rows)
        publish([_fact(m, row) for m, row in zip(some, rows, strict=True)], first)
        first = None if first is None else first + len(some)


def _fact(m: Move, row: dict[str, Any]) -> Fact:
    data = {"sku": m.sku, "title": m.title, "from": m.origin.value, "to": m.destination.value}
    more = {"quantity": row["quantity"], "item": str(m.item)}
    value = None if m.unit_cost is None else row["quantity"] * m.unit_cost
    return Fact(Kind.STOCK_MOVED, row["id"], row["about"], value, m.currency, data | more)


def _row(m: Move, about: uuid.UUID) -> dict[str, Any]:
    return {
        "id": uuid7(),
        "tenant_id": here(),
        "at": clock.now(),
        "sku": m.sku,
        "title": m.title,
        "origin_id": location_id(here(), m.origin),
        "destination_id": location_id(here(), m.destination),
        "quantity": m.quantity,
        "unit_cost": m.unit_cost,
        "currency": m.currency,
        "item_id": m.item,
        "about": about,
        "corrects": m.corrects,
    }
