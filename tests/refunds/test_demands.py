"""What a shopper owes: asked for once, paid once, given back whole."""

import uuid
from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal import clock
from portal.db import find, session
from portal.errors import Conflict, Refusal
from portal.feed import FeedEntry
from portal.jobs import Job
from portal.ledger import JournalEntry, Role
from portal.notices import Notice
from portal.refunds import demands
from portal.refunds.demands import Demand, DemandState, confirming
from portal.refunds.demands.tending import heard
from portal.refunds.gateways.bank import Mode, Refused, Switch
from portal.returns.models import Return
from portal.tenants import locked_shop
from tests.harness.sales import SOCKS
from tests.harness.shops import Shop
from tests.harness.soundness import broken
from tests.harness.trading import Trade
from tests.refunds.test_refunds import balances

S = DemandState
WEEK = timedelta(days=7, minutes=1)


@pytest.fixture
def trade(shop: Shop) -> Trade:
    return Trade(shop)


@pytest.fixture
def return_(trade: Trade) -> uuid.UUID:
    return trade.ask(trade.order(SOCKS), {1: 1})


def seen(trade: Trade, id: uuid.UUID) -> Demand:
    with trade.shop.transaction(reading=True):
        demand = find(Demand, id)
        assert demand.refunds is not None
        session.expunge_all()
        return demand


def state(trade: Trade, id: uuid.UUID) -> DemandState:
    return seen(trade, id).state


def attention(trade: Trade, return_: uuid.UUID) -> str | None:
    with trade.shop.transaction(reading=True):
        return find(Return, return_).attention


def asked_again(trade: Trade) -> int:
    """How often whatever it is for was told to go on."""
    with trade.shop.transaction(reading=True):
        return session.scalar(sa.select(sa.func.count(Job.id)).where(Job.kind == "exchange.settled")) or 0


def entries(trade: Trade) -> list[str]:
    with trade.shop.transaction(reading=True):
        kinds = sa.select(JournalEntry.source_kind).where(JournalEntry.source_kind.startswith("demand."))
        return list(session.scalars(kinds.order_by(JournalEntry.no)))


def test_a_link_is_made_mailed_paid_and_posted_once(trade: Trade, return_: uuid.UUID) -> None:
    about = uuid.uuid4()
    id = trade.owe(return_, 1250, about)
    assert state(trade, id) is S.ASKED
    trade.work()
    found = seen(trade, id)
    assert (found.state, found.gateway) == (S.OPEN, "test")
    assert found.link.endswith(f"/acme/bank/pay/{found.reference}")
    trade.pay_link(id)
    with trade.shop.transaction():
        heard(id, "paid")
        heard(id, "really")  # the gateway says it again, and in other words
    trade.work()
    with trade.shop.transaction(reading=True):
        assert demands.settled(about) == 1250
        told = session.execute(sa.select(FeedEntry.kind, FeedEntry.amount)).all()
        events = session.scalars(sa.select(Notice.event).where(Notice.event.startswith("payment_"))).all()
    assert state(trade, id) is S.PAID
    assert ("demand.paid", 1250) in [tuple(row) for row in told]
    assert list(events) == ["payment_asked"]
    books = balances(trade.shop)
    assert (books[Role.PAYMENT_CLEARING], books[Role.EXCHANGE_CLEARING]) == (1250, -1250)
    assert (entries(trade), asked_again(trade)) == (["demand.paid"], 1)
    assert broken(trade.shop.app) == {}


def test_asking_again_gives_the_same_or_takes_its_place(trade: Trade, return_: uuid.UUID) -> None:
    about = uuid.uuid4()
    first = trade.owe(return_, 500, about)
    assert trade.owe(return_, 500, about) == first
    trade.work()
    assert trade.owe(return_, 500, about) == first
    second = trade.owe(return_, 600, about)
    assert second != first
    trade.work()
    assert (state(trade, first), state(trade, second)) == (S.CANCELLED, S.OPEN)
    assert seen(trade, first).closed_at
    with pytest.raises(Refused):
        trade.bank.pay(trade.link_of(first))
    trade.pay_link(second)
    trade.work()
    assert trade.owe(return_, 600, about) == second
    with pytest.raises(Conflict):
        trade.owe(return_, 700, about)
    with trade.shop.transaction(reading=True):
        last = demands.demand_of(about)
        assert last
        assert last.id == second
        assert demands.demand_of(uuid.uuid4()) is None
    assert broken(trade.shop.app) == {}


