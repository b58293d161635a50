"""Against the rules, with a reason: what a person may allow, what nobody can, and that verify agrees."""

import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from portal import clock
from portal.audit import Trail
from portal.db import find, locked, session
from portal.errors import Conflict, Refusal
from portal.orders.models import Order
from portal.policies import Answer, Verdict
from portal.policies.verdicts import dump_verdict
from portal.returns.drafting import verdicts_on
from portal.returns.excepting import extend
from tests.harness.sales import BOOTS, SOCKS, ZONE, Sold, look
from tests.harness.shops import Shop
from tests.harness.soundness import broken
from tests.harness.trading import Trade, policy

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
LATE = timedelta(days=60)
SALE = Sold(1_000, 1, "SALE", "Last one", tags=("sale",))
BARRED = {"id": "sale", "match": {"tags": ["sale"]}, "ground": "Sold for good.", "instead": "Keep it."}


@pytest.fixture
def trade(shop: Shop) -> Iterator[Trade]:
    with clock.at(NOON - timedelta(days=30)):
        trade = Trade(shop)
        trade.rule(policy(barred=[BARRED]))
    with clock.at(NOON):
        yield trade


def verdicts(trade: Trade, order: uuid.UUID) -> dict[int, Verdict]:
    with trade.shop.transaction(reading=True):
        return verdicts_on(find(Order, order), ZONE)


def said(verdict: Verdict) -> str:
    return " ".join(str(finding.text) for finding in verdict.findings)


def test_a_line_that_is_late_and_barred_may_go_back_by_an_exception(trade: Trade) -> None:
    order = trade.order(SALE, BOOTS)
    with clock.at(NOON + LATE):
        made = trade.allow(order)
        found = verdicts(trade, order)
        assert [found[n].answer for n in (1, 2)] == [Answer.YES, Answer.NO]
        assert said(found[1]).count("The shop makes an exception. Otherwise: ") == 2
        assert "Sold for good." in said(found[1]) and found[1].until is None
        inputs = [finding["inputs"].get("override") for finding in dump_verdict(found[1])["findings"]]
        assert inputs.count(str(made)) == 2
        id = trade.ask(order, {1: 1})
    assert look(trade.shop, id).return_.state == "authorized"
    with trade.shop.transaction(reading=True):
        data = session.scalars(sa.select(Trail.data).where(Trail.event == "return.requested")).first()
        assert data == {"overrides": [str(made)]}
    assert broken(trade.shop.app) == {}


def test_a_longer_time_is_for_the_whole_order_and_ends(trade: Trade) -> None:
    order = trade.order(SOCKS, BOOTS)
    with clock.at(NOON + LATE):
        trade.extend(order, 7)
        assert {v.answer for v in verdicts(trade, order).values()} == {Answer.YES}
        assert "extended the time until" in said(verdicts(trade, order)[1])
        trade.ask(order, {1: 1})
    with clock.at(NOON + LATE + timedelta(days=9)):
        assert verdicts(trade, order)[2].answer is Answer.NO
        assert "The extended time to send it back ended on" in said(verdicts(trade, order)[2])
    assert broken(trade.shop.app) == {}


def test_an_exception_that_is_taken_back_holds_no_more_and_what_was_requested_stays(trade: Trade) -> None:
    order = trade.order(SOCKS)
    with clock.at(NOON + LATE):
        made = trade.allow(order)
        trade.ask(order, {1: 1})
    with clock.at(NOON + LATE + timedelta(hours=1)):
        trade.withdraw(order, made)
        assert verdicts(trade, order)[1].answer is Answer.NO
        with pytest.raises(Conflict):
            trade.withdraw(order, made)
    assert broken(trade.shop.app) == {}


@pytest.mark.sqlite
def test_a_draft_that_stands_on_an_exception_that_is_gone_is_refused(trade: Trade) -> None:
    order = trade.order(SOCKS)
    with clock.at(NOON + LATE):
        made = trade.allow(order)
        draft = trade.draft(order, {1: 1})
        trade.withdraw(order, made)
        with pytest.raises(Refusal, match="The time to send it back ended"):
            trade.submit(draft)


@pytest.mark.sqlite
def test_the_newest_word_about_a_line_or_an_order_holds(trade: Trade) -> None:
    order = trade.order(SOCKS)
    with clock.at(NOON + LATE):
        trade.extend(order, 3)
        trade.extend(order, 20)
    with clock.at(NOON + LATE + timedelta(days=10)):
        assert verdicts(trade, order)[1].answer is Answer.YES


def cancelled(order: Order) -> None:
    order.cancelled_at = NOON


def unsent(order: Order) -> None:
    order.shipments[0].shipped_at = order.shipments[0].delivered_at = None


def left_it(order: Order) -> None:
    order.lines[0].gone = True


def used_up(order: Order) -> None:
    order.lines[0].claimed = order.lines[0].quantity


@pytest.mark.sqlite
@pytest.mark.parametrize("become", [cancelled, unsent, left_it, used_up])
def test_what_is_not_there_cannot_be_allowed(trade: Trade, become: Callable[[Order], None]) -> None:
    order = trade.order(SALE)
    with trade.shop.transaction():
        become(locked(Order, order))
    with pytest.raises(Refusal):
        trade.allow(order)
    if become in (cancelled, unsent):
        with pytest.raises(Refusal):
            trade.extend(order)


@pytest.mark.sqlite
def test_what_the_rules_allow_needs_no_exception(trade: Trade) -> None:
    with pytest.raises(Refusal, match="let it go back already"):
        trade.allow(trade.order(SOCKS))


@pytest.mark.sqlite
@pytest.mark.parametrize("days", [-400, -1, 0, 10, 5_000, 2_000_000])
def test_a_day_that_gains_nothing_or_is_absurd_is_refused(trade: Trade, days: int) -> None:
    order = trade.order(SOCKS)
    with trade.shop.transaction(), pytest.raises(Refusal):
        last = (clock.now() + timedelta(days=days)).date()
        extend(locked(Order, order), last, "So.", trade.clerk, ZONE)


@pytest.mark.sqlite
def test_an_exception_does_not_spare_a_person_or_a_fee(trade: Trade) -> None:
    dear = trade.order(Sold(90_000, 1, "SALE", "Dear", tags=("sale",)))
    trade.allow(dear)
    assert verdicts(trade, dear)[1].answer is Answer.REVIEW
    assert look(trade.shop, trade.ask(dear, {1: 1})).return_.state == "requested"
