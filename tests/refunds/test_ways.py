"""Where money goes back: by hand, onto stored value that was issued here, another way than planned."""

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from threading import Thread
from typing import Any

import pytest
import sqlalchemy as sa

from portal import clock, ids
from portal.audit import Event, Trail
from portal.db import find, locked, session
from portal.errors import Conflict, Refusal
from portal.ledger import JournalEntry, Posting, Role
from portal.notices import Notice
from portal.orders.models import Order, Payment
from portal.people.roles import Role as StaffRole
from portal.policies import Resolution
from portal.refunds import legs, rerouting, seconding, transferring
from portal.refunds.approving import approve
from portal.refunds.legs import advance, succeed
from portal.refunds.lifecycle import Destination, LegState
from portal.refunds.limiting import Alone
from portal.refunds.models import GiftCard, RefundLeg, StoreCredit
from portal.refunds.questions.asking import open_questions
from portal.refunds.questions.models import Asked, LegQuestion, Said
from portal.refunds.quoting import payable_items, plan_for
from portal.refunds.settling import ready_amount
from portal.returns.lifecycle import ReturnState
from portal.returns.models import Return
from tests.harness.sales import Sold, look, today
from tests.harness.shops import Shop
from tests.harness.soundness import broken
from tests.harness.trading import Trade, policy
from tests.refunds.test_refunds import balances

LAMP = Sold(5000, unit_cost=900)
TWO = replace(LAMP, quantity=2)
BACK = 4510  # less the label


@pytest.fixture
def trade(shop: Shop) -> Trade:
    return Trade(shop)


def last(trade: Trade, return_: uuid.UUID) -> RefundLeg:
    return look(trade.shop, return_).refunds[-1].legs[-1]


def by_hand(trade: Trade) -> uuid.UUID:
    """A return of what was paid by transfer, approved, and seen by the worker."""
    order = trade.order(LAMP)
    trade.pay_by(order, "manual")
    return_ = trade.go_whole_way(order, {1: 1})
    trade.work()
    return return_


def test_a_leg_by_hand_waits_for_a_person_and_is_posted_when_it_is_confirmed(trade: Trade) -> None:
    return_ = by_hand(trade)
    leg = last(trade, return_)
    assert (leg.state, leg.gateway) == (LegState.APPROVED, "manual")
    assert Role.PAYMENT_CLEARING not in balances(trade.shop)
    assert trade.bank.statement() == []
    assert broken(trade.shop.app, gateway=True) == {}
    trade.confirm(leg.id, "SEPA 2026-11/77")
    assert last(trade, return_).state is LegState.SUCCEEDED
    assert look(trade.shop, return_).return_.state is ReturnState.CLOSED
    with trade.shop.transaction(reading=True):
        detail = sa.select(Posting.detail).join(JournalEntry, JournalEntry.id == Posting.entry_id)
        assert "manual" in session.scalars(detail.where(JournalEntry.source_kind == "leg.succeeded")).all()
        told = sa.select(Trail.event, Trail.data).where(Trail.subject_id == leg.id).order_by(Trail.no)
        rows = session.execute(told).all()
    assert [row.event for row in rows][-2:] == ["refund.leg_submitted", "refund.leg_succeeded"]
    assert rows[-1].data == {"reference": "SEPA 2026-11/77"}
    assert broken(trade.shop.app, gateway=True) == {}


def test_two_people_confirm_a_transfer_once(trade: Trade) -> None:
    leg = last(trade, by_hand(trade)).id
    trade.confirm(leg, "T-1")
    with pytest.raises(Conflict):
        trade.confirm(leg, "T-2")
    with pytest.raises(Conflict), trade.on_leg(leg) as found:
        transferring.give_up(found, "bank_refused", trade.clerk)
    assert balances(trade.shop)[Role.PAYMENT_CLEARING] == -BACK


