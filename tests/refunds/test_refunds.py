"""From approval to the bank: what is held, what is posted, and what happens when the bank misbehaves."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal import clock, config
from portal.db import find, locked, session
from portal.errors import Conflict, Refusal
from portal.i18n import Amount
from portal.ledger import Account, Posting, Role
from portal.orders.models import Order
from portal.policies import Resolution
from portal.refunds import approving, credits, legs
from portal.refunds.gateways.bank import Bank, Mode, Switch
from portal.refunds.lifecycle import LegState
from portal.refunds.models import CreditEntry, Refund, RefundLeg, StoreCredit
from portal.returns.lifecycle import ReturnState, Stage
from portal.returns.models import Return
from portal.tenants import locked_shop
from tests.harness.sales import BOOTS, SOCKS, Sold, approve_ready, approved, inspected, look, sell
from tests.harness.shops import Shop
from tests.harness.soundness import broken
from tests.harness.trading import Trade, policy

Worker = Callable[[], int]


def bank(shop: Shop) -> Bank:
    return Bank(config.current().bank_file, str(shop.id), lambda seconds: None)


def balances(shop: Shop) -> dict[Role, int]:
    """Debit less credit of every account that has any."""
    with shop.transaction(reading=True):
        query = (
            sa.select(Account.role, sa.func.sum(Posting.debit - Posting.credit))
            .join(Posting, Posting.account_id == Account.id)
            .where(Account.tenant_id == shop.id)
            .group_by(Account.role)
        )
        return {role: int(sum_) for role, sum_ in session.execute(query) if sum_}


def only_leg(shop: Shop, id) -> RefundLeg:  # type: ignore[no-untyped-def]
    return look(shop, id).refunds[-1].legs[-1]


def test_a_bonus_is_added_to_store_credit_at_the_shops_expense(shop: Shop) -> None:
    trade = Trade(shop)
    trade.rule(policy(credit_bonus=1_000, return_shipping={}))
    with clock.at(clock.now() + timedelta(days=10)):
        id = trade.go_whole_way(trade.order(SOCKS), {1: 1}, resolution=Resolution.STORE_CREDIT)
        trade.work()
    assert (only_leg(shop, id).amount, only_leg(shop, id).bonus) == (1701, 170)
    books = balances(shop)
    assert (books[Role.CREDIT_LIABILITY], books[Role.CREDIT_BONUS]) == (-1871, 170)
    assert books[Role.SALES_RETURNS] + books[Role.TAX_PAYABLE] == 1701
    with shop.transaction(reading=True):
        assert find(Order, look(shop, id).return_.order_id).reserved == 1701  # the bonus binds nothing
        assert session.scalars(sa.select(StoreCredit.balance)).one() == 1871
    assert broken(shop.app) == {}


def test_the_whole_way_ends_closed_paid_and_balanced(shop: Shop, worker: Worker) -> None:
    id = approved(shop, sell(shop, SOCKS))
    assert only_leg(shop, id).state is LegState.APPROVED
    worker()
    seen = look(shop, id)
    assert seen.return_.state is ReturnState.CLOSED
    assert seen.return_.stage is Stage.REFUNDED
    assert only_leg(shop, id).state is LegState.SUCCEEDED
    books = balances(shop)
    assert Role.REFUNDS_PAYABLE not in books
    assert books[Role.PAYMENT_CLEARING] == -(3402 - 490)
    assert books[Role.SALES_RETURNS] + books[Role.TAX_PAYABLE] == 3402
    assert [r["amount"] for r in bank(shop).statement()] == [2912]


def test_an_amount_that_has_changed_since_it_was_shown_is_not_approved(shop: Shop) -> None:
    id = inspected(shop, sell(shop))
    with pytest.raises(Conflict), shop.transaction():
        approving.approve(locked(Return, id), 1, shop.actor(), None)


def test_an_agent_approves_up_to_the_limit_only(shop: Shop) -> None:
    id = inspected(shop, sell(shop, BOOTS))
    with pytest.raises(Refusal):
        approve_ready(shop, id, limit=10_000)
    assert not look(shop, id).refunds
    approve_ready(shop, id, limit=16_520)


def test_what_is_approved_is_held_on_order_and_payment(shop: Shop) -> None:
    seen = look(shop, approved(shop, sell(shop, SOCKS)))
    assert seen.order.reserved == seen.order.payments[0].reserved == 2912


def test_approving_twice_finds_nothing_ready(shop: Shop) -> None:
    id = approved(shop, sell(shop))
    with pytest.raises(Conflict), shop.transaction():
        approving.approve(locked(Return, id), 0, shop.actor(), None)


def test_an_approval_is_taken_back_whole_before_it_goes(shop: Shop, worker: Worker) -> None:
    id = approved(shop, sell(shop, SOCKS))
    with shop.transaction():
        return_ = locked(Return, id)
        refund = session.scalars(sa.select(Refund).where(Refund.return_id == id)).one()
        approving.cancel(refund, shop.actor())
        assert not return_.items[0].refunding
    worker()
    seen = look(shop, id)
    assert (seen.order.reserved, seen.order.payments[0].reserved, seen.return_.shipping_taken) == (0, 0, 0)
    assert Role.REFUNDS_PAYABLE not in balances(shop)
    assert not bank(shop).statement()
    approve_ready(shop, id)


def test_a_refund_that_went_cannot_be_taken_back(shop: Shop, worker: Worker) -> None:
    id = approved(shop, sell(shop))
    worker()
    with pytest.raises(Conflict), shop.transaction():
        locked(Return, id)
        refund = session.scalars(sa.select(Refund).where(Refund.return_id == id)).one()
        approving.cancel(refund, shop.actor())


def test_a_declined_leg_is_failed_frees_the_bound_and_asks_for_a_person(shop: Shop, worker: Worker) -> None:
    bank(shop).switch = Switch(Mode.DECLINE, times=1)
    id = approved(shop, sell(shop, SOCKS))
    worker()
    seen = look(shop, id)
    assert only_leg(shop, id).state is LegState.FAILED
    assert (seen.order.reserved, seen.return_.attention) == (0, legs.FAILED)
    assert balances(shop)[Role.REFUNDS_PAYABLE] == -2912
    assert seen.return_.state is ReturnState.AUTHORIZED


def test_a_failed_leg_is_sent_again_as_a_new_one(shop: Shop, worker: Worker) -> None:
    bank(shop).switch = Switch(Mode.DECLINE, times=1)
    id = approved(shop, sell(shop, SOCKS))
    worker()
    with shop.transaction():
        return_ = locked(Return, id)
        leg = session.scalars(sa.select(RefundLeg).order_by(RefundLeg.no)).first()
        assert leg
        legs.replace(leg, shop.actor())
        with pytest.raises(Conflict):
            legs.replace(leg, shop.actor())
        assert return_.attention is None
    worker()
    seen = look(shop, id)
    assert [leg.state for leg in seen.refunds[0].legs] == [LegState.FAILED, LegState.SUCCEEDED]
    assert Role.REFUNDS_PAYABLE not in balances(shop)
    assert seen.return_.state is ReturnState.CLOSED


@pytest.mark.parametrize("mode", [Mode.LOSE_ANSWER, Mode.LOSE_REQUEST, Mode.DOWN])
def test_a_lost_answer_is_unknown_and_resolved_by_looking(
    shop: Shop, worker: Worker, at: Callable[..., None], mode: Mode
) -> None:
    bank(shop).switch = Switch(mode, times=1)
    id = approved(shop, sell(shop, SOCKS))
    worker()
    assert only_leg(shop, id).state is LegState.UNKNOWN
    assert look(shop, id).order.reserved == 2912
    at(clock.now() + timedelta(minutes=2))
    worker()
    assert only_leg(shop, id).state is LegState.SUCCEEDED
    assert [r["amount"] for r in bank(shop).statement()] == [2912]


def test_a_pending_refund_is_asked_about_until_it_is_final(
    shop: Shop, worker: Worker, at: Callable[..., None]
) -> None:
    bank(shop).switch = Switch(Mode.PENDING, later=None, times=1)
    id = approved(shop, sell(shop))
    worker()
    assert only_leg(shop, id).state is LegState.PENDING
    bank(shop).turn(only_leg(shop, id).reference, "succeeded")
    at(clock.now() + timedelta(minutes=2))
    worker()
    assert only_leg(shop, id).state is LegState.SUCCEEDED


def test_a_refund_that_comes_back_is_reversed_once_and_opens_the_return(
    shop: Shop, worker: Worker, at: Callable[..., None]
) -> None:
    id = approved(shop, sell(shop, SOCKS))
    worker()
    bank(shop).turn(only_leg(shop, id).reference, "failed", "account_closed")
    for minutes in (1, 2, 3):
        at(clock.now() + timedelta(minutes=minutes))
        worker()
    seen = look(shop, id)
    assert only_leg(shop, id).state is LegState.REVERSED
    assert seen.return_.state is ReturnState.AUTHORIZED
    assert (seen.order.reserved, balances(shop)[Role.REFUNDS_PAYABLE]) == (0, -2912)
    assert Role.PAYMENT_CLEARING not in balances(shop)


def test_store_credit_belongs_to_the_address_of_the_order(shop: Shop, worker: Worker) -> None:
    approved(shop, sell(shop, SOCKS), resolution=Resolution.STORE_CREDIT)
    worker()
    with shop.transaction(reading=True):
        credit = session.scalars(sa.select(StoreCredit)).one()
        assert (credit.owner, credit.balance) == ("annelie@posteo.example", 2912)
    assert balances(shop)[Role.CREDIT_LIABILITY] == -2912


def test_credit_is_spent_once_for_a_reference_and_never_below_zero(shop: Shop, worker: Worker) -> None:
    approved(shop, sell(shop, SOCKS), resolution=Resolution.STORE_CREDIT)
    worker()
    owner = shop.actor()
    with shop.transaction():
        left = credits.spend(locked_shop(), "annelie@posteo.example", Amount(2000, "EUR"), "FF-1", owner)
        assert left.left == 912
    with pytest.raises(Conflict), shop.transaction():
        credits.spend(locked_shop(), "annelie@posteo.example", Amount(100, "EUR"), "FF-1", owner)
    with pytest.raises(Refusal), shop.transaction():
        credits.spend(locked_shop(), "annelie@posteo.example", Amount(913, "EUR"), "FF-2", owner)
    with shop.transaction(reading=True):
        entries = session.scalars(sa.select(CreditEntry.amount).order_by(CreditEntry.at)).all()
    assert entries == [2912, -2000]
    assert balances(shop)[Role.CREDIT_LIABILITY] == -912


def test_a_refund_of_nothing_has_no_leg_and_closes(shop: Shop, worker: Worker) -> None:
    id = approved(shop, sell(shop, Sold(300)))
    worker()
    seen = look(shop, id)
    assert (seen.refunds[0].amount, list(seen.refunds[0].legs)) == (0, [])
    assert seen.return_.state is ReturnState.CLOSED
    assert balances(shop)[Role.RETURN_SHIPPING_INCOME] == -300


def test_units_of_a_cent_come_back_one_by_one_exactly(shop: Shop, worker: Worker) -> None:
    """Tax inside and an uneven discount: equal shares would leave the first unit less than nothing."""
    order = sell(shop, Sold(3, 3, discount=1, taxes={"19": 1}))
    parts = []
    for _ in range(3):
        id = approved(shop, order, units=[1], reason="damaged")
        worker()
        parts += look(shop, id).refunds[0].parts
    assert [(part.net, part.taxes["19"]) for part in parts] == [(0, 0), (0, 1), (1, 0)]
    assert broken(shop.app) == {}


def test_the_fault_of_the_shop_costs_nothing_and_brings_delivery_back(shop: Shop, worker: Worker) -> None:
    order = sell(
        shop, SOCKS, delivery_charged=1200, delivery_standard=495, delivery_taxes={"19": 192}, captured=4602
    )
    id = approved(shop, order, reason="damaged")
    (refund,) = look(shop, id).refunds
    assert (refund.amount, refund.shipping) == (3402 + 495, 0)
    worker()
    assert Role.REFUNDS_PAYABLE not in balances(shop)


def test_delivery_stays_when_only_a_part_comes_back(shop: Shop) -> None:
    order = sell(shop, SOCKS, delivery_charged=495, delivery_standard=495, captured=3897)
    (refund,) = look(shop, approved(shop, order, units=[1], reason="damaged")).refunds
    assert refund.amount == 1701
