"""A worker that is killed: after writing down its intent and before the answer, or within an import."""

import io
import json
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from portal import clock
from portal.db import find, locked, session
from portal.orders.files import working
from portal.orders.files.confirming import confirm
from portal.orders.files.keeping import take_in
from portal.orders.files.models import FileState, ImportFile
from portal.orders.models import Order
from portal.refunds import sending
from portal.refunds.gateways.asking import Errand
from portal.refunds.gateways.simulated import SimulatedGateway
from portal.refunds.lifecycle import LegState
from tests.harness.sales import SOCKS, approved, look, sell
from tests.harness.trading import Trade
from tests.races.racing import Ground, die, die_now

pytestmark = pytest.mark.race


def send(trade: Trade) -> None:
    trade.work()


def die_before_asking() -> None:
    """The intent is written; the bank has not heard of it."""
    SimulatedGateway.submit = die_now  # type: ignore[method-assign]


def die_after_asking() -> None:
    """The bank has done it; nobody has written that down."""
    sending._settle = die_now


def killed(trade: Trade, ground: Ground, prepare: Callable[[], None]) -> LegState:
    id = approved(trade.shop, sell(trade.shop, SOCKS), units=[1])
    die(ground, send, [], prepare)
    return look(trade.shop, id).refunds[0].legs[0].state


@pytest.mark.parametrize("prepare", [die_before_asking, die_after_asking])
def test_a_killed_worker_leaves_exactly_one_refund(
    trade: Trade,
    ground: Ground,
    broken: Callable[[], set[str]],
    at: Callable[..., None],
    prepare: Callable[[], None],
) -> None:
    assert killed(trade, ground, prepare) is LegState.SUBMITTED
    assert len(trade.bank.statement()) == (prepare is die_after_asking)
    for minutes in (2, 4):
        at(clock.now() + timedelta(minutes=minutes))
        trade.work()
    assert [refund["amount"] for refund in trade.bank.statement()] == [1211]
    assert broken() == set()


def test_a_worker_that_does_not_look_refunds_twice(
    trade: Trade,
    ground: Ground,
    broken: Callable[[], set[str]],
    at: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The control: what is not known is taken for failed, and sent again under a new key."""

    def begin_anew(leg, gateway, lease) -> Errand:  # type: ignore[no-untyped-def]
        leg.state = LegState.APPROVED
        return sending._errand("submit", leg, sending._begin(leg, lease))

    killed(trade, ground, die_after_asking)
    monkeypatch.setattr(sending, "_look", begin_anew)
    at(clock.now() + timedelta(minutes=2))
    trade.work()
    assert len(trade.bank.statement()) == 2
    assert {"I10", "I11"} & broken()


BATCH = 2


def many(n: int) -> bytes:
    """A file of so many orders."""
    head = {"placed_at": "2026-05-01T09:58:12+02:00", "currency": "EUR", "prices_include_tax": True}
    lines = [{"title": "Mug", "quantity": 2, "subtotal": "20.00"}]
    paid = [{"captured": "20.00", "kind": "card"}]
    rows = [
        {**head, "number": f"#{no}", "id": f"o-{no}", "lines": lines, "payments": paid} for no in range(n)
    ]
    return json.dumps(rows).encode()


def die_in_the_second_batch() -> None:
    """Its orders are written, and how far it came is not."""
    working.BATCH, note = BATCH, working._note  # type: ignore[misc]

    def notes(run: working.Run, *rest: Any) -> None:
        note(run, *rest)
        working._note = die_now

    working._note = notes


def die_behind_the_orders() -> None:
    """As before, by a worker that lets its orders stand before it says how far it came."""
    working.BATCH = BATCH  # type: ignore[misc]

    def notes(*args: Any) -> None:
        session.commit()
        die_now()

    working._note = notes


def imported(
    trade: Trade, ground: Ground, at: Callable[..., None], prepare: Callable[[], None]
) -> ImportFile:
    """A file of five orders whose import dies once and is gone on with; the file then."""
    with trade.shop.transaction():
        id = take_in(io.BytesIO(many(5)), "orders.json", "homeward", trade.clerk)[0].id
    trade.work()
    with trade.shop.transaction():
        confirm(locked(ImportFile, id), trade.clerk)
    die(ground, send, [], prepare)
    assert trade.work() == 0, "the lease still runs"
    at(clock.now() + timedelta(minutes=3))
    trade.work()
    return file(trade, id)


def file(trade: Trade, id: uuid.UUID) -> ImportFile:
    with trade.shop.transaction(reading=True):
        found = find(ImportFile, id)
        session.expunge_all()
        return found


def orders(trade: Trade) -> int:
    with trade.shop.transaction(reading=True):
        return session.scalars(sa.select(sa.func.count(Order.id))).one()


def test_a_killed_import_doubles_nothing_and_leaves_nothing_half(
    trade: Trade, ground: Ground, broken: Callable[[], set[str]], at: Callable[..., None]
) -> None:
    done = imported(trade, ground, at, die_in_the_second_batch)
    assert (done.state, done.imported, orders(trade)) == (FileState.DONE, {"imported": 5}, 5)
    assert broken() == set()


def test_an_import_that_says_later_how_far_it_came_tells_less_than_it_did(
    trade: Trade, ground: Ground, at: Callable[..., None]
) -> None:
    """The control: what stood already is taken for what was there before."""
    done = imported(trade, ground, at, die_behind_the_orders)
    assert done.imported == {"imported": 3, "unchanged": 2}
