"""The shop lets go what a shopper owes for an exchange: it is goodwill, and the exchange is paid."""

import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal import clock
from portal.db import find, session
from portal.errors import Conflict, Refusal
from portal.exports import ExportKind, Format
from portal.ledger import Role
from portal.notices import SentMail
from portal.orders.models import Order
from portal.refunds import demands, giving, waiving
from portal.refunds.demands import Demand
from portal.refunds.giving import Gift
from portal.refunds.goodwill import GoodwillReason, Waiver
from portal.returns.exchanges.lifecycle import ExchangeState
from portal.returns.models import Return
from tests.exports.given import made, rows
from tests.harness.sales import ZONE, look
from tests.harness.shops import Shop
from tests.harness.soundness import ends_well
from tests.harness.swapping import Swap
from tests.harness.trading import policy
from tests.refunds.test_at_once import SHIRT, wanted
from tests.refunds.test_refunds import balances

BUDGET = 5_000
DEARER = 5_200


@pytest.fixture
def swap(shop: Shop, at: Callable[..., None]) -> Swap:
    return ruled(Swap(shop), at, exchange={"ship": "at_once"})


def ruled(trade: Swap, at: Callable[..., None], **parts: object) -> Swap:
    automatic = {"automatic_up_to": {"EUR": 10**9}, "days": 2}
    trade.rule(policy(authorization=automatic, goodwill_budget={"EUR": BUDGET}, conditions=[], **parts))
    at(clock.now() + timedelta(days=10))
    return trade


@pytest.fixture
def patient(shop: Shop, at: Callable[..., None]) -> Swap:
    """A shop that sends only what was paid."""
    return ruled(Swap(shop), at)


def owed(shop: Shop, return_: uuid.UUID) -> uuid.UUID:
    with shop.transaction(reading=True):
        return demands.demands_of(find(Return, return_))[-1].id


def waive(
    swap: Swap, id: uuid.UUID, why: GoodwillReason = GoodwillReason.LOYALTY, *, budget: int = BUDGET
) -> None:
    with swap.on_demand(id) as demand:
        waiving.waive(demand, Gift(demand.amount, why), swap.clerk, budget, ZONE)


def granted(swap: Swap) -> int:
    month = clock.now().date().replace(day=1)
    with swap.shop.transaction(reading=True):
        assert swap.clerk.id
        return giving.granted_in(swap.clerk.id, "EUR", month)


def dearer(swap: Swap) -> uuid.UUID:
    """An exchange that costs 12.00 more, which nobody has paid."""
    return swap.ready(swap.stock("HAT", DEARER, 3), SHIRT)


def test_what_was_sent_and_never_paid_is_let_go(shop: Shop, swap: Swap, at: Callable[..., None]) -> None:
    return_ = wanted(swap)
    swap.ship(return_)
    at(clock.now() + timedelta(days=40))
    swap.work()
    at(clock.now() + timedelta(days=30))
    swap.work()
    id = owed(shop, return_)
    with shop.transaction(reading=True):
        assert find(Return, return_).attention == "demand_lapsed"
    waive(swap, id)
    swap.work()
    with shop.transaction(reading=True):
        assert (find(Demand, id).state, find(Return, return_).attention) == ("cancelled", None)
        order = find(Order, swap.exchange(return_).order_id)  # type: ignore[arg-type]
        assert (order.captured, [payment.captured for payment in order.payments]) == (0, [0])
    assert Role.EXCHANGE_CLEARING not in balances(shop)
    assert (balances(shop)[Role.GOODWILL], granted(swap)) == (4000, 4000)
    ends_well(shop.app)


def test_a_difference_that_is_let_go_lets_it_be_sent(shop: Shop, patient: Swap) -> None:
    return_ = dearer(patient)
    assert patient.exchange(return_).state is ExchangeState.TO_PAY
    waive(patient, owed(shop, return_))
    patient.work()
    assert patient.exchange(return_).state is ExchangeState.TO_SHIP
    patient.ship(return_)
    assert patient.state(return_) == "closed"
    row = rows(made(shop, ExportKind.EXCHANGES, Format.CSV))[0]
    assert [row[name] for name in ("value", "given", "waived")] == ["52.00", "40.00", "12.00"]
    assert Role.EXCHANGE_CLEARING not in balances(shop)
    order = patient.exchange(return_).order_id
    assert order
    ends_well(shop.app)
    comes_back(patient, order, 4000)


def comes_back(swap: Swap, order: uuid.UUID, paid: int) -> None:
    """What was given in exchange goes back for what was paid for it, and not for what was let go."""
    with swap.shop.transaction():
        find(Order, order).shipments[0].delivered_at = clock.now()
    return_ = swap.ask(order, {1: 1})
    swap.receive(return_)
    swap.inspect(return_)
    swap.approve(return_)
    (refund,) = look(swap.shop, return_).refunds
    assert refund.amount == paid


def test_what_is_given_up_afterwards_was_not_let_go(shop: Shop, patient: Swap) -> None:
    return_ = dearer(patient)
    waive(patient, owed(shop, return_))
    patient.work()
    patient.sell_out(return_)
    patient.work()
    assert patient.exchange(return_).state is ExchangeState.ENDED
    assert (Role.GOODWILL in balances(shop), granted(patient)) == (False, 0)
    ends_well(shop.app)


def test_what_is_paid_all_the_same_goes_back(shop: Shop, patient: Swap) -> None:
    return_ = dearer(patient)
    id = owed(shop, return_)
    patient.bank.pay(patient.link_of(id))
    waive(patient, id)
    patient.work()
    with shop.transaction(reading=True):
        assert find(Demand, id).state == "returned"
    patient.ship(return_)
    assert Role.EXCHANGE_CLEARING not in balances(shop)
    ends_well(shop.app)


def test_it_takes_from_the_budget_of_goodwill_and_is_let_go_once(shop: Shop, patient: Swap) -> None:
    id = owed(shop, dearer(patient))
    with pytest.raises(Refusal, match="goodwill for this month") as refused:
        waive(patient, id, budget=1_199)
    assert refused.value.field == "amount"
    with pytest.raises(Refusal, match="Say why"):
        waive(patient, id, GoodwillReason.OTHER)
    waive(patient, id, budget=1_200)
    for _ in range(2):
        with pytest.raises(Conflict):
            waive(patient, id)
    with shop.transaction(reading=True):
        assert session.scalar(sa.select(sa.func.count(Waiver.id))) == 1
    assert granted(patient) == 1_200


def test_what_is_paid_cannot_be_let_go(shop: Shop, patient: Swap) -> None:
    return_ = dearer(patient)
    patient.pay_for(return_)
    with pytest.raises(Conflict):
        waive(patient, owed(shop, return_))


@pytest.mark.sqlite
def test_the_shopper_is_told_once(shop: Shop, patient: Swap) -> None:
    return_ = dearer(patient)
    waive(patient, owed(shop, return_))
    patient.work()
    told = [subject for subject in mails(shop) if subject.startswith("Nothing is to be paid")]
    assert len(told) == 1


def mails(shop: Shop) -> list[str]:
    with shop.transaction(reading=True):
        return list(session.scalars(sa.select(SentMail.subject)))
