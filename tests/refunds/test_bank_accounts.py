"""A bank account is sealed, seen whole by who pays, and gone when its transfer is over."""

import uuid
from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal import clock
from portal.audit import Trail
from portal.db import find, session
from portal.errors import Conflict, Refusal
from portal.ledger import Role
from portal.notices import Notice, SentMail
from portal.orders.models import Order
from portal.refunds import rerouting, transferring
from portal.refunds.bank_accounts import keeping
from portal.refunds.bank_accounts.keeping import Account
from portal.refunds.bank_accounts.models import BankAccount
from portal.refunds.lifecycle import LegState
from portal.refunds.models import RefundLeg
from portal.refunds.progress import Progress, Standing, progress_of
from portal.refunds.questions.asking import answerable
from portal.refunds.questions.models import Asked, LegQuestion
from portal.returns import Stage
from portal.returns.lifecycle import ReturnState
from portal.returns.links import status_token
from portal.returns.words import checked
from tests.harness.client import ShopClient
from tests.harness.sales import Sold, look
from tests.harness.shops import Shop
from tests.harness.soundness import broken
from tests.harness.trading import GIRO, Trade
from tests.refunds.test_refunds import balances
from tests.refunds.test_ways import BACK, LAMP, by_hand, failed, last, stopped

OTHER = Account("NL91ABNA0417164300", "Nils Ek")


@pytest.fixture
def trade(shop: Shop) -> Trade:
    return Trade(shop)


def kept(trade: Trade) -> list[BankAccount]:
    with trade.shop.transaction(reading=True):
        found = list(session.scalars(sa.select(BankAccount)).all())
        session.expunge_all()
        return found


def events(trade: Trade, account: uuid.UUID) -> list[tuple[str, str]]:
    with trade.shop.transaction(reading=True):
        told = sa.select(Trail.event, Trail.actor_kind).where(Trail.subject_id == account)
        return [tuple(row) for row in session.execute(told.order_by(Trail.no))]


def named(trade: Trade) -> tuple[uuid.UUID, uuid.UUID, uuid.UUID]:
    """A return whose failed leg goes to an account that the shopper named: it, the new leg, the account."""
    return_ = stopped(trade)
    asked = trade.ask_about(failed(trade, return_).id, Asked.BANK_ACCOUNT)
    account = trade.name_account(asked)
    trade.work()
    return return_, last(trade, return_).id, account


def test_a_failed_leg_is_transferred_to_the_account_and_the_account_goes_after_a_month(trade: Trade) -> None:
    return_, leg, account = named(trade)
    assert last(trade, return_).state is LegState.APPROVED and last(trade, return_).gateway == "manual"
    (row,) = kept(trade)
    assert row.sealed and GIRO.iban not in row.sealed and "Ek" not in row.sealed
    assert (row.ending, row.country) == ("3000", "DE")
    version = look(trade.shop, return_).return_.version
    with trade.shop.transaction():
        assert keeping.look(find(RefundLeg, leg), trade.clerk) == GIRO
    assert look(trade.shop, return_).return_.version == version, "a look refuses nobody's open form"
    assert broken(trade.shop.app, gateway=True) == {}
    trade.confirm(leg, "SEPA 77")
    trade.work()
    assert look(trade.shop, return_).return_.state is ReturnState.CLOSED
    assert Role.REFUNDS_PAYABLE not in balances(trade.shop)
    with clock.at(clock.now() + timedelta(days=29, hours=23)):
        trade.work()
        assert kept(trade)[0].sealed
    with clock.at(clock.now() + timedelta(days=30, minutes=1)):
        trade.work()
    (row,) = kept(trade)
    assert (row.sealed, row.ending, row.country) == (None, None, None) and row.forgotten_at
    assert events(trade, account) == [
        ("account.named", "shopper"), ("account.seen", "person"), ("account.forgotten", "job"),
    ]  # fmt: skip
    with pytest.raises(Conflict, match="not kept"), trade.on_leg(leg) as found:
        keeping.look(found, trade.clerk)
    assert broken(trade.shop.app, gateway=True) == {}


@pytest.mark.sqlite
def test_it_is_gone_at_once_when_the_transfer_is_given_up_or_comes_back(trade: Trade) -> None:
    _, leg, _ = named(trade)
    with trade.on_leg(leg) as found:
        transferring.give_up(found, "bank_refused", trade.clerk)
    _, leg, _ = named(trade)
    trade.confirm(leg, "T-2")
    with trade.on_leg(leg) as found:
        transferring.came_back(found, trade.clerk)
    waits = by_hand(trade)
    trade.name_account(trade.ask_about(last(trade, waits).id, Asked.BANK_ACCOUNT))
    trade.cancel_refund(look(trade.shop, waits).refunds[0].id)
    assert [row.sealed for row in kept(trade)] == [None] * 3
    assert broken(trade.shop.app, gateway=True) == {}


@pytest.mark.sqlite
def test_a_transfer_that_waits_is_asked_for_its_account_and_for_another_one(trade: Trade) -> None:
    leg = last(trade, by_hand(trade)).id
    first = trade.ask_about(leg, Asked.BANK_ACCOUNT)
    assert trade.ask_about(leg, Asked.BANK_ACCOUNT) == first
    trade.name_account(first)
    with pytest.raises(Conflict):
        trade.name_account(first, OTHER)
    trade.name_account(trade.ask_about(leg, Asked.BANK_ACCOUNT), OTHER)
    (row,) = kept(trade)
    with trade.shop.transaction(reading=True):
        assert row.ending == "4300" and keeping.opened(row) == OTHER
    assert broken(trade.shop.app) == {}


