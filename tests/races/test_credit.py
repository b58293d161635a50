"""Two tills and one balance: what a sale spent comes back while another sale spends of it."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from portal.db import session
from portal.errors import NotFound, Refusal
from portal.i18n import say
from portal.policies import Resolution
from portal.refunds import values
from portal.refunds.models import CreditEntry, GiftCard, GiftCardEntry, StoreCredit
from portal.web.ritual import Portal
from tests.harness.sales import Sold
from tests.harness.trading import Trade
from tests.races.racing import DONE, PATIENCE, REFUSED, Ground, Racer, drop, race

pytestmark = pytest.mark.race
WORTH, OWNER = 4510, "nils@ek.example"
HOLDERS: dict[Resolution, tuple[Any, Any]] = {
    Resolution.STORE_CREDIT: (StoreCredit, CreditEntry),
    Resolution.GIFT_CARD: (GiftCard, GiftCardEntry),
}


def issued(trade: Trade, sort: Resolution) -> str:
    """Stored value of which 3000 are spent; a gift card's code."""
    trade.go_whole_way(trade.order(Sold(5000, unit_cost=900)), {1: 1}, resolution=sort)
    trade.work()
    code = ""
    if sort is Resolution.GIFT_CARD:
        with trade.shop.transaction(reading=True):
            card = session.scalars(sa.select(GiftCard.id)).one()
        code = trade.show_card(card)
    spend(trade, code, 3000, "FIRST")
    return code


def spend(trade: Trade, code: str, amount: int, reference: str) -> None:
    if code:
        trade.spend_card(code, amount, reference)
    else:
        trade.spend(OWNER, amount, reference)


def release(trade: Trade) -> None:
    try:
        trade.release("FIRST")
    except NotFound as error:
        raise Refusal(say("Nothing was spent yet.")) from error


def balance(trade: Trade, sort: Resolution) -> int:
    with trade.shop.transaction(reading=True):
        return int(session.scalars(sa.select(HOLDERS[sort][0].balance)).one())


def test_what_is_released_and_spent_of_one_credit_at_once_adds_up(
    trade: Trade, ground: Ground, broken: Callable[[], set[str]]
) -> None:
    """Gift cards have the same race among those of stored value."""
    issued(trade, Resolution.STORE_CREDIT)
    tills = [Racer(spend, ["", 1500, f"TILL-{n}"], threads=2) for n in range(2)]
    found = race(ground, *[Racer(release, threads=2)] * 2, *tills)
    assert set(found) <= {DONE, REFUSED}
    with trade.shop.transaction(reading=True):
        kinds = session.scalars(sa.select(CreditEntry.kind)).all()
    assert kinds.count("release") == 1
    assert balance(trade, Resolution.STORE_CREDIT) == WORTH - 1500 * (kinds.count("spend") - 1)
    assert broken() == set()


def reads_then_writes(between: Any) -> None:
    """Each has read the balance before either writes what it makes of it."""
    whole = values.enter

    def enters(*args: Any) -> uuid.UUID:
        values.enter = whole
        between.wait(PATIENCE)
        return whole(*args)

    def moves(holder: values.Holder, amount: int) -> None:
        kind: Any = type(holder)
        write = sa.update(kind).where(kind.id == holder.id).values(balance=holder.balance + amount)
        session.execute(write.execution_options(synchronize_session=False))

    values.enter, values._move = enters, moves


@pytest.mark.parametrize("sort", HOLDERS)
def test_without_the_guards_one_of_the_two_is_lost(
    app: Portal, trade: Trade, ground: Ground, broken: Callable[[], set[str]], sort: Resolution
) -> None:
    """The control of the race above."""
    code = issued(trade, sort)
    drop(app, "trail.uq_trail_chain_no")
    careless = {"careless": reads_then_writes}
    race(ground, Racer(release, **careless), Racer(spend, [code, 1000, "TILL"], **careless))
    assert balance(trade, sort) in {WORTH, WORTH - 4000}  # not WORTH - 1000
    assert "I16" in broken()