@pytest.mark.sqlite
def test_a_transfer_needs_a_reference_of_its_own_and_a_day_that_can_be(trade: Trade) -> None:
    first, second = last(trade, by_hand(trade)).id, last(trade, by_hand(trade)).id
    trade.confirm(first, "T-1")
    on = today()
    for reference, day in (
        *(("T-1", on), ("", on), ("ü", on), ("x" * 61, on), ("4\n2", on)),
        *(("T-2", on + timedelta(days=2)), ("T-2", on - timedelta(days=2))),
    ):
        with pytest.raises(Refusal):
            trade.confirm(second, reference if reference != "4\n2" else "\x00", day)
    trade.confirm(second, "T-2")


def test_a_transfer_that_was_not_possible_has_its_ways_out(trade: Trade) -> None:
    return_ = by_hand(trade)
    leg = last(trade, return_).id
    with trade.on_leg(leg) as found:
        transferring.give_up(found, "account_unknown", trade.clerk)
    assert last(trade, return_).state is LegState.FAILED
    assert look(trade.shop, return_).return_.attention == legs.FAILED
    assert broken(trade.shop.app) == {}
    trade.replace(leg)
    trade.work()
    trade.confirm(last(trade, return_).id, "T-9")
    assert look(trade.shop, return_).return_.state is ReturnState.CLOSED
    assert broken(trade.shop.app) == {}


def test_a_transfer_that_comes_back_is_reversed_once(trade: Trade) -> None:
    return_ = by_hand(trade)
    leg = last(trade, return_).id
    trade.confirm(leg, "T-1")
    with trade.on_leg(leg) as found:
        transferring.came_back(found, trade.clerk)
    with pytest.raises(Conflict), trade.on_leg(leg) as found:
        transferring.came_back(found, trade.clerk)
    assert last(trade, return_).state is LegState.REVERSED
    assert balances(trade.shop)[Role.REFUNDS_PAYABLE] == -BACK
    assert broken(trade.shop.app) == {}


@pytest.mark.sqlite
def test_an_approval_by_hand_can_be_taken_back_until_it_is_confirmed(trade: Trade) -> None:
    return_ = by_hand(trade)
    trade.cancel_refund(look(trade.shop, return_).refunds[0].id)
    assert last(trade, return_).state is LegState.CANCELLED
    assert broken(trade.shop.app) == {}


# Stored value that was issued here and pays another order.


def with_a_card(trade: Trade, amount: int = 3000) -> tuple[uuid.UUID, uuid.UUID]:
    """A gift card of which a till has spent something for an order, and that order, half paid by card."""
    first = trade.order(LAMP)
    trade.go_whole_way(first, {1: 1}, resolution=Resolution.GIFT_CARD)
    trade.work()
    with trade.shop.transaction(reading=True):
        card = session.scalars(sa.select(GiftCard.id).where(GiftCard.order_id == first)).one()
    trade.spend_card(trade.show_card(card), amount, "S-1")
    return card, bought_with(trade, "gift_card", amount)


def bought_with(trade: Trade, kind: str, amount: int, sold: Sold = LAMP) -> uuid.UUID:
    order = trade.order(sold, paid=[(kind, amount), ("card", 5000 - amount)])
    with trade.shop.transaction():
        find(Order, order).payments[0].reference = "S-1"
    return order


def balance(trade: Trade, id: uuid.UUID) -> int:
    with trade.shop.transaction(reading=True):
        return find(GiftCard, id).balance


def test_a_leg_back_to_a_card_that_was_issued_here_fills_it_again(trade: Trade) -> None:
    card, order = with_a_card(trade)
    return_ = trade.ask(order, {1: 1})
    trade.receive(return_)
    trade.inspect(return_)
    with trade.shop.transaction(reading=True):
        held = find(Return, return_)
        plan = plan_for(held, payable_items(held))
    assert [(leg.to, leg.amount) for leg in plan.legs] == [
        (Destination.GIFT_CARD, 3000), (Destination.PAYMENT, 1510),
    ]  # fmt: skip
    trade.approve(return_)
    trade.work()
    assert balance(trade, card) == BACK - 3000 + 3000
    assert [refund["amount"] for refund in trade.bank.statement()] == [1510]
    assert balances(trade.shop)[Role.GIFT_CARD_LIABILITY] == -BACK
    with trade.shop.transaction(reading=True) as own:
        assert len(own.scalars(sa.select(GiftCard.id)).all()) == 1
    assert broken(trade.shop.app, gateway=True) == {}


