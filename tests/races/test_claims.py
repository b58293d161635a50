"""Two shoppers and the last unit of an order."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from portal import clock
from portal.db import find, session
from portal.orders.models import Order, OrderLine
from portal.policies import Resolution
from portal.returns import claiming, submitting
from portal.returns.models import Return, ReturnItem, ReturnLine
from portal.returns.pieces import Piece
from portal.web.ritual import Portal
from tests.harness.sales import Sold
from tests.harness.trading import Trade
from tests.races.racing import DONE, PATIENCE, REFUSED, Ground, Racer, drop, race

pytestmark = pytest.mark.race
ONE = Sold(3000)


def ask(trade: Trade, order: uuid.UUID) -> None:
    trade.ask(order, {1: 1})


def submit(trade: Trade, draft: uuid.UUID) -> None:
    trade.submit(draft)


def live_units(trade: Trade) -> int:
    with trade.shop.transaction(reading=True) as own:
        return own.scalars(sa.select(sa.func.count(ReturnItem.id))).one()


def two_drafts(app: Portal, trade: Trade) -> list[uuid.UUID]:
    """Drafts of the same unit. One order has one draft; without that guard the claim itself is tried."""
    drop(app, "uq_return_draft")
    order = trade.order(ONE)
    first = trade.draft(order, {1: 1})
    with trade.shop.transaction():
        like, line = find(Return, first), find(Order, order).lines[0]
        second = Return(
            order_id=order,
            policy_id=like.policy_id,
            currency="EUR",
            created_at=clock.now(),
            resolution=Resolution.ORIGINAL,
            units=1,
        )
        second.lines = [ReturnLine(order_line_id=line.id, quantity=1, reason="too_small")]
        session.add(second)
        session.flush()
        return [first, second.id]


def test_two_shoppers_ask_for_the_last_unit_and_one_gets_it(
    trade: Trade, ground: Ground, broken: Callable[[], set[str]]
) -> None:
    order = trade.order(ONE)
    assert race(ground, *[Racer(ask, [order])] * 4) == [DONE, REFUSED, REFUSED, REFUSED]
    assert live_units(trade) == 1
    assert broken() == set()


def test_two_drafts_of_one_unit_are_submitted_and_one_wins(
    app: Portal, trade: Trade, ground: Ground, broken: Callable[[], set[str]]
) -> None:
    racers = [Racer(submit, [draft]) for draft in two_drafts(app, trade)]
    assert race(ground, *racers) == [DONE, REFUSED]
    assert live_units(trade) == 1
    assert broken() == set()


def ask_for_somebody(trade: Trade, order: uuid.UUID) -> None:
    """As the desk does while the shopper is on the telephone."""
    trade.ask(order, {1: 1}, by=trade.clerk)


def submit_for_somebody(trade: Trade, draft: uuid.UUID) -> None:
    trade.submit(draft, by=trade.clerk)


def test_the_shopper_and_the_desk_ask_for_the_last_unit_and_one_return_has_it(
    trade: Trade, ground: Ground, broken: Callable[[], set[str]]
) -> None:
    order = trade.order(ONE)
    found = race(ground, Racer(ask, [order], threads=2), Racer(ask_for_somebody, [order], threads=2))
    assert found == [DONE, REFUSED, REFUSED, REFUSED]
    assert live_units(trade) == 1
    assert broken() == set()


@pytest.mark.sqlite
def test_without_the_guards_one_draft_is_submitted_by_both(
    app: Portal, trade: Trade, ground: Ground, broken: Callable[[], set[str]]
) -> None:
    """The control of the race above. On PostgreSQL the draft's own rows would hold up the second."""
    draft = trade.draft(trade.order(ONE), {1: 1})
    drop(app, "uq_return_item_live", "trail.uq_trail_chain_no", "return_item.uq_return_item_return_id_no")
    both = (submit, submit_for_somebody)
    race(ground, *[Racer(work, [draft], careless=looks_then_takes) for work in both])
    assert live_units(trade) == 2
    assert {"I5", "P3"} <= broken()


def looks_then_takes(between: Any) -> None:
    """A claim that reads the counter, and later writes what it made of it."""

    def claim(return_: Return) -> list[Piece]:
        (line,) = return_.lines
        claimed = session.scalars(
            sa.select(OrderLine.claimed).where(OrderLine.id == line.order_line_id)
        ).one()
        units = claiming.free_pieces(return_)
        assert claimed < 1
        between.wait(PATIENCE)
        taking = sa.update(OrderLine).where(OrderLine.id == line.order_line_id)
        session.execute(taking.values(claimed=claimed + 1))
        session.execute(sa.insert(ReturnItem), [claiming.row_of(unit) for unit in units])
        return units

    submitting.claim = claim  # type: ignore[attr-defined]


def test_without_the_guards_both_get_the_unit(
    app: Portal, trade: Trade, ground: Ground, broken: Callable[[], set[str]]
) -> None:
    """The control of the race above."""
    drafts = two_drafts(app, trade)
    drop(app, "uq_return_item_live")
    race(ground, *[Racer(submit, [draft], careless=looks_then_takes) for draft in drafts])
    assert live_units(trade) == 2
    assert {"I5", "P3"} <= broken()
