"""Money that could not be sent is mailed: once, with what was sent and what was not, and never too soon."""

import uuid

import sqlalchemy as sa

from portal.db import find, locked, session
from portal.notices import Notice, mailbox
from portal.orders.models import Order
from portal.refunds import legs
from portal.refunds.gateways.bank import Mode, Switch
from portal.refunds.lifecycle import LegState
from portal.refunds.models import RefundLeg
from portal.returns.models import Return
from tests.harness.sales import Sold
from tests.harness.shops import Shop
from tests.harness.trading import Trade

CUP = Sold(5000, unit_cost=900)
STUCK = "is not sent yet"


def parted(trade: Trade) -> uuid.UUID:
    """A return of which a part can be sent and a part cannot."""
    order = trade.order(CUP, paid=[2000, 3000])
    with trade.shop.transaction(reading=True):
        reference = find(Order, order).payments[1].reference
    trade.bank.close(reference)
    return trade.go_whole_way(order, {1: 1})


def mails(trade: Trade) -> list[str]:
    with trade.shop.transaction(reading=True):
        return [f"{mail.subject}\n{mail.text}" for mail in mailbox() if STUCK in mail.subject]


def again(trade: Trade, id: uuid.UUID) -> None:
    with trade.shop.transaction():
        locked(Return, id)
        failed = sa.select(RefundLeg).where(RefundLeg.state == LegState.FAILED).order_by(RefundLeg.no.desc())
        legs.replace(session.scalars(failed).first(), trade.clerk)  # type: ignore[arg-type]
    trade.work()


def test_one_mail_says_what_was_sent_and_what_was_not(shop: Shop) -> None:
    trade = Trade(shop)
    id = parted(trade)
    trade.work()
    (mail,) = mails(trade)
    assert mail.startswith("A part of your refund for RMA-")
    assert "€25.10 of your refund could not be sent yet. The money is yours" in mail
    sent, stuck = mail.split("Not sent yet:")
    assert "We have sent:" in sent and ": €20.00" in sent and ": €25.10" in stuck
    again(trade, id)
    again(trade, id)
    assert mails(trade) == [mail]


def test_where_nothing_was_sent_it_is_told_too(shop: Shop) -> None:
    trade = Trade(shop)
    trade.bank.switch = Switch(Mode.DECLINE, times=1)
    trade.go_whole_way(trade.order(CUP), {1: 1})
    trade.work()
    (mail,) = mails(trade)
    assert mail.startswith("Your refund for RMA-") and "We have sent:" not in mail


def test_a_lost_answer_that_is_looked_up_is_no_failure(shop: Shop) -> None:
    trade = Trade(shop)
    trade.bank.switch = Switch(Mode.LOSE_ANSWER, times=1)
    trade.go_whole_way(trade.order(CUP), {1: 1})
    trade.work()
    assert mails(trade) == []


def test_a_mail_that_leaves_after_another_way_was_found_is_not_sent(shop: Shop) -> None:
    trade = Trade(shop)
    id = parted(trade)
    with trade.shop.transaction():
        held = locked(Return, id)
        leg = session.scalars(sa.select(RefundLeg).order_by(RefundLeg.no.desc())).first()
        assert leg
        leg.state = LegState.SUBMITTED
        legs.fail(leg, "no", trade.clerk)
        legs.replace(leg, trade.clerk, legs.Way(leg.destination, held.order.payments[1].id, "manual"))
    trade.work()
    assert mails(trade) == []
    with trade.shop.transaction(reading=True):
        assert session.scalars(sa.select(Notice).where(Notice.event == "refund_stopped")).one()