def test_a_sale_that_was_refunded_is_not_released_too(trade: Trade) -> None:
    card, order = with_a_card(trade)
    trade.go_whole_way(order, {1: 1})
    with pytest.raises(Conflict, match="refunded"):
        trade.release("S-1")
    trade.work()
    with pytest.raises(Conflict, match="refunded"):
        trade.release("S-1")
    assert balance(trade, card) == BACK


@pytest.mark.sqlite
def test_a_sale_whose_refund_went_elsewhere_is_not_released_either(trade: Trade) -> None:
    card, order = with_a_card(trade)
    trade.go_whole_way(order, {1: 1}, resolution=Resolution.STORE_CREDIT)
    with pytest.raises(Conflict, match="refunded"):
        trade.release("S-1")
    trade.work()
    with pytest.raises(Conflict, match="refunded"):
        trade.release("S-1")
    assert balance(trade, card) == BACK - 3000


@pytest.mark.sqlite
def test_credit_whose_time_is_over_does_not_come_alive_with_the_next_refund(
    trade: Trade, at: Callable[..., None]
) -> None:
    """Though the job that ends it is late."""
    trade.rule(policy(valid_months={"store_credit": 12}))
    at(clock.now() + timedelta(days=10))
    trade.go_whole_way(trade.order(LAMP), {1: 1}, resolution=Resolution.STORE_CREDIT)
    trade.work()
    at(clock.now() + timedelta(days=400))
    return_ = trade.go_whole_way(trade.order(LAMP), {1: 1}, resolution=Resolution.STORE_CREDIT)
    with trade.shop.transaction():
        leg = find(RefundLeg, last(trade, return_).id)
        locked(Return, return_)
        advance(leg, "submit", Event.LEG_SUBMITTED, trade.clerk)
        succeed(leg, "", trade.clerk)
    trade.work()
    with trade.shop.transaction(reading=True):
        assert session.scalars(sa.select(StoreCredit.balance)).one() == last(trade, return_).amount
    assert balances(trade.shop)[Role.BREAKAGE_INCOME] < 0
    assert broken(trade.shop.app) == {}


def test_what_was_released_is_not_filled_again(trade: Trade) -> None:
    card, order = with_a_card(trade)
    trade.release("S-1")
    return_ = trade.go_whole_way(order, {1: 1})
    trade.work()
    assert balance(trade, card) == BACK
    legs_ = look(trade.shop, return_).refunds[0].legs
    assert [(leg.destination, leg.amount) for leg in legs_] == [(Destination.PAYMENT, 2000)]
    assert [refund["amount"] for refund in trade.bank.statement()] == [2000], "what the card had paid"
    assert broken(trade.shop.app, gateway=True) == {}


@pytest.mark.parametrize("to", [Resolution.ORIGINAL, Resolution.STORE_CREDIT, Resolution.GIFT_CARD])
def test_what_was_released_is_refunded_in_no_way(trade: Trade, to: Resolution) -> None:
    """Whether the till released it before the order was known or after."""
    trade.go_whole_way(trade.order(LAMP), {1: 1}, resolution=Resolution.STORE_CREDIT)
    trade.work()
    trade.spend("nils@ek.example", 3000, "S-1")
    trade.release("S-1")
    order = trade.order(Sold(3000), paid=[("store_credit", 3000)])
    with trade.shop.transaction():
        find(Order, order).payments[0].reference = "S-1"
    return_ = trade.ask(order, {1: 1}, resolution=to)
    trade.receive(return_)
    trade.inspect(return_)
    trade.approve(return_)
    trade.work()
    assert look(trade.shop, return_).refunds[0].legs == []
    with trade.shop.transaction(reading=True):
        assert session.scalars(sa.select(StoreCredit.balance)).all() == [BACK]
        assert session.scalars(sa.select(GiftCard.id)).all() == []
    assert broken(trade.shop.app, gateway=True) == {}


