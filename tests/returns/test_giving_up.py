"""Ending a return of which not everything came, or not everything was let in."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from portal import clock
from portal.errors import Conflict
from portal.returns.lifecycle import ItemState, ReturnState
from tests.harness.sales import Sold, look
from tests.harness.shops import Shop
from tests.harness.trading import Trade, policy

SEAL: dict[str, Any] = {"id": "seal", "match": {}, "promise": "Sealed", "question": "Sealed?"}


@pytest.fixture
def trade(shop: Shop, at: Callable[..., None]) -> Trade:
    """Each unit must be sealed, or it is refused; no return is let in without a person."""
    trade = Trade(shop)
    upto = {"automatic_up_to": {}, "days": 2}
    trade.rule(policy(conditions=[{**SEAL, "unmet": "refused"}], authorization=upto))
    at(clock.now() + timedelta(days=10))
    return trade


def test_a_return_that_was_let_in_partly_can_be_cancelled(trade: Trade) -> None:
    id, items = asked(trade)
    trade.authorize(id, declined=items[:1])
    trade.cancel(id)
    seen = look(trade.shop, id)
    assert seen.return_.state is ReturnState.CANCELLED
    assert [item.state for item in seen.items] == [ItemState.DECLINED, ItemState.CANCELLED]
    assert seen.order.lines[0].claimed == 0


def test_when_all_that_came_was_refused_the_rest_can_be_given_up(trade: Trade) -> None:
    id, _ = asked(trade)
    trade.authorize(id)
    trade.receive(id, {1: 1})
    trade.inspect(id, met=False)
    trade.give_up(id)
    trade.work()
    seen = look(trade.shop, id)
    assert seen.return_.state is ReturnState.CLOSED
    assert [item.state for item in seen.items] == [ItemState.INSPECTED, ItemState.CANCELLED]
    assert seen.order.lines[0].claimed == 0


def test_a_check_of_a_return_that_has_ended_is_not_taken_back(trade: Trade) -> None:
    id, items = asked(trade)
    trade.authorize(id)
    trade.receive(id)
    trade.inspect(id, met=False)
    trade.work()
    assert look(trade.shop, id).return_.state is ReturnState.CLOSED
    with pytest.raises(Conflict):
        trade.correct(items[0])
    trade.reopen(id)
    trade.correct(items[0])
    assert look(trade.shop, id).order.lines[0].claimed == 1


def asked(trade: Trade) -> tuple[uuid.UUID, list[uuid.UUID]]:
    """A return of two units, and their items."""
    id = trade.ask(trade.order(Sold(4000, 2)), {1: 2})
    return id, [item.id for item in look(trade.shop, id).items]