@pytest.mark.sqlite
def test_nobody_hears_and_the_poller_finds_out(trade: Trade, return_: uuid.UUID) -> None:
    id = trade.owe(return_)
    trade.work()
    trade.bank.pay(trade.link_of(id))
    with clock.at(clock.now() + timedelta(minutes=1)):
        trade.work()
    assert state(trade, id) is S.PAID


@pytest.mark.sqlite
def test_a_lost_answer_makes_no_second_link(trade: Trade, return_: uuid.UUID) -> None:
    trade.bank.switch = Switch(Mode.LOSE_ANSWER)
    id = trade.owe(return_)
    trade.work()
    assert state(trade, id) is S.ASKED
    trade.bank.switch = Switch()
    with clock.at(clock.now() + timedelta(minutes=1)):
        trade.work()
    assert state(trade, id) is S.OPEN
    assert [line.what for line in trade.bank.journal()] == ["link made"]


@pytest.mark.sqlite
def test_not_paid_in_time_lapses_and_asks_for_a_person(trade: Trade, return_: uuid.UUID) -> None:
    about = uuid.uuid4()
    id = trade.owe(return_, 500, about)
    trade.work()
    with clock.at(clock.now() + WEEK):
        trade.work()
        assert (state(trade, id), attention(trade, return_)) == (S.LAPSED, "demand_lapsed")
        assert asked_again(trade) == 1
        with pytest.raises(Refused):
            trade.bank.pay(trade.link_of(id))
        again = trade.owe(return_, 500, about)
        assert attention(trade, return_) is None
        trade.work()
        assert state(trade, again) is S.OPEN
    assert broken(trade.shop.app) == {}


@pytest.mark.sqlite
def test_a_lapsed_one_is_seen_to_by_taking_it_back(trade: Trade, return_: uuid.UUID) -> None:
    id = trade.owe(return_)
    trade.work()
    with clock.at(clock.now() + WEEK):
        trade.work()
        with trade.on_demand(id) as demand:
            demands.cancel(demand, trade.clerk)
            demands.cancel(demand, trade.clerk)
    assert (state(trade, id), attention(trade, return_)) == (S.CANCELLED, None)


@pytest.mark.sqlite
def test_what_is_paid_at_the_last_moment_is_paid(trade: Trade, return_: uuid.UUID) -> None:
    id = trade.owe(return_)
    trade.work()
    trade.bank.pay(trade.link_of(id))
    with clock.at(clock.now() + WEEK):
        trade.work()
    assert state(trade, id) is S.PAID


def test_paid_after_it_was_taken_back_is_given_back_by_itself(trade: Trade, return_: uuid.UUID) -> None:
    about = uuid.uuid4()
    id = trade.owe(return_, 900, about)
    trade.work()
    with trade.on_demand(id) as demand:
        demands.cancel(demand, trade.clerk)
    trade.pay_link(id)  # before the job has closed the link
    trade.work()
    found = seen(trade, id)
    assert (found.state, found.payment != "") == (S.RETURNED, True)
    with trade.shop.transaction(reading=True):
        assert demands.settled(about) == 0
    assert [r["amount"] for r in trade.bank.statement()] == [900]
    assert (entries(trade), asked_again(trade)) == (["demand.paid", "demand.returned"], 0)
    assert Role.EXCHANGE_CLEARING not in balances(trade.shop)
    assert broken(trade.shop.app) == {}


def test_giving_back_twice_sends_once(trade: Trade, return_: uuid.UUID) -> None:
    id = trade.owe(return_)
    with trade.on_demand(id) as demand, pytest.raises(Conflict):
        demands.give_back(demand, trade.clerk)
    trade.work()
    trade.pay_link(id)
    trade.work()
    for _ in range(2):
        with trade.on_demand(id) as demand:
            demands.give_back(demand, trade.clerk)
        trade.work()
    with trade.on_demand(id) as demand:
        demands.give_back(demand, trade.clerk)
        with pytest.raises(Conflict):
            demands.cancel(demand, trade.clerk)
    assert state(trade, id) is S.RETURNED
    assert len(trade.bank.statement()) == 1
    assert broken(trade.shop.app) == {}


def paid(trade: Trade, return_: uuid.UUID) -> uuid.UUID:
    id = trade.owe(return_)
    trade.work()
    trade.pay_link(id)
    trade.work()
    return id


@pytest.mark.sqlite
def test_a_lost_answer_is_looked_up_before_it_is_asked_again(trade: Trade, return_: uuid.UUID) -> None:
    for n, mode in enumerate((Mode.LOSE_ANSWER, Mode.LOSE_REQUEST), start=1):
        id = paid(trade, return_)
        trade.bank.switch = Switch(mode, times=1)
        with trade.on_demand(id) as demand:
            demands.give_back(demand, trade.clerk)
        trade.work()
        assert state(trade, id) is S.RETURNING
        assert broken(trade.shop.app) == {}
        with clock.at(clock.now() + timedelta(minutes=1)):
            trade.work()
        assert state(trade, id) is S.RETURNED
        assert (len(trade.bank.statement()), len(seen(trade, id).refunds)) == (n, 1)


