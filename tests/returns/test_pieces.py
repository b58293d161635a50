"""Units as plain values say the same as the session's objects, and take their steps together."""

from dataclasses import fields

import pytest
import sqlalchemy as sa

from portal.db import find, locked, session
from portal.errors import Conflict
from portal.returns.lifecycle import ItemState
from portal.returns.models import Return, ReturnItem
from portal.returns.pieces import Piece, advance, pieces, sorts, write
from portal.slices import slices
from tests.harness.sales import Sold, check, requested, sell, take_in
from tests.harness.shops import Shop

pytestmark = pytest.mark.sqlite


def test_a_value_says_what_the_object_says(shop: Shop) -> None:
    id = requested(shop, sell(shop, Sold(700, 7), Sold(500, 5, "WS-HGP", "Wanderstiefel")))
    take_in(shop, id)
    check(shop, id)
    with shop.transaction(reading=True):
        return_ = find(Return, id)
        values, kinds = pieces(return_), sorts(return_)
        assert len(values) == 12 and all(isinstance(value, Piece) for value in values)
        names = [f.name for f in fields(Piece)] + [
            "return_",
            "order_line",
            "order_line_id",
            "return_line_id",
            "live",
        ]
        for value, item in zip(values, return_.items, strict=True):
            assert [getattr(value, name) for name in names] == [getattr(item, name) for name in names]
        assert {(k.state, k.outcome, k.refunding) for k in kinds} == {
            (i.state, i.outcome, i.refunding) for i in return_.items
        }
        assert pieces(return_) is return_.items is sorts(return_)


@pytest.mark.parametrize("loaded", [False, True])
def test_units_far_apart_are_written_together_and_no_others(shop: Shop, loaded: bool) -> None:
    id, chosen = requested(shop, sell(shop, Sold(5000, 500))), {1, 2, 3, 90, *range(100, 400, 2), 500}
    with shop.transaction():
        return_ = locked(Return, id)
        items = list(return_.items) if loaded else pieces(return_)
        write(return_, [item for item in items if item.no in chosen], refunding=True)
        assert {item.no for item in return_.items if item.refunding} == chosen
    with shop.transaction(reading=True):
        assert set(session.scalars(sa.select(ReturnItem.no).where(ReturnItem.refunding))) == chosen


def test_nothing_moves_where_one_unit_cannot_take_the_step(shop: Shop) -> None:
    id = requested(shop, sell(shop, Sold(300, 3)))
    with shop.transaction():
        return_ = locked(Return, id)
        advance(return_, pieces(return_)[:1], "receive")
        with pytest.raises(Conflict):
            advance(return_, pieces(return_), "receive")
        states = [item.state for item in return_.items]
        assert states == [ItemState.RECEIVED, ItemState.AUTHORIZED, ItemState.AUTHORIZED]


def test_slices_hold_everything_once_and_in_order() -> None:
    assert list(slices(range(7), 3)) == [[0, 1, 2], [3, 4, 5], [6]]
    assert not list(slices([]))
