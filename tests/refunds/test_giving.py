"""Goodwill: granted within a budget, never over what the order has room for, and paid like any refund."""

import uuid
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from portal import clock
from portal.audit import Actor
from portal.db import session
from portal.errors import Conflict, Refusal
from portal.exports import ExportKind, Format
from portal.ledger import Account, Posting
from portal.ledger import Role as Books
from portal.people.roles import Role
from portal.policies import Resolution
from portal.refunds import giving
from portal.refunds.approving import Two, approve
from portal.refunds.credit_notes import CreditNote
from portal.refunds.giving import Gift
from portal.refunds.goodwill import Goodwill, GoodwillReason
from portal.refunds.limiting import Alone
from tests.exports.given import made, rows
from tests.harness.sales import Sold, look
from tests.harness.shops import Shop
from tests.harness.soundness import broken
from tests.harness.trading import Trade

pytestmark = pytest.mark.sqlite
ZONE, WHY = "Europe/Berlin", GoodwillReason.LATE
TWO_VASES = Sold(20_000, 2, taxes={"19": 3_194})


def ready(trade: Trade, *sold: Sold, picked: int = 1, **kw: object) -> uuid.UUID:
    """A return of so many units of the first line, checked; nothing is taken off."""
    return_ = trade.ask(trade.order(*sold or (TWO_VASES,)), {1: picked}, "damaged", **kw)
    trade.receive(return_)
    trade.inspect(return_)
    return return_


def grant(
    trade: Trade, return_: uuid.UUID, amount: int, by: Actor | None = None, budget: int = 10_000
) -> None:
    with trade.on(return_) as held:
        giving.grant(held, Gift(amount, WHY), by or trade.clerk, budget, ZONE)


def posted(shop: Shop, role: Books) -> int:
    """Debit less credit of an account."""
    with shop.transaction(reading=True):
        query = sa.select(sa.func.coalesce(sa.func.sum(Posting.debit - Posting.credit), 0))
        mine = query.join(Account, Account.id == Posting.account_id).where(Account.role == role)
        return int(session.scalar(mine.where(Account.tenant_id == shop.id)) or 0)


def test_it_is_part_of_the_next_refund_in_the_books_and_on_the_credit_note(shop: Shop) -> None:
    trade = Trade(shop)
    return_ = ready(trade)
    grant(trade, return_, 1_500)
    with pytest.raises(Conflict, match="has changed"), trade.on(return_) as held:
        approve(held, 10_000, trade.clerk, None)
    with trade.on(return_) as held:
        refund = approve(held, 11_500, trade.clerk, None)
        assert (refund.goodwill, held.goodwill, held.payable) == (1_500, 0, False)
    with shop.transaction(reading=True):
        note = session.scalars(sa.select(CreditNote)).one()
        assert (note.net, note.tax, note.goodwill, note.total) == (8_403, 1_597, 1_500, 11_500)
    assert [leg.amount for leg in look(shop, return_).refunds[0].legs] == [11_500]
    assert (posted(shop, Books.GOODWILL), posted(shop, Books.SALES_RETURNS)) == (1_500, 8_403)
    row = rows(made(shop, ExportKind.REFUNDS, Format.CSV))[0]
    told = ("amount", "goods", "tax", "fees", "delivery", "return_shipping", "goodwill")
    assert [row[name] for name in told] == ["115.00", "84.03", "15.97", "0.00", "0.00", "0.00", "15.00"]
    assert broken(shop.app) == {}
    trade.work()
    assert look(shop, return_).return_.state == "closed" and broken(shop.app) == {}


def test_taken_back_it_waits_again_and_then_nothing_is_left_of_it(shop: Shop) -> None:
    trade = Trade(shop)
    return_ = ready(trade)
    grant(trade, return_, 1_000)
    grant(trade, return_, 500, shop.actor(Role.AGENT))
    trade.cancel_refund(approved(trade, return_, 11_500))
    assert look(shop, return_).return_.goodwill == 1_500
    assert (posted(shop, Books.GOODWILL), broken(shop.app)) == (0, {})
    with trade.on(return_) as held:
        giving.withdraw(held, trade.clerk)
        giving.withdraw(held, trade.clerk)
        assert (held.goodwill, held.payable) == (0, True)
    with shop.transaction(reading=True):
        assert trade.clerk.id and giving.granted_in(trade.clerk.id, "EUR", this_month()) == 0
    assert broken(shop.app) == {}


