"""I15: where every unit is, by its movements, and what that is worth in the books."""

import uuid
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any

import sqlalchemy as sa

from portal.checks.looking import Look, key
from portal.inventory import OUTSIDE, Location, Place, StockMovement
from portal.ledger import Account, Posting, Role
from portal.policies import Disposition
from portal.returns.exchanges.lifecycle import ExchangeState
from portal.returns.exchanges.models import Exchange, ExchangeLine
from portal.returns.lifecycle import ItemState
from portal.returns.models import ReturnItem

SHELVES: Mapping[Disposition, Place] = {
    Disposition.RESTOCK: Place.SELLABLE,
    Disposition.OPEN_BOX: Place.OPEN_BOX,
    Disposition.REFURBISH: Place.REFURBISH,
    Disposition.QUARANTINE: Place.QUARANTINE,
}


def _places(look: Look) -> dict[uuid.UUID, Place]:
    query = sa.select(Location.id, Location.place).where(Location.tenant_id == look.tenant)
    return {row.id: row.place for row in look.all(query)}


def placed(look: Look) -> Iterator[str]:
    """A unit whose movements do not lead from the shopper to where its state says, once."""
    places = _places(look)
    query = (
        sa.select(
            *(ReturnItem.id, ReturnItem.state, ReturnItem.disposition),
            *(StockMovement.origin_id, StockMovement.destination_id, StockMovement.quantity),
        )
        .outerjoin(StockMovement, StockMovement.item_id == ReturnItem.id)
        .where(ReturnItem.tenant_id == look.tenant)
        .order_by(ReturnItem.id)
    )
    for id, rows in groupby(look.each(query), lambda row: row.id):
        moves = list(rows)
        if _flow(moves, places) != _wanted(moves[0]):
            yield key(ReturnItem, id)


def _flow(moves: list[Any], places: Mapping[uuid.UUID, Place]) -> dict[Place, int]:
    """What came in less what went out, of each place that this changed."""
    flow: Counter[Place] = Counter()
    for move in moves:
        if move.quantity is not None:
            flow[places[move.destination_id]] += move.quantity
            flow[places[move.origin_id]] -= move.quantity
    return {place: n for place, n in flow.items() if n}


def _wanted(item: Any) -> dict[Place, int]:
    if item.state is ItemState.RECEIVED:
        return {Place.DOCK: 1, Place.SHOPPER: -1}
    if item.state is ItemState.INSPECTED:
        return {SHELVES.get(item.disposition, Place.GONE): 1, Place.SHOPPER: -1}
    return {}


def unknown(look: Look) -> Iterator[str]:
    """A movement of a unit that there is not, nor of an exchange's line."""
    there = sa.exists().where(ReturnItem.id == StockMovement.item_id)
    given = sa.exists().where(ExchangeLine.id == StockMovement.item_id)
    yield from look.named(StockMovement, ~there, ~given)


def given(look: Look) -> Iterator[str]:
    """What was sent in exchange, and did not leave the shelf once, or what was not sent and left."""
    n = sa.func.coalesce(sa.func.sum(StockMovement.quantity), 0)
    moved = sa.select(n).where(StockMovement.item_id == ExchangeLine.id).scalar_subquery()
    sent = sa.case((Exchange.state == ExchangeState.SHIPPED, ExchangeLine.quantity), else_=0)
    query = sa.select(ExchangeLine.id).join(Exchange, Exchange.id == ExchangeLine.exchange_id)
    query = query.where(ExchangeLine.tenant_id == look.tenant, moved != sent)
    yield from (key(ExchangeLine, row.id) for row in look.each(query))


def _by_place(look: Look, place: Any, sign: int) -> sa.Select[Any]:
    return sa.select(
        place.label("place"), StockMovement.sku, (sign * StockMovement.quantity).label("n")
    ).where(StockMovement.tenant_id == look.tenant)


def levels(look: Look) -> Iterator[str]:
    """Fewer than no units of an article at a place of the shop.

    What the shop had on its shelf before is told by the levels of its catalogue, and is no movement.
    """
    moves = sa.union_all(
        _by_place(look, StockMovement.destination_id, 1), _by_place(look, StockMovement.origin_id, -1)
    ).subquery()
    query = (
        sa.select(Location.place, moves.c.sku)
        .join(moves, moves.c.place == Location.id)
        .where(Location.place.not_in(tuple(OUTSIDE)))
        .where(sa.or_(Location.place != Place.SELLABLE, ~_given_away(look, moves.c.sku)))
        .group_by(Location.place, moves.c.sku)
        .having(sa.func.sum(moves.c.n) < 0)
    )
    yield from (f"{row.place}/{row.sku}" for row in look.each(query))


def _given_away(look: Look, sku: Any) -> sa.ColumnElement[bool]:
    """Whether some of it was given in exchange."""
    return sa.exists().where(ExchangeLine.tenant_id == look.tenant, ExchangeLine.sku == sku)


def valued(look: Look) -> Iterator[str]:
    """A currency in which the inventory account is not what the movements off the dock and back, and to
    shoppers, carry."""
    places = {place: id for id, place in _places(look).items()}
    value = StockMovement.quantity * StockMovement.unit_cost
    away = (StockMovement.destination_id == places[Place.DOCK], -value)
    sent = (StockMovement.destination_id == places[Place.SHOPPER], -value)
    back = sa.case(away, sent, else_=value)
    carried = sa.select(StockMovement.currency, sa.func.sum(back).label("sum"))
    carried = carried.where(StockMovement.tenant_id == look.tenant, StockMovement.unit_cost.is_not(None))
    booked = (
        sa.select(Posting.currency, sa.func.sum(Posting.debit - Posting.credit).label("sum"))
        .join(Account, Account.id == Posting.account_id)
        .where(Posting.tenant_id == look.tenant, Account.role == Role.INVENTORY)
    )
    sums = [
        {row.currency: int(row.sum) for row in look.all(query.group_by(column)) if row.sum}
        for query, column in ((carried, StockMovement.currency), (booked, Posting.currency))
    ]
    yield from sorted(f"inventory/{currency}" for currency, _ in sums[0].items() ^ sums[1].items())
