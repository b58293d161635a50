"""What need not come back: refunded without the goods, without a fee, and told to the shopper."""

import uuid
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from portal.db import find, session
from portal.errors import Conflict, Refusal
from portal.inventory import StockMovement
from portal.notices.models import SentMail
from portal.refunds.quoting import payable_items, plan_for
from portal.returns.lifecycle import ITEM, ItemState, ReturnState, Stage
from portal.returns.models import Note, Return
from tests.harness.sales import BOOTS, SOCKS, look
from tests.harness.shops import Shop
from tests.harness.soundness import broken
from tests.harness.trading import Trade, policy

FEE = {"id": "all", "match": {}, "label": "Restocking", "points": 1000}


@pytest.fixture
def trade(shop: Shop) -> Trade:
    return Trade(shop)


def ready(trade: Trade, id: uuid.UUID) -> tuple[int, int, int]:
    """Amount, fees and way back of the refund that could be approved."""
    with trade.shop.transaction(reading=True):
        return_ = find(Return, id)
        plan = plan_for(return_, payable_items(return_))
        return plan.amount, plan.fees, plan.shipping


def states(trade: Trade, id: uuid.UUID) -> list[ItemState]:
    return sorted(item.state for item in look(trade.shop, id).items)


def test_all_of_a_return_is_kept_refunded_and_closed(trade: Trade) -> None:
    trade.rule(policy(fees=[FEE]))
    id = trade.ask(trade.order(SOCKS), {1: 2})
    trade.keep(id)
    kept = look(trade.shop, id).return_
    assert (states(trade, id), kept.stage, kept.payable) == ([ItemState.KEPT] * 2, Stage.CHECKED, True)
    assert ready(trade, id) == (3402, 0, 0)
    trade.approve(id)
    trade.work()
    closed = look(trade.shop, id).return_
    assert (closed.state, closed.stage) == (ReturnState.CLOSED, Stage.REFUNDED)
    with trade.shop.transaction(reading=True):
        assert not session.scalars(sa.select(StockMovement)).all()
    assert broken(trade.shop.app) == {}


def test_of_a_part_that_is_kept_the_rest_comes_back_as_ever(trade: Trade) -> None:
    id = trade.ask(trade.order(SOCKS, BOOTS), {1: 2, 2: 1})
    trade.keep(id, {1: 1})
    assert look(trade.shop, id).return_.stage is Stage.APPROVED
    assert ready(trade, id) == (1701, 0, 0)
    trade.approve(id)
    trade.receive(id, {1: 1, 2: 1})
    trade.inspect(id)
    assert ready(trade, id) == (1701 + 17010 - 490, 0, 490)
    trade.approve(id)
    trade.work()
    assert look(trade.shop, id).return_.state is ReturnState.CLOSED
    assert broken(trade.shop.app) == {}


@pytest.mark.sqlite
def test_one_refund_of_what_is_kept_and_what_came_takes_the_way_back_once(trade: Trade) -> None:
    id = trade.ask(trade.order(SOCKS), {1: 2})
    trade.receive(id, {1: 1})
    trade.inspect(id)
    trade.keep(id)
    assert ready(trade, id) == (3402 - 490, 0, 490)


@pytest.mark.sqlite
def test_what_has_come_cannot_be_kept(trade: Trade) -> None:
    id = trade.ask(trade.order(SOCKS), {1: 2})
    trade.receive(id, {1: 1})
    with pytest.raises(Refusal, match="At most"):
        trade.keep(id, {1: 2})
    trade.keep(id, {1: 1})
    with pytest.raises(Conflict):
        trade.keep(id)
    assert states(trade, id) == [ItemState.KEPT, ItemState.RECEIVED]


@pytest.mark.sqlite
def test_what_is_kept_is_neither_received_nor_cancelled_nor_given_up(trade: Trade) -> None:
    assert [event for state, event in ITEM if state is ItemState.KEPT] == []
    id = trade.ask(trade.order(SOCKS), {1: 2})
    trade.keep(id, {1: 1})
    tries: list[Callable[[uuid.UUID], None]] = [trade.cancel, lambda id: trade.receive(id, {1: 2})]
    for refused in tries:
        with pytest.raises(Refusal):
            refused(id)
    trade.give_up(id)
    assert states(trade, id) == [ItemState.CANCELLED, ItemState.KEPT]
    assert broken(trade.shop.app) == {}


@pytest.mark.sqlite
@pytest.mark.parametrize("picked", [{1: 3}, {1: -1}, {1: 0}, {}])
def test_a_count_that_does_not_fit_is_refused(trade: Trade, picked: dict[int, int]) -> None:
    id = trade.ask(trade.order(SOCKS), {1: 2})
    with pytest.raises(Refusal):
        trade.keep(id, picked)


@pytest.mark.sqlite
def test_the_limit_of_an_approval_holds_for_what_is_kept(trade: Trade) -> None:
    id = trade.ask(trade.order(SOCKS), {1: 2})
    trade.keep(id)
    with pytest.raises(Refusal, match="may approve up to"):
        trade.approve(id, 3401)
    trade.approve(id, 3402)


@pytest.mark.sqlite
def test_an_approval_that_is_taken_back_leaves_it_kept_and_due(trade: Trade) -> None:
    id = trade.ask(trade.order(SOCKS), {1: 2})
    trade.keep(id)
    trade.cancel_refund(trade.approve(id))
    assert look(trade.shop, id).return_.payable
    assert broken(trade.shop.app) == {}


@pytest.mark.sqlite
def test_the_shopper_is_told_what_they_keep_and_what_is_awaited_and_not_why(trade: Trade) -> None:
    id = trade.ask(trade.order(SOCKS, BOOTS), {1: 2, 2: 1})
    trade.keep(id, {1: 1})
    trade.keep(id, {1: 1})
    trade.work()
    with trade.shop.transaction(reading=True):
        mails = session.scalars(sa.select(SentMail).where(SentMail.subject.contains("You keep it"))).all()
        assert len(mails) == 2
        assert "2 × Alpaka-Kuschelsocken" in mails[0].text and "Wanderstiefel" in mails[0].text
        assert "postage" not in mails[0].text + mails[0].html
        kept = session.scalars(sa.select(Note).where(Note.kind == "kept")).all()
        assert [note.text for note in kept] == ["Not worth the postage."] * 2


@pytest.mark.sqlite
def test_no_label_is_bought_for_what_is_kept(trade: Trade) -> None:
    id = trade.ask(trade.order(SOCKS), {1: 2})
    trade.keep(id)
    trade.work()
    assert [parcel.state for parcel in look(trade.shop, id).return_.parcels] == ["awaiting_label"]