def approved(trade: Trade, return_: uuid.UUID, amount: int) -> uuid.UUID:
    with trade.on(return_) as held:
        return approve(held, amount, trade.clerk, None).id


def this_month() -> object:
    return clock.now().astimezone(ZoneInfo(ZONE)).date().replace(day=1)


def test_on_a_closed_or_a_denied_return_it_is_a_refund_by_itself(shop: Shop) -> None:
    trade = Trade(shop)
    closed, denied = ready(trade), trade.ask(trade.order(Sold(40_000)), {1: 1})
    approved(trade, closed, 10_000)
    trade.work()
    trade.deny(denied)
    for return_ in (closed, denied):
        grant(trade, return_, 700)
        assert look(shop, return_).return_.payable
        approved(trade, return_, 700)
    trade.work()
    assert [look(shop, id).return_.state for id in (closed, denied)] == ["closed", "denied"]
    with shop.transaction(reading=True):
        assert len(session.scalars(sa.select(CreditNote)).all()) == 1  # nothing of a sale is taken back
    assert broken(shop.app) == {}


def test_a_return_does_not_close_over_what_waits_and_closes_when_it_is_taken_back(shop: Shop) -> None:
    trade = Trade(shop)
    return_ = ready(trade)
    approved(trade, return_, 10_000)
    grant(trade, return_, 100)
    trade.work()
    assert look(shop, return_).return_.state != "closed"
    with trade.on(return_) as held:
        giving.withdraw(held, trade.clerk)
    assert look(shop, return_).return_.state == "closed" and broken(shop.app) == {}


@pytest.mark.parametrize(("amount", "why"), [(0, "above zero"), (10_001, "has room for"), (3_001, "is left")])
def test_what_is_refused_stands_at_the_amount(shop: Shop, amount: int, why: str) -> None:
    trade = Trade(shop)
    return_ = ready(trade)  # the other unit's 100.00 are the room
    with pytest.raises(Refusal, match=why) as refused:
        grant(trade, return_, amount, budget=3_000)
    assert refused.value.field == "amount"
    grant(trade, return_, 3_000, budget=3_000)
    with pytest.raises(Refusal, match="is left"):
        grant(trade, return_, 1, budget=3_000)
    grant(trade, return_, 1, shop.actor(Role.MANAGER), budget=3_000)


def test_a_months_budget_ends_at_midnight_in_the_shop(shop: Shop) -> None:
    trade = Trade(shop)
    return_ = ready(trade)
    first = (clock.now().date().replace(day=1) + timedelta(days=63)).replace(day=1)
    midnight = datetime.combine(first, time(), ZoneInfo(ZONE))
    with clock.at(midnight - timedelta(microseconds=1)):
        grant(trade, return_, 2_000, budget=2_000)
        with pytest.raises(Refusal, match="is left"):
            grant(trade, return_, 1, budget=2_000)
    with clock.at(midnight):
        grant(trade, return_, 2_000, budget=2_000)
    with shop.transaction(reading=True):
        months = session.scalars(sa.select(Goodwill.month).order_by(Goodwill.month)).all()
    assert months == [(first - timedelta(days=1)).replace(day=1), first]


def test_the_room_of_the_order_is_looked_at_again_when_it_is_approved(shop: Shop) -> None:
    trade = Trade(shop)
    order = trade.order(TWO_VASES)
    one, other = (trade.ask(order, {1: 1}, "damaged") for _ in range(2))
    trade.receive(one)
    trade.inspect(one)
    grant(trade, one, 10_000)  # the second return's unit is not counted yet
    trade.receive(other)
    trade.inspect(other)
    approved(trade, other, 10_000)
    with pytest.raises(Refusal, match="no room for all of the goodwill"):
        approved(trade, one, 10_000)


def test_it_counts_as_off_the_quote_and_gets_no_bonus(shop: Shop) -> None:
    trade = Trade(shop)
    return_ = ready(trade, resolution=Resolution.STORE_CREDIT)
    grant(trade, return_, 1_000)
    for off in (999, 1_000):
        limits = Two(Alone("EUR", off=off))
        with trade.on(return_) as held:
            if off < 1_000:
                with pytest.raises(Refusal, match="was quoted"):
                    approve(held, 11_000, trade.clerk, None, two=limits)
            else:
                approve(held, 11_000, trade.clerk, None, two=limits)
    trade.work()
    assert broken(shop.app) == {}