@pytest.mark.sqlite
def test_what_the_gateway_declines_is_a_persons_and_goes_again_or_by_hand(
    trade: Trade, return_: uuid.UUID
) -> None:
    id = paid(trade, return_)
    trade.bank.switch = Switch(Mode.DECLINE, times=2)
    for _ in range(2):
        with trade.on_demand(id) as demand:
            demands.give_back(demand, trade.clerk)
        trade.work()
        assert (state(trade, id), attention(trade, return_)) == (S.STUCK, "demand_stuck")
        assert broken(trade.shop.app) == {}
    with trade.on_demand(id) as demand:
        confirming.confirm_returned(demand, "T 1", trade.clerk)
    assert (state(trade, id), attention(trade, return_)) == (S.RETURNED, None)
    assert not trade.bank.statement()
    books = balances(trade.shop)
    assert Role.EXCHANGE_CLEARING not in books  # what came in by the gateway went out by hand
    assert broken(trade.shop.app) == {}


@pytest.mark.sqlite
def test_what_came_back_is_owed_again_and_sent_again(trade: Trade, return_: uuid.UUID) -> None:
    id = paid(trade, return_)
    with trade.on_demand(id) as demand:
        demands.give_back(demand, trade.clerk)
    trade.work()
    trade.bank.turn(seen(trade, id).refunds[0].reference, "failed", "account_closed")
    with clock.at(clock.now() + timedelta(minutes=1)):
        trade.work()
        assert (state(trade, id), seen(trade, id).reason) == (S.STUCK, "account_closed")
        assert balances(trade.shop)[Role.EXCHANGE_CLEARING] == -500
        with trade.on_demand(id) as demand:
            demands.give_back(demand, trade.clerk)
        trade.work()
    assert state(trade, id) is S.RETURNED
    assert Role.EXCHANGE_CLEARING not in balances(trade.shop)
    assert broken(trade.shop.app) == {}


@pytest.mark.sqlite
def test_without_a_gateway_a_person_confirms_both_ways(trade: Trade, return_: uuid.UUID) -> None:
    with trade.shop.transaction():
        locked_shop().bank_details = ["Acme", "DE02 1203 0000 0000 2020 51"]
    id, other = trade.owe(return_), trade.owe(return_)
    trade.work()
    assert seen(trade, id).link == ""
    with trade.on_demand(id) as demand:
        confirming.confirm_paid(demand, "  IN   1 ", trade.clerk)
        with pytest.raises(Conflict):
            confirming.confirm_paid(demand, "IN 2", trade.clerk)
    assert (state(trade, id), seen(trade, id).payment) == (S.PAID, "IN 1")
    with trade.on_demand(other) as demand, pytest.raises(Refusal):
        confirming.confirm_paid(demand, "IN 1", trade.clerk)
    with trade.on_demand(id) as demand:
        demands.give_back(demand, trade.clerk)
    trade.work()
    assert (state(trade, id), attention(trade, return_)) == (S.RETURNING, "demand_by_hand")
    with trade.on_demand(id) as demand:
        confirming.confirm_returned(demand, "OUT 1", trade.clerk)
    assert (state(trade, id), attention(trade, return_)) == (S.RETURNED, None)
    with clock.at(clock.now() + WEEK):
        trade.work()
    assert state(trade, other) is S.LAPSED
    with trade.on_demand(other) as demand:
        confirming.confirm_paid(demand, "IN 3", trade.clerk)
    assert state(trade, other) is S.RETURNING
    assert broken(trade.shop.app) == {}


@pytest.mark.sqlite
def test_a_gateway_without_links_refuses_before_anything_is_promised(
    trade: Trade, return_: uuid.UUID
) -> None:
    with trade.shop.transaction():
        locked_shop().gateway = "cash_register"
    with pytest.raises(Refusal):
        trade.owe(return_)


@pytest.mark.sqlite
def test_what_belongs_to_a_return_that_ended_is_no_longer_asked_for(trade: Trade, return_: uuid.UUID) -> None:
    id = trade.owe(return_)
    trade.work()
    trade.cancel(return_)
    with clock.at(clock.now() + timedelta(minutes=1)):
        trade.work()
    assert (state(trade, id), seen(trade, id).closed_at is None) == (S.CANCELLED, False)
    assert broken(trade.shop.app) == {}