def test_what_failed_is_owed_so_that_the_till_releases_nothing_of_it(trade: Trade) -> None:
    """It holds nothing of the order meanwhile; but once released, nobody could send what is owed any more."""
    card, _ = with_a_card(trade)
    order = bought_with(trade, "gift_card", 4000)
    return_ = trade.go_whole_way(order, {1: 1})
    trade.work()
    legs_ = fail_all(trade, return_)
    with pytest.raises(Conflict, match="refunded"):
        trade.release("S-1")
    for amount, id in legs_.items():
        trade.replace(id)
        if amount == 4000:
            trade.confirm(last(trade, return_).id, "T 1")
    trade.work()
    with trade.shop.transaction(reading=True):
        assert find(Return, return_).state is ReturnState.CLOSED
    assert balance(trade, card) == BACK - 3000
    assert broken(trade.shop.app, gateway=True) == {}


def fail_all(trade: Trade, return_: uuid.UUID) -> dict[int, uuid.UUID]:
    """No leg of its refund has arrived: the one by hand could not be sent, the other came back. By amount."""
    legs_ = {leg.amount: leg.id for leg in look(trade.shop, return_).refunds[0].legs}
    with trade.on_leg(legs_[4000]) as found:
        transferring.give_up(found, "account_unknown", trade.clerk)
    with trade.on_leg(legs_[510]) as found:
        legs.fail(found, "gone", trade.clerk)
        trade.bank.turn(found.reference, "failed", "gone")
    return legs_


def test_an_amount_that_failed_is_not_sent_again_if_the_order_then_names_what_was_released(
    trade: Trade,
) -> None:
    """The shop's system said only afterwards what it was paid with."""
    card, _ = with_a_card(trade)
    order = trade.order(LAMP, paid=[("gift_card", 4000), ("card", 1000)])
    return_ = trade.go_whole_way(order, {1: 1})
    trade.work()
    legs_ = fail_all(trade, return_)
    trade.release("S-1")
    with trade.shop.transaction():
        find(Order, order).payments[0].reference = "S-1"
    with pytest.raises(Conflict, match="gone back"):
        trade.replace(legs_[4000])
    trade.replace(legs_[510])
    assert balance(trade, card) == BACK


def test_one_spending_pays_one_order(trade: Trade) -> None:
    """The same reference in another order is no way to the card once the first was refunded."""
    card, order = with_a_card(trade)
    twin = bought_with(trade, "gift_card", 3000)
    trade.go_whole_way(twin, {1: 1})
    trade.go_whole_way(order, {1: 1})
    trade.work()
    assert balance(trade, card) == BACK
    assert sorted(refund["amount"] for refund in trade.bank.statement()) == [1510, 2000]
    assert broken(trade.shop.app, gateway=True) == {}


HOUR = 3_600_000 << 80  # in the time of an id


