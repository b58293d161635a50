"""Two people of the shop answer one message at the same moment."""

import uuid
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from portal.returns import talking
from portal.returns.models import ReturnMessage, Side
from portal.web.ritual import Portal
from tests.harness.sales import SOCKS, requested, sell
from tests.harness.trading import Trade
from tests.races.racing import DONE, REFUSED, Ground, Racer, drop, pause_before, race

pytestmark = pytest.mark.race


def answer(trade: Trade, return_: uuid.UUID) -> None:
    """Both have read the shopper's message, which is the first."""
    trade.write(return_, "It is here.", read=1)


def asked(trade: Trade) -> uuid.UUID:
    id = requested(trade.shop, sell(trade.shop, SOCKS))
    trade.write(id, "Is it there?", shopper=True)
    return id


def answers(trade: Trade) -> int:
    with trade.shop.transaction(reading=True) as own:
        mine = sa.select(sa.func.count()).where(ReturnMessage.side == Side.SHOP)
        return own.scalars(mine).one()


def test_of_two_answers_at_once_the_shopper_gets_one(
    trade: Trade, ground: Ground, broken: Callable[[], set[str]]
) -> None:
    id = asked(trade)
    assert race(ground, *[Racer(answer, [id])] * 2) == [DONE, REFUSED]
    assert answers(trade) == 1
    assert broken() == set()


def test_without_the_guards_the_shopper_gets_both(app: Portal, trade: Trade, ground: Ground) -> None:
    """The control of the race above."""
    id = asked(trade)
    drop(app, "return_message.uq_return_message_return_id_no", "trail.uq_trail_chain_no")
    race(ground, *[Racer(answer, [id], careless=pause_before(talking, "_keep"))] * 2)
    assert answers(trade) == 2
