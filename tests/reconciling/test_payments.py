"""What shoppers paid for exchanges in a reconciliation: by link or by hand, heard of or not, given back."""

import uuid
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from portal import clock
from portal.reconciling import ReconciliationSum
from portal.refunds import demands
from portal.refunds.demands import Demand, DemandState, confirming
from portal.refunds.demands.tending import heard
from portal.refunds.gateways.bank import Wish
from portal.refunds.gateways.bank.file import opened, written
from portal.tenants import locked_shop
from tests.harness.sales import SOCKS
from tests.harness.shops import Shop
from tests.harness.soundness import broken
from tests.harness.trading import Trade
from tests.reconciling.given import lines, reconciled, sums, verdicts
from tests.reconciling.test_running import LAST, MIDNIGHT, NOVEMBER, OCTOBER

NOON = MIDNIGHT + timedelta(hours=12)
SOON = timedelta(minutes=1)


@pytest.fixture
def trade(shop: Shop) -> Trade:
    return Trade(shop)


def asked(trade: Trade, amount: int = 1_250) -> uuid.UUID:
    """A demand that can be paid."""
    id = trade.owe(trade.ask(trade.order(SOCKS), {1: 1}), amount)
    trade.work()
    return id


def paid(trade: Trade, amount: int = 1_250) -> uuid.UUID:
    id = asked(trade, amount)
    trade.pay_link(id)
    trade.work()
    return id


def at_bank(trade: Trade, sql: str, *values: Any) -> None:
    """Change what the bank has written down."""
    with opened(trade.bank.path) as file:
        assert file.execute(sql, values).rowcount == 1


def seen(trade: Trade, id: uuid.UUID) -> Demand:
    with trade.shop.transaction(reading=True) as session:
        found = session.get_one(Demand, id)
        session.expunge_all()
        return found


def changed(trade: Trade, id: uuid.UUID, **values: Any) -> None:
    with trade.shop.transaction() as session:
        session.execute(sa.update(Demand).where(Demand.id == id).values(**values))


def hidden(trade: Trade, demand: Demand) -> None:
    at_bank(trade, "DELETE FROM moved WHERE reference = ?", demand.payment)


def dearer(trade: Trade, demand: Demand) -> None:
    at_bank(trade, "UPDATE link SET amount = amount + 1 WHERE payment = ?", demand.payment)


def in_dollars(trade: Trade, demand: Demand) -> None:
    at_bank(trade, "UPDATE link SET currency = 'USD' WHERE payment = ?", demand.payment)


def earlier(trade: Trade, demand: Demand) -> None:
    """Beyond what is read around the period."""
    day = written(NOON - timedelta(days=40))
    at_bank(trade, "UPDATE moved SET at = ? WHERE reference = ?", day, demand.payment)


def paid_again(trade: Trade, demand: Demand) -> None:
    another(trade, {"demand": str(demand.id), "shop": str(trade.shop.id)})


def of_nobody(trade: Trade, demand: Demand) -> None:
    another(trade, {"demand": str(uuid.uuid4()), "shop": str(trade.shop.id)})


def another(trade: Trade, metadata: Mapping[str, str]) -> None:
    """A link that is paid, of which the portal did not hear."""
    until = written(NOON + timedelta(days=7))
    trade.bank.pay(trade.bank.open_link("k", Wish(1_250, "EUR", until, "/", metadata))["reference"])


def unnoted(trade: Trade, demand: Demand) -> None:
    changed(trade, demand.id, paid_at=None)


def cheaper_here(trade: Trade, demand: Demand) -> None:
    changed(trade, demand.id, amount=1_249)


PLANTS: Mapping[Callable[[Trade, Demand], None], list[str]] = {
    hidden: ["only_here"],
    dearer: ["amount"],
    in_dollars: ["amount"],
    earlier: ["neighbour"],
    paid_again: ["twice", "same"],
    of_nobody: ["only_there", "same"],
    unnoted: ["ledger"],
    cheaper_here: ["ledger"],
}


@pytest.mark.sqlite
@pytest.mark.parametrize("plant", PLANTS)
def test_each_way_in_which_a_payment_goes_wrong_is_named(
    trade: Trade, plant: Callable[[Trade, Demand], None]
) -> None:
    with clock.at(NOON):
        id = paid(trade)
        assert verdicts(trade.shop, reconciled(trade.shop, NOVEMBER)) == ["same"]
        plant(trade, seen(trade, id))
        run = reconciled(trade.shop, NOVEMBER)
    assert verdicts(trade.shop, run) == PLANTS[plant]
    line = lines(trade.shop, run)[0]
    assert (line.way, line.gateway) == ("in", "test")
    assert (line.return_id is None) == (plant is of_nobody)


def test_by_link_and_by_hand_portal_books_and_gateway_say_the_same(trade: Trade, other_shop: Shop) -> None:
    with clock.at(NOON):
        paid(Trade(other_shop), 999)
        paid(trade)
        with trade.shop.transaction():
            locked_shop().bank_details = ["Acme", "DE02 1203 0000 0000 2020 51"]
        by_hand = asked(trade, 700)
        with trade.on_demand(by_hand) as demand:
            confirming.confirm_paid(demand, "IN 1", trade.clerk)
        run = reconciled(trade.shop, NOVEMBER)
    assert verdicts(trade.shop, run) == ["same", "same"]
    assert {(line.way, line.reference != "", line.stood) for line in lines(trade.shop, run)} == {
        ("in", True, "paid")
    }
    assert sums(trade.shop, run) == {("manual", "EUR", "in"): (700,) * 3, ("test", "EUR", "in"): (1_250,) * 3}
    assert others(trade, run) == [0, 0]
    assert broken(trade.shop.app) == {}


