"""Two people confirm two transfers under one reference of the bank's, at the same moment."""

import sys
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
import sqlalchemy as sa

from portal.refunds import transferring
from portal.refunds.demands import Demand, confirming
from portal.refunds.demands.models import DemandRefund
from portal.refunds.models import RefundLeg
from portal.tenants import locked_shop
from portal.web.ritual import Portal
from tests.harness.sales import SOCKS, Sold, look
from tests.harness.trading import Trade
from tests.races.racing import DONE, REFUSED, Ground, Racer, drop, pause_before, race

pytestmark = pytest.mark.race
LAMP = Sold(5000, unit_cost=900)
SAME = "SEPA 77"


def transferred(trade: Trade, leg: uuid.UUID) -> None:
    trade.confirm(leg, SAME)


def paid(trade: Trade, demand: uuid.UUID) -> None:
    with trade.on_demand(demand) as held:
        confirming.confirm_paid(held, SAME, trade.clerk)


def sent_back(trade: Trade, demand: uuid.UUID) -> None:
    with trade.on_demand(demand) as held:
        confirming.confirm_returned(held, SAME, trade.clerk)


def leg_by_hand(trade: Trade) -> uuid.UUID:
    order = trade.order(LAMP)
    trade.pay_by(order, "manual")
    return look(trade.shop, trade.go_whole_way(order, {1: 1})).refunds[-1].legs[-1].id


def asked(trade: Trade) -> uuid.UUID:
    """A demand that is paid by a transfer."""
    with trade.shop.transaction():
        locked_shop().bank_details = ["Acme", "DE02 1203 0000 0000 2020 51"]
    return trade.owe(trade.ask(trade.order(SOCKS), {1: 1}))


def to_be_sent_back(trade: Trade) -> uuid.UUID:
    id = asked(trade)
    with trade.on_demand(id) as held:
        confirming.confirm_paid(held, f"IN {id.hex[-6:]}", trade.clerk)
    trade.give_back_paid(id)
    return id


def under_it(trade: Trade, *columns: Any) -> int:
    """How many stand under the reference."""
    with trade.shop.transaction(reading=True) as own:
        counts = [own.scalar(sa.select(sa.func.count()).where(column == SAME)) for column in columns]
    return sum(count or 0 for count in counts)


Given = tuple[Callable[[Trade], uuid.UUID], Callable[..., None]]
BY_HAND: Given = (leg_by_hand, transferred)
ASKED: Given = (asked, paid)
BACK: Given = (to_be_sent_back, sent_back)
OUT = (RefundLeg.reference, DemandRefund.reference)


@pytest.mark.parametrize(
    ("pair", "columns"),
    [((BY_HAND, BY_HAND), OUT), ((ASKED, ASKED), (Demand.payment,)), ((BACK, BY_HAND), OUT)],
    ids=["refunds", "payments", "both ways out"],
)
def test_of_two_under_one_reference_one_is_confirmed_and_one_is_told(
    trade: Trade,
    ground: Ground,
    broken: Callable[[], set[str]],
    pair: tuple[Given, Given],
    columns: tuple[Any, ...],
) -> None:
    racers = [Racer(work, [given(trade)]) for given, work in pair]
    assert race(ground, *racers) == [DONE, REFUSED]
    assert under_it(trade, *columns) == 1
    assert broken() == set()


@dataclass(frozen=True)
class Unheld:
    """Nobody waits for the other's reference: all have looked, none has written."""

    module: str
    name: str

    def __call__(self, between: Any) -> None:
        transferring.hold_reference = lambda reference: None
        pause_before(sys.modules[self.module], self.name)(between)


@dataclass(frozen=True)
class Case:
    """Two of the same, what the second goes past, and what keeps them apart."""

    given: Callable[[Trade], uuid.UUID]
    work: Callable[..., None]
    careless: Unheld
    column: Any
    guard: str

    def race(self, trade: Trade, ground: Ground) -> list[str]:
        racers = [Racer(self.work, [self.given(trade)], careless=self.careless) for _ in range(2)]
        return race(ground, *racers)


CASES = {
    "refunds": Case(
        *BY_HAND, Unheld(transferring.__name__, "_attempt"), RefundLeg.reference, "uq_refund_leg_reference"
    ),
    "payments": Case(*ASKED, Unheld(confirming.__name__, "pay"), Demand.payment, "uq_demand_payment"),
    "payments back": Case(
        *BACK, Unheld(confirming.__name__, "begin"), DemandRefund.reference, "uq_demand_refund_reference"
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_without_the_guards_both_are_confirmed(app: Portal, trade: Trade, ground: Ground, case: Case) -> None:
    """The control of the race above."""
    drop(app, case.guard)
    assert case.race(trade, ground) == [DONE, DONE]
    assert under_it(trade, case.column) == 2


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_where_nobody_waits_the_database_still_takes_one(trade: Trade, ground: Ground, case: Case) -> None:
    found = case.race(trade, ground)
    assert found.count(DONE) == 1
    assert under_it(trade, case.column) == 1
