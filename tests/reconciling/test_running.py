"""A reconciliation as the worker does it: pages, lost answers, plants at the bank, midnight at the shop."""

import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from portal import clock
from portal.audit import Trail
from portal.errors import Refusal
from portal.jobs.worker import step
from portal.reconciling import RunState
from portal.reconciling.models import GatewayLine
from portal.refunds import transferring
from portal.refunds.gateways import simulated
from portal.refunds.gateways.bank import Ask, Mode, Switch
from portal.refunds.gateways.bank.file import opened
from portal.refunds.models import Refund, RefundLeg
from portal.refunds.sending import leg_of
from tests.harness.sales import approved, sell
from tests.harness.shops import Shop
from tests.harness.trading import Trade
from tests.reconciling.given import lines, ordered, reconciled, seen, sums, verdicts

MIDNIGHT = datetime(2026, 10, 31, 23, tzinfo=UTC)  # in Berlin
LAST = MIDNIGHT - timedelta(seconds=1)
OCTOBER, NOVEMBER = date(2026, 10, 31), date(2026, 11, 1)


def paid(shop: Shop, number: str, moment: datetime, gateway: str = "test") -> uuid.UUID:
    """A leg that went at that moment; its id."""
    with clock.at(moment):
        order = sell(shop, number=number)
        if gateway != "test":
            Trade(shop).pay_by(order, gateway)
        return_ = approved(shop, order)
        while step(shop.app):
            pass
    with shop.transaction(reading=True) as session:
        query = sa.select(RefundLeg.id).join(Refund).where(Refund.return_id == return_)
        return session.scalars(query).one()


def leg(shop: Shop, id: uuid.UUID) -> RefundLeg:
    with shop.transaction(reading=True) as session:
        found = session.get_one(RefundLeg, id)
        session.expunge_all()
        return found


def at_bank(shop: Shop, sql: str, *values: Any) -> None:
    """Change what the bank has written down."""
    with shop.app.app_context(), opened(Trade(shop).bank.path) as file:
        assert file.execute(sql, values).rowcount == 1


def hidden(shop: Shop, leg: RefundLeg) -> None:
    at_bank(shop, "DELETE FROM moved WHERE reference = ?", leg.reference)
    at_bank(shop, "DELETE FROM refund WHERE reference = ?", leg.reference)


def dearer(shop: Shop, leg: RefundLeg) -> None:
    at_bank(shop, "UPDATE refund SET amount = amount + 1 WHERE reference = ?", leg.reference)


def returned(shop: Shop, leg: RefundLeg) -> None:
    with shop.app.app_context():
        Trade(shop).bank.turn(leg.reference, "failed")


def never_settled(shop: Shop, leg: RefundLeg) -> None:
    at_bank(shop, "DELETE FROM moved WHERE reference = ?", leg.reference)
    at_bank(shop, "UPDATE refund SET state = 'pending' WHERE reference = ?", leg.reference)


def earlier(shop: Shop, leg: RefundLeg) -> None:
    """Beyond what is read around the period."""
    day = (MIDNIGHT - timedelta(days=40)).isoformat(timespec="microseconds")
    at_bank(shop, "UPDATE moved SET at = ? WHERE reference = ?", day, leg.reference)
    at_bank(shop, "UPDATE refund SET created_at = ? WHERE reference = ?", day, leg.reference)


def by_hand(shop: Shop, leg: RefundLeg) -> None:
    with shop.app.app_context():
        Trade(shop).bank.register("pay_x", 500, "EUR")
        Trade(shop).bank.refund_by_hand(Ask("pay_x", 500, "EUR"))


PLANTS: Mapping[Callable[[Shop, RefundLeg], None], list[str]] = {
    hidden: ["only_here"],
    dearer: ["amount"],
    returned: ["state", "same"],
    never_settled: ["state"],
    earlier: ["neighbour"],
    by_hand: ["only_there", "same"],
}


@pytest.mark.sqlite
@pytest.mark.parametrize("plant", PLANTS)
def test_what_is_planted_at_the_bank_is_named(shop: Shop, plant: Callable[[Shop, RefundLeg], None]) -> None:
    id = paid(shop, "1", MIDNIGHT)
    with clock.at(MIDNIGHT + timedelta(seconds=1)):
        plant(shop, leg(shop, id))
        run = reconciled(shop, NOVEMBER)
    assert verdicts(shop, run) == PLANTS[plant]
    assert seen(shop, run).differences == 1