def others(trade: Trade, run: uuid.UUID) -> list[int]:
    with trade.shop.transaction(reading=True) as session:
        mine = sa.select(ReconciliationSum.other).where(ReconciliationSum.run_id == run)
        return list(session.scalars(mine))


def test_a_payment_of_which_the_portal_did_not_hear_is_named_until_the_gateway_is_asked(trade: Trade) -> None:
    with clock.at(NOON):
        id = asked(trade)
        trade.bank.pay(trade.link_of(id))
        run = reconciled(trade.shop, NOVEMBER)
        (line,) = lines(trade.shop, run)
        assert (line.verdict, line.way, line.stood, line.here, line.there) == (
            *("only_there", "in", "open", None, 1_250),
        )
        assert line.return_id == seen(trade, id).return_id
        assert sums(trade.shop, run) == {("test", "EUR", "in"): (0, 0, 1_250)}
        with trade.shop.transaction():
            heard(id, "paid")
        trade.work()
        assert verdicts(trade.shop, reconciled(trade.shop, NOVEMBER)) == ["same"]
    assert broken(trade.shop.app) == {}


def test_what_was_paid_too_late_and_went_back_nets_out_in_two_lines(trade: Trade) -> None:
    with clock.at(NOON):
        id = asked(trade)
        with trade.on_demand(id) as demand:
            demands.cancel(demand, trade.clerk)
        trade.pay_link(id)
        trade.work()
        run = reconciled(trade.shop, NOVEMBER)
    assert [(line.verdict, line.way) for line in lines(trade.shop, run)] == [("same", "in"), ("same", "out")]
    three = (1_250,) * 3
    assert sums(trade.shop, run) == {("test", "EUR", "in"): three, ("test", "EUR", "out"): three}
    assert broken(trade.shop.app) == {}


@pytest.mark.sqlite
def test_what_the_gateway_took_after_its_link_was_closed_goes_back_once_it_is_asked(trade: Trade) -> None:
    with clock.at(NOON):
        id = asked(trade)
        with trade.on_demand(id) as demand:
            demands.cancel(demand, trade.clerk)
        trade.work()
        assert seen(trade, id).closed_at
        at_bank(trade, "UPDATE link SET state = 'open' WHERE reference = ?", trade.link_of(id))
        trade.bank.pay(trade.link_of(id))
        (line,) = lines(trade.shop, reconciled(trade.shop, NOVEMBER))
        assert (line.verdict, line.stood) == ("only_there", "cancelled")
        with trade.shop.transaction():
            heard(id, "late")
        trade.work()
        assert verdicts(trade.shop, reconciled(trade.shop, NOVEMBER)) == ["same", "same"]
    assert broken(trade.shop.app) == {}


@pytest.mark.sqlite
def test_a_transfer_that_came_and_went_by_hand_under_one_reference_is_two_lines(trade: Trade) -> None:
    with clock.at(NOON):
        with trade.shop.transaction():
            locked_shop().bank_details = ["Acme", "DE02 1203 0000 0000 2020 51"]
        id = asked(trade)
        with trade.on_demand(id) as demand:
            confirming.confirm_paid(demand, "T 1", trade.clerk)
            demands.give_back(demand, trade.clerk)
        trade.work()
        with trade.on_demand(id) as demand:
            confirming.confirm_returned(demand, "T 1", trade.clerk)
        run = reconciled(trade.shop, NOVEMBER)
    assert {(line.verdict, line.way) for line in lines(trade.shop, run)} == {("same", "in"), ("same", "out")}
    assert broken(trade.shop.app) == {}


@pytest.mark.sqlite
def test_a_gateway_that_the_shop_has_left_is_asked_about_its_links(trade: Trade) -> None:
    with clock.at(NOON):
        trade.bank.pay(trade.link_of(asked(trade)))
        with trade.shop.transaction():
            locked_shop().gateway = "another"
        assert verdicts(trade.shop, reconciled(trade.shop, NOVEMBER)) == ["only_there"]


@pytest.mark.sqlite
def test_what_the_portal_alone_calls_paid_is_named(trade: Trade) -> None:
    with clock.at(NOON):
        changed(trade, asked(trade), paid_at=NOON, payment="pay_x", state=DemandState.PAID)
        (line,) = lines(trade.shop, reconciled(trade.shop, NOVEMBER))
    assert (line.verdict, line.here, line.booked, line.there) == ("ledger", 1_250, None, None)


@pytest.mark.sqlite
def test_a_payment_counts_in_the_period_of_its_moment_alone(trade: Trade) -> None:
    with clock.at(LAST):
        paid(trade, 500)
    with clock.at(MIDNIGHT):
        paid(trade, 600)
    with clock.at(NOON):
        october, november = (reconciled(trade.shop, day) for day in (OCTOBER, NOVEMBER))
    assert verdicts(trade.shop, october) == verdicts(trade.shop, november) == ["same"]
    assert sums(trade.shop, october) == {("test", "EUR", "in"): (500,) * 3}
    assert sums(trade.shop, november) == {("test", "EUR", "in"): (600,) * 3}


@pytest.mark.sqlite
def test_a_payment_that_is_heard_of_after_midnight_is_named_in_both_periods(trade: Trade) -> None:
    with clock.at(LAST):
        id = asked(trade)
        trade.bank.pay(trade.link_of(id))
    with clock.at(MIDNIGHT + SOON):
        trade.work()
    with clock.at(NOON):
        runs = [reconciled(trade.shop, day) for day in (OCTOBER, NOVEMBER)]
    assert [verdicts(trade.shop, run) for run in runs] == [["neighbour"], ["neighbour"]]
    assert [sums(trade.shop, run)["test", "EUR", "in"] for run in runs] == [(0, 0, 1_250), (1_250, 1_250, 0)]
