"""Many units of one line that are alike are checked, and taken back, in one command."""

import pytest
import sqlalchemy as sa

from portal.audit import Actor, chain_breaks, timeline
from portal.db import locked, session
from portal.errors import Conflict
from portal.inventory import Place, StockMovement, location_id
from portal.ledger import JournalEntry
from portal.policies import Disposition, Grade
from portal.returns.inspecting import correct, correct_many, inspect, inspect_many
from portal.returns.lifecycle import ItemState, Outcome
from portal.returns.models import Return, ReturnItem
from tests.harness.apps import counted
from tests.harness.sales import Sold, look, received, sell
from tests.harness.shops import Shop

BY = Actor("system")
ANSWERS = {"box_there": False}


def boxes(n: int, tags: tuple[str, ...] = ()) -> Sold:
    return Sold(1000 * n, n, "WS-HGP", "Wanderstiefel", category="Shoes", tags=tags, unit_cost=400)


def dock(shop: Shop, n: int, number: str = "1001", tags: tuple[str, ...] = ()) -> list[ReturnItem]:
    return list(look(shop, received(shop, sell(shop, boxes(n, tags), number=number))).items)


def held(items: list[ReturnItem]) -> list[ReturnItem]:
    return list(locked(Return, items[0].return_id).items)


def statements(shop: Shop, n: int, number: str) -> tuple[int, int]:
    items = dock(shop, n, number)
    with shop.transaction(), counted(shop.app) as checking:
        inspect_many(held(items), ANSWERS, Grade.OPENED, BY, note="All from one pallet.")
        session.flush()
    with shop.transaction(), counted(shop.app) as correcting:
        correct_many(held(items), "Wrong pallet.", BY)
        session.flush()
    return len(checking), len(correcting)


def test_the_number_of_statements_does_not_grow_with_the_units(shop: Shop) -> None:
    few, many = statements(shop, 2, "1"), statements(shop, 40, "2")
    assert few == many and max(many) <= 20


def test_each_unit_has_its_own_trail_movement_and_entry(shop: Shop) -> None:
    items = dock(shop, 5)
    with shop.transaction():
        inspect_many(held(items), ANSWERS, Grade.NEW, BY)
    seen = look(shop, items[0].return_id)
    assert {(i.state, i.outcome, i.disposition, i.reduction) for i in seen.items} == {
        (ItemState.INSPECTED, Outcome.REDUCED, Disposition.RESTOCK, 5000)
    }
    with shop.transaction(reading=True):
        sellable = location_id(shop.id, Place.SELLABLE)
        moved = session.scalars(
            sa.select(StockMovement.item_id).where(StockMovement.destination_id == sellable)
        )
        assert sorted(moved) == sorted(i.id for i in items)
        entries = session.scalars(sa.select(JournalEntry).order_by(JournalEntry.no)).all()
        assert [e.no for e in entries] == [1, 2, 3, 4, 5]
        assert all(sum(p.debit for p in e.postings) == sum(p.credit for p in e.postings) for e in entries)
        return_ = session.scalars(sa.select(Return)).one()
        rows = timeline(return_)
        assert chain_breaks(rows, return_.trail_hash or "") == []
        assert {r.subject_id for r in rows if r.event == "item.inspected"} == {i.id for i in items}


def test_refused_units_are_released_and_taken_again_together(shop: Shop) -> None:
    items = dock(shop, 3, tags=("sealed",))
    with shop.transaction():
        inspect_many(held(items), {"box_there": True, "unopened": False}, Grade.USED, BY)
    assert look(shop, items[0].return_id).order.lines[0].claimed == 0
    with shop.transaction():
        correct_many(held(items), "The seal was whole.", BY)
    assert look(shop, items[0].return_id).order.lines[0].claimed == 3


def test_a_unit_that_was_corrected_before_says_another_round(shop: Shop) -> None:
    items = dock(shop, 2)
    with shop.transaction():
        first = held(items)[0]
        inspect(first, ANSWERS, Grade.NEW, BY)
        correct(first, "Looked again.", BY)
    with shop.transaction():
        inspect_many(held(items), ANSWERS, Grade.NEW, BY)
    with shop.transaction(reading=True):
        rows = timeline(session.scalars(sa.select(Return)).one())
        assert [r.data["round"] for r in rows if r.event == "item.inspected"] == [1, 1, 2]
        assert session.scalar(sa.select(sa.func.count()).select_from(JournalEntry)) == 4


def test_nothing_happens_when_one_of_them_was_checked_already(shop: Shop) -> None:
    items = dock(shop, 2)
    with shop.transaction():
        inspect(held(items)[0], ANSWERS, Grade.NEW, BY)
    with pytest.raises(Conflict), shop.transaction():
        inspect_many(held(items), ANSWERS, Grade.NEW, BY)
    assert [i.state for i in look(shop, items[0].return_id).items] == [
        ItemState.INSPECTED,
        ItemState.RECEIVED,
    ]