def test_what_went_and_came_back_is_the_same_three_times_and_stands_in_the_trail(
    shop: Shop, other_shop: Shop
) -> None:
    first, second = paid(shop, "1", LAST), paid(shop, "2", MIDNIGHT)
    paid(other_shop, "3", MIDNIGHT)
    transfer = paid(shop, "4", MIDNIGHT, "manual")
    with clock.at(MIDNIGHT + timedelta(hours=1)):
        with shop.transaction():
            transferring.confirm(leg_of(transfer), "TX 1", NOVEMBER, shop.actor())
        returned(shop, leg(shop, second))
    with clock.at(MIDNIGHT + timedelta(hours=2)):
        november, october = reconciled(shop, NOVEMBER), reconciled(shop, OCTOBER)
    amounts = {id: leg(shop, id).amount for id in (first, second, transfer)}
    assert sums(shop, october) == {("test", "EUR", "out"): (amounts[first],) * 3}
    assert sums(shop, november) == {
        ("manual", "EUR", "out"): (amounts[transfer],) * 3,
        ("test", "EUR", "out"): (0, 0, 0),
    }
    assert [line.way for line in lines(shop, november) if line.gateway == "test"] == ["out", "back"]
    for run in (october, november):
        assert (seen(shop, run).differences, seen(shop, run).state) == (0, RunState.COMPARED)
    with shop.transaction(reading=True) as session:
        assert session.scalar(sa.select(sa.func.count(GatewayLine.id))) == 0
        told = session.scalars(sa.select(Trail).where(Trail.subject_id == november).order_by(Trail.no)).all()
        assert [row.event for row in told] == ["books.reconciliation_ordered", "books.reconciled"]
        assert told[1].data == {"lines": 3, "differences": 0}


@pytest.mark.sqlite
def test_a_transfer_that_is_confirmed_in_the_next_month_is_named(shop: Shop) -> None:
    transfer = paid(shop, "1", LAST, "manual")
    with clock.at(MIDNIGHT + timedelta(hours=1)), shop.transaction():
        transferring.confirm(leg_of(transfer), "TX 1", OCTOBER, shop.actor())
    with clock.at(MIDNIGHT + timedelta(hours=1)):
        runs = [reconciled(shop, day) for day in (OCTOBER, NOVEMBER)]
    assert [verdicts(shop, run) for run in runs] == [["neighbour"], ["neighbour"]]
    amount = leg(shop, transfer).amount
    assert [sums(shop, run)["manual", "EUR", "out"] for run in runs] == [(0, 0, amount), (amount, amount, 0)]


@pytest.mark.sqlite
def test_the_journal_is_read_in_pages_and_on_from_where_it_was_cut_off(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(simulated, "AT_ONCE", 2)
    for n in range(5):
        paid(shop, str(n), MIDNIGHT + timedelta(minutes=n))
    with clock.at(MIDNIGHT + timedelta(hours=1)):
        run = ordered(shop, NOVEMBER)
        assert ordered(shop, NOVEMBER) == run  # one that waits is the same
        with shop.app.app_context():
            Trade(shop).bank.switch = Switch(Mode.DOWN)
        step(shop.app)
        assert seen(shop, run).read == 0
    with clock.at(MIDNIGHT + timedelta(hours=2)):
        with shop.app.app_context():
            Trade(shop).bank.switch = Switch()
        while step(shop.app):
            pass
    done = seen(shop, run)
    assert (done.read, done.lines, done.differences) == (5, 5, 0)


@pytest.mark.sqlite
def test_days_that_have_not_begun_are_refused(shop: Shop) -> None:
    with clock.at(LAST):
        ordered(shop, OCTOBER)
        for day, kind in ((NOVEMBER, "day"), (NOVEMBER, "month"), (date(1989, 12, 31), "day")):
            with pytest.raises(Refusal):
                ordered(shop, day, kind)
        ordered(shop, NOVEMBER, "week")  # which began in October
