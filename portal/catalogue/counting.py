"""What somebody found who looked at the shelf. It holds until the source tells a level for a later moment."""

import uuid
from collections.abc import Collection, Mapping

import sqlalchemy as sa

from portal import clock
from portal.catalogue.models import StockLevel, Variant
from portal.catalogue.reserving import Stock, lock, stock_of
from portal.db import here, session
from portal.ids import uuid7
from portal.slices import insert_all


def none_left(variants: Collection[uuid.UUID]) -> dict[str, list[int]]:
    """There is nothing of them but what is kept for others: before and after by their ids, where a level says
    more. Locks the variants."""
    lock(variants)
    found = {id: stock.reserved for id, stock in stock_of(variants).items() if stock.available}
    return _look(found)


def there_again(wanted: Mapping[uuid.UUID, int]) -> dict[str, list[int]]:
    """So many pieces of them are there after all, where somebody here said before that there were none, and
    the source has told nothing since. Locks the variants."""
    lock(wanted)
    stocks, ours = stock_of(wanted), _looked(wanted)
    short = {id for id in ours if not stocks[id].has(wanted[id])}
    return _look({id: stocks[id].reserved + wanted[id] for id in short})


def _look(found: Mapping[uuid.UUID, int]) -> dict[str, list[int]]:
    before = stock_of(found) if found else {}
    for id, pieces in found.items():
        at = max(clock.now(), before[id].level.at or clock.now())
        row = {"id": uuid7(), "tenant_id": here(), "variant_id": id, "at": at, "on_hand": pieces}
        insert_all(StockLevel, [row | {"told_at": clock.now(), "looked": True}])
        mine = sa.update(Variant).where(Variant.id == id, Variant.tenant_id == here())
        change = mine.values(on_hand=pieces, on_hand_at=at)
        session.execute(change.execution_options(synchronize_session=False))
    return {str(id): [_pieces(before[id]), pieces] for id, pieces in found.items()}


def _pieces(stock: Stock) -> int:
    return stock.level.pieces or 0


def _looked(variants: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Those of which the last word is somebody's here."""
    latest = sa.select(StockLevel.variant_id, StockLevel.looked, StockLevel.on_hand)
    latest = latest.where(StockLevel.tenant_id == here(), StockLevel.variant_id.in_(variants))
    words = session.execute(latest.order_by(StockLevel.at, StockLevel.id))
    last = {id: looked and on_hand is not None for id, looked, on_hand in words}
    return {id for id, looked in last.items() if looked}