@pytest.mark.sqlite
def test_each_way_out_ends_the_questions_about_the_others(trade: Trade) -> None:
    return_ = stopped(trade)
    leg = failed(trade, return_).id
    credit, account = (trade.ask_about(leg, kind) for kind in Asked)
    with trade.on_leg(leg) as found:
        rerouting.by_hand(found, trade.clerk)
    with trade.shop.transaction(reading=True):
        assert not any(answerable(find(LegQuestion, one)) for one in (credit, account))
    for answer in (lambda: trade.agree(credit), lambda: trade.name_account(account)):
        with pytest.raises(Conflict):
            answer()
    for kind in Asked:
        with pytest.raises(Conflict):
            trade.ask_about(leg, kind)
    assert kept(trade) == [] and broken(trade.shop.app, gateway=True) == {}


@pytest.mark.sqlite
def test_no_iban_is_kept_in_words_nor_as_a_reference(trade: Trade) -> None:
    for text in (GIRO.iban, f"to {OTHER.iban} please", "DE89 3704 0044 0532 0130 00"):
        with pytest.raises(Refusal, match="IBAN"):
            checked(text, "text")
    _, leg, _ = named(trade)
    with pytest.raises(Refusal, match="IBAN"):
        trade.confirm(leg, "DE89 3704 0044 0532 0130 00")
    assert repr(GIRO) == "Account(…)" and GIRO.iban not in f"{GIRO}"


@pytest.mark.sqlite
def test_a_refund_of_which_a_part_has_failed_is_sent_in_part_and_never_refunded(trade: Trade) -> None:
    order = trade.order(LAMP, paid=[2000, 1500, 1500])
    with trade.shop.transaction(reading=True):
        second = find(Order, order).payments[1].reference
    trade.bank.close(second)
    return_ = trade.go_whole_way(order, {1: 1})
    trade.work()
    seen = look(trade.shop, return_)
    stuck = next(leg.amount for leg in seen.refunds[0].legs if leg.state is LegState.FAILED)
    assert progress_of(seen.refunds[0]) == Progress(Standing.PARTIALLY_SENT, BACK - stuck, stuck)
    assert seen.return_.stage is not Stage.REFUNDED and balances(trade.shop)[Role.REFUNDS_PAYABLE] == -stuck
    with trade.shop.transaction(reading=True):
        told = session.scalars(sa.select(Notice.event).where(Notice.return_id == return_)).all()
    assert "refunded" not in told
    trade.name_account(trade.ask_about(failed(trade, return_).id, Asked.BANK_ACCOUNT))
    trade.work()
    assert progress_of(look(trade.shop, return_).refunds[0]).standing is Standing.PARTIALLY_SENT
    trade.confirm(last(trade, return_).id, "T-1")
    seen = look(trade.shop, return_)
    assert progress_of(seen.refunds[0]) == Progress(Standing.REFUNDED, BACK, 0)
    assert seen.return_.stage is Stage.REFUNDED
    assert broken(trade.shop.app, gateway=True) == {}


@pytest.mark.sqlite
def test_a_way_out_of_one_refund_leaves_another_that_failed_in_sight(trade: Trade) -> None:
    order = trade.order(Sold(6000, 2))
    trade.close_payments(order)
    return_ = trade.ask(order, {1: 2})
    for _ in range(2):
        trade.receive(return_, {1: 1})
        trade.inspect(return_)
        trade.approve(return_)
    trade.work()
    first, second = (refund.legs[0].id for refund in look(trade.shop, return_).refunds)
    for leg, attention in ((first, "refund_failed"), (second, None)):
        with trade.on_leg(leg) as found:
            rerouting.by_hand(found, trade.clerk)
        assert look(trade.shop, return_).return_.attention == attention


@pytest.mark.parametrize(
    ("language", "ending", "gone"),
    [
        ("en", "Bank account ending 3000", "Your bank account"),
        ("de", "Bankkonto mit den letzten Stellen 3000", "Ihr Bankkonto"),
        ("he", "חשבון בנק המסתיים ב-", "חשבון הבנק שלכם"),
    ],
)
def test_a_transfer_is_told_to_go_to_the_account_and_not_to_the_card(
    trade: Trade, client: ShopClient, language: str, ending: str, gone: str
) -> None:
    return_, leg, _ = named(trade)
    with trade.on(return_) as held:
        held.order.language = language
        held.order.payments[0].label = "Visa •••• 4242"
    assert ending in status(client, return_)
    trade.confirm(leg, "SEPA 77")
    trade.work()
    assert ending in status(client, return_) and "Visa" not in status(client, return_)
    with trade.shop.transaction(reading=True):
        (text,) = session.scalars(sa.select(SentMail.text).where(SentMail.text.contains(ending)))
    assert "Visa" not in text
    with clock.at(clock.now() + timedelta(days=31)):
        trade.work()
        assert gone in status(client, return_) and "Visa" not in status(client, return_)


def test_what_was_paid_by_hand_and_goes_back_so_keeps_its_name(trade: Trade, client: ShopClient) -> None:
    return_ = by_hand(trade)
    with trade.on(return_) as held:
        held.order.payments[0].label = "Bank transfer"
    assert "Bank transfer" in status(client, return_)
    assert "Your bank account" not in status(client, return_)


def status(client: ShopClient, return_: uuid.UUID) -> str:
    return client.get(f"/s/{status_token(return_)}").text
