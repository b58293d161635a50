"""Going on from record to record: what stands before and after a return in a view."""

import uuid
from collections.abc import Callable
from datetime import datetime

import pytest
import sqlalchemy as sa

from portal.db import find, locked
from portal.policies import Resolution
from portal.returns import Return
from portal.returns.deciding import authorize
from portal.views import board
from portal.views.beside import Beside, beside
from portal.views.board import Sorting, View, Wish
from portal.views.paging import Spot
from tests.harness.apps import counted
from tests.harness.sales import inspected, requested, sell
from tests.harness.shops import Shop, find_shop

At = Callable[[datetime], None]
ASKED = Wish(View.REQUESTED)


def three(shop: Shop) -> list[uuid.UUID]:
    """Returns that wait for a decision, the newest first."""
    return [requested(shop, sell(shop, number=str(n)), reason="other") for n in range(3)][::-1]


def around(shop: Shop, id: uuid.UUID, wish: Wish = ASKED) -> Beside:
    with shop.transaction(reading=True):
        return beside(find(Return, id), wish)


def test_the_neighbours_are_those_of_the_board(shop: Shop) -> None:
    first, second, third = three(shop)
    assert around(shop, first) == Beside(None, second)
    assert around(shop, second) == Beside(first, third)
    assert around(shop, third) == Beside(second, None)


def test_the_oldest_first_is_the_other_way_round(shop: Shop) -> None:
    first, second, third = three(shop)
    assert around(shop, second, Wish(View.REQUESTED, sorting=Sorting.OLDEST)) == Beside(third, first)


def test_requests_of_one_moment_are_each_passed_once(shop: Shop) -> None:
    three(shop)
    with shop.transaction() as session:
        moment = sa.select(sa.func.max(Return.requested_at)).scalar_subquery()
        session.execute(sa.update(Return).values(requested_at=moment))
    with shop.transaction(reading=True):
        order = [row.id for row in board.rows(ASKED, Spot()).rows]
    assert around(shop, order[0]) == Beside(None, order[1])
    assert around(shop, order[1]) == Beside(order[0], order[2])
    assert around(shop, order[2]) == Beside(order[1], None)


def test_a_return_that_has_left_the_view_still_has_its_place(shop: Shop) -> None:
    first, second, third = three(shop)
    with shop.transaction():
        authorize(locked(Return, second), shop.actor())
    assert around(shop, second) == Beside(first, third)
    assert around(shop, first) == Beside(None, third)


def test_only_what_the_wish_finds_is_beside(shop: Shop) -> None:
    first, *_ = three(shop)
    ready = inspected(shop, sell(shop, number="9"))
    assert around(shop, ready, Wish(View.TO_PAY)) == Beside(None, None)
    assert around(shop, first, Wish(View.REQUESTED, resolution=Resolution.STORE_CREDIT)) == Beside(None, None)
    assert around(shop, first, Wish(View.ALL, typed="9")) == Beside(ready, None)


def test_another_shops_returns_are_never_beside(shop: Shop) -> None:
    first, *_ = three(shop)
    other = find_shop(shop.app, "other")
    three(other)
    assert around(shop, first).before is None


@pytest.mark.sqlite
def test_it_takes_one_statement(shop: Shop) -> None:
    _, second, _ = three(shop)
    with shop.transaction(reading=True):
        return_ = find(Return, second)
        with counted(shop.app) as statements:
            beside(return_, ASKED)
    assert len(statements) == 1
