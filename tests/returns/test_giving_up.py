"""Ending a return of which not everything came, or not everything was let in."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from portal import clock
from portal.errors import Conflict
from portal.refunds.settling import close
from portal.returns.lifecycle import ItemState, ReturnState
from tests.harness.sales import Sold, look
from tests.harness.shops import Shop
from tests.harness.soundness import broken
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


def refunded(trade: Trade) -> uuid.UUID:
    """A return of which all is done; two units, and the money is where it belongs."""
    order = trade.order(Sold(4000, 2))
    id = trade.ask(order, {1: 2})
    trade.authorize(id)
    trade.receive(id)
    trade.inspect(id)
    trade.approve(id)
    trade.work()
    assert look(trade.shop, id).return_.state is ReturnState.CLOSED
    return id


def later(at: Callable[..., None], **how_long: int) -> None:
    at(clock.now() + timedelta(**how_long))


def test_what_was_opened_without_need_closes_by_itself_after_a_while(
    trade: Trade, at: Callable[..., None]
) -> None:
    id = refunded(trade)
    trade.reopen(id)
    later(at, days=6)
    trade.work()
    assert look(trade.shop, id).return_.state is ReturnState.AUTHORIZED
    later(at, days=2)
    trade.work()
    seen = look(trade.shop, id).return_
    assert (seen.state, seen.stage, seen.closed_at is None) == ("closed", "refunded", False)
    assert broken(trade.shop.app) == {}


def test_what_was_opened_for_something_stays_open_until_that_is_done(
    trade: Trade, at: Callable[..., None]
) -> None:
    id, items = asked(trade)
    trade.authorize(id)
    trade.receive(id)
    trade.inspect(id, met=False)
    trade.work()
    trade.reopen(id)
    trade.correct(items[0])
    later(at, days=8)
    trade.work()
    assert look(trade.shop, id).return_.state is ReturnState.AUTHORIZED
    trade.inspect(id, items=[items[0]], met=False)
    trade.work()
    assert look(trade.shop, id).return_.state is ReturnState.CLOSED


def test_it_can_be_opened_in_vain_twice(trade: Trade, at: Callable[..., None]) -> None:
    id = refunded(trade)
    for _ in range(2):
        trade.reopen(id)
        later(at, days=8)
        trade.work()
        assert look(trade.shop, id).return_.state is ReturnState.CLOSED


def test_closing_is_refused_while_a_unit_lies_on_the_dock(trade: Trade) -> None:
    id, items = asked(trade)
    trade.authorize(id)
    trade.receive(id)
    trade.inspect(id, met=False)
    trade.work()
    trade.reopen(id)
    trade.correct(items[0])
    with pytest.raises(Conflict), trade.on(id) as held:
        close(held, trade.clerk)
    trade.inspect(id, items=[items[0]], met=False)
    for _ in range(2):
        with trade.on(id) as held:
            close(held, trade.clerk)
    assert look(trade.shop, id).return_.state is ReturnState.CLOSED


def asked(trade: Trade) -> tuple[uuid.UUID, list[uuid.UUID]]:
    """A return of two units, and their items."""
    id = trade.ask(trade.order(Sold(4000, 2)), {1: 2})
    return id, [item.id for item in look(trade.shop, id).items]