def test_whose_turn_it_is_follows_the_books_and_no_clock(
    trade: Trade, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The machine on which the first was approved is an hour fast."""
    card, _ = with_a_card(trade)
    first, second = bought_with(trade, "gift_card", 3000, TWO), bought_with(trade, "gift_card", 3000, TWO)
    with monkeypatch.context() as fast:
        fast.setattr(ids.uuid6, "uuid7", lambda late=ids.uuid6.uuid7: uuid.UUID(int=late().int + HOUR))
        trade.go_whole_way(first, {1: 1})
    for order in (second, first, second):
        trade.go_whole_way(order, {1: 1})
    trade.work()
    assert balance(trade, card) == BACK
    assert broken(trade.shop.app, gateway=True) == {}


def amended(trade: Trade, order: uuid.UUID, **changes: Any) -> None:
    """The shop's system says something else of the order's first payment."""
    with trade.shop.transaction():
        for name, value in changes.items():
            setattr(find(Order, order).payments[0], name, value)


@pytest.mark.parametrize("spent_on", ["all", "some"])
def test_a_first_approval_counts_no_more_when_the_till_releases_what_it_would_have_sent(
    trade: Trade, spent_on: str
) -> None:
    card, _ = with_a_card(trade)
    order = bought_with(trade, "gift_card", 5000 if spent_on == "all" else 3000)
    return_ = trade.ask(order, {1: 1})
    trade.receive(return_)
    trade.inspect(return_)
    limits = Alone("EUR", 0)
    with trade.on(return_) as held:
        seconding.propose(held, BACK, trade.shop.actor(StaffRole.MANAGER), None, limits)
    trade.release("S-1")
    with trade.shop.transaction(reading=True):
        left = ready_amount(find(Return, return_)) or 0
    assert left == (0 if spent_on == "all" else 2000)
    for shown in (BACK, left):
        with pytest.raises(Conflict), trade.on(return_) as held:
            seconding.second(held, shown, trade.clerk, None, limits)
    assert balance(trade, card) == BACK


def test_what_an_order_names_no_more_is_released(trade: Trade) -> None:
    """Its gift card was taken out of the sale at the till, which another card has paid."""
    card, order = with_a_card(trade)
    trade.go_whole_way(order, {1: 1}, resolution=Resolution.STORE_CREDIT)
    trade.work()
    with pytest.raises(Conflict, match="refunded"):
        trade.release("S-1")
    amended(trade, order, captured=0)
    trade.release("S-1")
    assert balance(trade, card) == BACK
    assert "I16" not in broken(trade.shop.app)


def paid_by_credit(trade: Trade, **named: int) -> uuid.UUID:
    """An order of two lamps, of which so much was paid by store credit under each reference (`_2` aside), and
    the rest by card."""
    rest = 5000 - sum(named.values())
    order = trade.order(TWO, paid=[*(("store_credit", amount) for amount in named.values()), ("card", rest)])
    with trade.shop.transaction():
        for payment, name in zip(find(Order, order).payments, named, strict=False):
            payment.reference = name.removesuffix("_2")
    return order


@pytest.fixture
def spent(trade: Trade) -> Trade:
    """A till has spent 1000 and 500 of somebody's store credit."""
    trade.go_whole_way(trade.order(LAMP), {1: 1}, resolution=Resolution.STORE_CREDIT)
    trade.work()
    trade.spend("nils@ek.example", 1000, "S1")
    trade.spend("nils@ek.example", 500, "S2")
    return trade


def credit(trade: Trade) -> int:
    with trade.shop.transaction(reading=True):
        return session.scalars(sa.select(StoreCredit.balance)).one()


@pytest.mark.parametrize("named", [{"S1": 1000, "S2": 500}, {"S1": 600, "S1_2": 400, "S2": 500}])
def test_one_of_two_spendings_of_an_order_is_released(spent: Trade, named: dict[str, int]) -> None:
    order = paid_by_credit(spent, **named)
    spent.release("S1")
    spent.go_whole_way(order, {1: 1})
    spent.work()
    assert credit(spent) == BACK, "the one by the release, the other by the refund"
    with pytest.raises(Conflict, match="refunded"):
        spent.release("S2")
    spent.go_whole_way(order, {1: 1})
    spent.work()
    assert credit(spent) == BACK
    assert broken(spent.shop.app, gateway=True) == {}


def test_what_an_order_came_to_name_after_it_was_released_is_no_fault_of_the_till(spent: Trade) -> None:
    order = spent.order(TWO)
    spent.go_whole_way(order, {1: 1})
    spent.release("S1")
    with spent.shop.transaction():
        held = find(Order, order)
        held.payments[0].captured -= 1000
        known = {"position": 2, "kind": "store_credit", "gateway": "shop", "reference": "S1"}
        held.payments.append(Payment(**known, captured=1000))
    spent.work()
    assert broken(spent.shop.app, gateway=True) == {}
    spent.go_whole_way(order, {1: 1})
    spent.work()
    assert credit(spent) == BACK - 500
    assert broken(spent.shop.app, gateway=True) == {}


def test_a_release_by_a_fast_clock_came_before_the_refund_all_the_same(spent: Trade) -> None:
    order = paid_by_credit(spent, S1=1000)
    with clock.at(clock.now() + timedelta(hours=1)):
        spent.release("S1")
    spent.go_whole_way(order, {1: 1})
    spent.work()
    assert broken(spent.shop.app, gateway=True) == {}


def test_a_card_that_was_replaced_is_filled_where_it_stands_now(trade: Trade) -> None:
    card, order = with_a_card(trade)
    new = trade.reissue(card)
    trade.go_whole_way(order, {1: 1})
    trade.work()
    assert (balance(trade, card), balance(trade, new)) == (0, BACK)
    assert broken(trade.shop.app) == {}


def test_a_leg_back_to_store_credit_fills_that_credit_again_whoever_ordered(trade: Trade) -> None:
    trade.go_whole_way(trade.order(LAMP), {1: 1}, resolution=Resolution.STORE_CREDIT)
    trade.work()
    trade.spend("nils@ek.example", 3000, "S-1")
    order = bought_with(trade, "store_credit", 3000)
    with trade.shop.transaction():
        find(Order, order).email = find(Order, order).email_key = "somebody@else.example"
    trade.go_whole_way(order, {1: 1})
    trade.work()
    with trade.shop.transaction(reading=True):
        held = {credit.owner_key: credit.balance for credit in session.scalars(sa.select(StoreCredit))}
    assert held == {"nils@ek.example": BACK}
    assert broken(trade.shop.app, gateway=True) == {}


@pytest.mark.sqlite
@pytest.mark.parametrize("amount", [3001, 4999])
def test_a_payment_that_says_more_than_was_spent_waits_for_a_person(trade: Trade, amount: int) -> None:
    """No gateway took stored value, so none can send it back."""
    card, _ = with_a_card(trade)
    order = bought_with(trade, "gift_card", amount)
    return_ = trade.go_whole_way(order, {1: 1})
    trade.work()
    assert balance(trade, card) == BACK - 3000
    assert look(trade.shop, return_).refunds[0].legs[0].gateway == "manual"
    assert sum(refund["amount"] for refund in trade.bank.statement()) == max(0, BACK - amount)


@pytest.mark.postgresql
@pytest.mark.parametrize("amount", [3000, 4000])
def test_a_release_waits_for_an_approval_that_is_open(trade: Trade, amount: int) -> None:
    """Also where the payment says more than was spent, so that nothing goes back to the card."""
    with_a_card(trade)
    return_ = trade.ask(bought_with(trade, "gift_card", amount), {1: 1})
    trade.receive(return_)
    trade.inspect(return_)
    said: list[Conflict] = []

    def release() -> None:
        try:
            trade.release("S-1")
        except Conflict as refused:
            said.append(refused)

    till = Thread(target=release)
    with trade.on(return_) as held:
        approve(held, ready_amount(held) or 0, trade.clerk, None)
        session.flush()
        till.start()
        till.join(2)
        assert till.is_alive(), "it waits"
    till.join(30)
    assert len(said) == 1
    trade.work()
    assert broken(trade.shop.app) == {}


# A payment that takes nothing back any more.


def stopped(trade: Trade, *paid: int) -> uuid.UUID:
    order = trade.order(LAMP, paid=paid or [5000])
    trade.close_payments(order)
    with trade.shop.transaction(reading=True):
        others = [payment.reference for payment in find(Order, order).payments[1:]]
    for reference in others:
        trade.bank.close(reference, closed=False)
    return_ = trade.go_whole_way(order, {1: 1})
    trade.work()
    return return_


def failed(trade: Trade, return_: uuid.UUID) -> RefundLeg:
    return next(leg for leg in look(trade.shop, return_).refunds[0].legs if leg.state is LegState.FAILED)


def test_a_closed_payment_stops_the_leg_and_keeps_the_debt(trade: Trade) -> None:
    return_ = stopped(trade)
    assert failed(trade, return_).reason == "payment_closed"
    assert look(trade.shop, return_).return_.attention == legs.FAILED
    assert balances(trade.shop)[Role.REFUNDS_PAYABLE] == -BACK
    assert broken(trade.shop.app, gateway=True) == {}


def test_another_payment_with_room_takes_the_amount(trade: Trade) -> None:
    order = trade.order(LAMP, LAMP, paid=[5000, 5000])
    trade.close_payments(order)
    with trade.shop.transaction(reading=True):
        _, second = (payment.reference for payment in find(Order, order).payments)
        other = find(Order, order).payments[1].id
    trade.bank.close(second, closed=False)
    return_ = trade.go_whole_way(order, {1: 1})
    trade.work()
    leg = failed(trade, return_).id
    with trade.on_leg(leg) as found:
        assert [payment.id for payment in rerouting.others(found)] == [other]
        rerouting.to_payment(found, other, trade.clerk)
    trade.work()
    assert [refund["payment"] for refund in trade.bank.statement()] == [second]
    with pytest.raises(Conflict), trade.on_leg(leg) as found:
        rerouting.by_hand(found, trade.clerk)
    assert broken(trade.shop.app, gateway=True) == {}


@pytest.mark.sqlite
def test_a_payment_without_room_is_no_way_out(trade: Trade) -> None:
    return_ = stopped(trade, 4600, 400)
    leg = failed(trade, return_)
    with trade.shop.transaction(reading=True):
        small = session.scalars(sa.select(Payment.id).where(Payment.captured == 400)).one()
    with pytest.raises(Conflict), trade.on_leg(leg.id) as found:
        rerouting.to_payment(found, small, trade.clerk)


def test_the_amount_goes_by_hand_and_once(trade: Trade) -> None:
    return_ = stopped(trade)
    leg = failed(trade, return_).id
    with trade.on_leg(leg) as found:
        rerouting.by_hand(found, trade.clerk)
    with pytest.raises(Conflict), trade.on_leg(leg) as found:
        legs.replace(found, trade.clerk)
    trade.work()
    trade.confirm(last(trade, return_).id, "T-1")
    assert look(trade.shop, return_).return_.state is ReturnState.CLOSED
    assert broken(trade.shop.app, gateway=True) == {}


def test_store_credit_needs_the_shoppers_yes(trade: Trade) -> None:
    return_ = stopped(trade)
    leg = failed(trade, return_).id
    (asked,) = {trade.ask_about(leg, Asked.STORE_CREDIT) for _ in range(2)}
    trade.work()
    with trade.shop.transaction(reading=True):
        mailed = sa.select(Notice.event).where(Notice.return_id == return_)
        assert session.scalars(mailed).all().count("credit_offered") == 1
        assert [one.id for one in open_questions(find(Return, return_))] == [asked]
    trade.agree(asked, "Yes, 45.10 as store credit.")
    with pytest.raises(Conflict):
        trade.agree(asked)
    trade.work()
    with trade.shop.transaction(reading=True):
        kept = find(LegQuestion, asked)
        assert (kept.answer, kept.words) == (Said.YES, "Yes, 45.10 as store credit.") and kept.answered_at
        told = session.scalars(sa.select(Trail).where(Trail.subject_id == asked)).one()
        assert (told.event, told.actor_kind) == ("refund.credit_agreed", "shopper")
        assert told.data["words"] == sha256(b"Yes, 45.10 as store credit.").hexdigest()
    assert balances(trade.shop)[Role.CREDIT_LIABILITY] == -BACK
    assert look(trade.shop, return_).return_.state is ReturnState.CLOSED
    assert broken(trade.shop.app, gateway=True) == {}


@pytest.mark.sqlite
def test_what_pays_by_hand_is_told_by_the_gateways_name(trade: Trade) -> None:
    names: Callable[[str], bool] = lambda gateway: _gateway(trade, gateway) == "manual"  # noqa: E731
    assert all(map(names, ("manual", "Manual", "bacs", "cod", "Cash on Delivery", "bank_deposit")))
    assert not any(map(names, ("test", "shopify_payments", "stripe", "")))


def _gateway(trade: Trade, name: str) -> str:
    order = trade.order(Sold(1000))
    trade.pay_by(order, name)
    return last(trade, trade.go_whole_way(order, {1: 1})).gateway
