"""Two tills, one balance: spent twice at once, released while it is spent, ended while it is spent."""

import uuid
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from portal import clock
from portal.db import find, locked, session
from portal.errors import NotFound, Refusal
from portal.i18n import say
from portal.policies import Resolution
from portal.refunds import gift_cards, values
from portal.refunds.models import GiftCard, GiftCardEntry
from portal.web.ritual import Portal
from tests.harness.sales import Sold
from tests.harness.trading import Trade, policy
from tests.races.racing import DONE, REFUSED, Ground, Racer, drop, race

pytestmark = pytest.mark.race
WORTH = 4510


def issued(trade: Trade) -> tuple[uuid.UUID, str]:
    """A gift card and its code."""
    order = trade.order(Sold(5000, unit_cost=900))
    trade.go_whole_way(order, {1: 1}, resolution=Resolution.GIFT_CARD)
    trade.work()
    with trade.shop.transaction(reading=True) as own:
        card = own.scalars(sa.select(GiftCard.id).where(GiftCard.order_id == order)).one()
    return card, trade.show_card(card)


def spend(trade: Trade, code: str, amount: int, reference: str = "") -> None:
    trade.spend_card(code, amount, reference or f"T-{uuid.uuid4().hex[:8]}")


def release(trade: Trade, reference: str) -> None:
    try:
        trade.release(reference)
    except NotFound as error:  # nothing was spent yet
        raise Refusal(say("Nothing was spent yet.")) from error


def end(trade: Trade, card: uuid.UUID) -> None:
    with clock.at(clock.now() + timedelta(days=90)), trade.shop.transaction():
        held = locked(GiftCard, card)
        values.expire(held, held, trade.clerk)


def balance(trade: Trade, card: uuid.UUID) -> int:
    with trade.shop.transaction(reading=True):
        return find(GiftCard, card).balance


def lines(trade: Trade, kind: str) -> int:
    with trade.shop.transaction(reading=True):
        return session.scalars(sa.select(sa.func.count()).where(GiftCardEntry.kind == kind)).one()


def takes_whatever_is_there(between: Any) -> None:
    """The guard that looks at the balance in the same statement, and the look before it, are gone."""

    def moves(holder: values.Holder, amount: int) -> None:
        kind: Any = type(holder)
        session.execute(
            sa.update(kind).where(kind.id == holder.id).values(balance=kind.balance + amount)
            .execution_options(synchronize_session=False)
        )  # fmt: skip

    def looks(holder: values.Holder, amount: Any) -> None:
        between.wait(60)

    values._move, values._must_be_spendable = moves, looks


def test_of_two_tills_one_spends_a_balance(
    trade: Trade, ground: Ground, broken: Callable[[], set[str]]
) -> None:
    card, code = issued(trade)
    found = race(ground, *[Racer(spend, [code, 3000], threads=4)] * 4)
    assert Counter(found) == {DONE: 1, REFUSED: 15}
    assert balance(trade, card) == WORTH - 3000
    assert broken() == set()


def test_one_reference_spends_once_however_many_tills_send_it(
    trade: Trade, ground: Ground, broken: Callable[[], set[str]]
) -> None:
    card, code = issued(trade)
    found = race(ground, *[Racer(spend, [code, 100, "ONE"], threads=4)] * 4)
    assert Counter(found) == {DONE: 16}, "each gets the same answer"
    assert (balance(trade, card), lines(trade, "spend")) == (WORTH - 100, 1)
    assert broken() == set()


def test_without_the_guards_more_is_spent_than_there_is(
    app: Portal, trade: Trade, ground: Ground, broken: Callable[[], set[str]]
) -> None:
    """The control of the two above."""
    card, code = issued(trade)
    drop(app, "gift_card.ck_gift_card_balance", "trail.uq_trail_chain_no")
    race(ground, *[Racer(spend, [code, 3000], careless=takes_whatever_is_there)] * 2)
    assert balance(trade, card) < 0
    assert "I16" in broken()


def test_a_release_and_a_spending_of_what_it_frees_add_up(
    trade: Trade, ground: Ground, broken: Callable[[], set[str]]
) -> None:
    card, code = issued(trade)
    spend(trade, code, 3000, "FIRST")
    found = race(
        ground,
        *[Racer(release, ["FIRST"], threads=2)] * 2,
        *[Racer(spend, [code, 3000], threads=2)] * 2,
    )
    assert found.count(REFUSED) >= 3 and set(found) <= {DONE, REFUSED}
    assert lines(trade, "release") == 1
    assert balance(trade, card) in {WORTH, WORTH - 3000}
    assert broken() == set()


def test_what_ends_while_it_is_spent_goes_one_way(
    trade: Trade, ground: Ground, broken: Callable[[], set[str]]
) -> None:
    trade.rule(policy(valid_months={"gift_card": 1}))
    with clock.at(clock.now() + timedelta(seconds=1)):
        card, code = issued(trade)
    with trade.shop.transaction():
        values.until(locked(GiftCard, card), clock.now() + timedelta(days=30))
    found = race(ground, Racer(end, [card], threads=2), *[Racer(spend, [code, 3000], threads=2)] * 2)
    assert set(found) <= {DONE, REFUSED}
    with trade.shop.transaction(reading=True):
        entries = sa.select(GiftCardEntry.kind, GiftCardEntry.amount).where(GiftCardEntry.card_id == card)
        rows = [tuple(row) for row in session.execute(entries)]
    gone = sum(-amount for kind, amount in rows if kind in {"spend", "expire"})
    assert gone == WORTH and [kind for kind, _ in rows].count("expire") == 1
    assert balance(trade, card) == 0
    assert broken() == set()


def reissue(trade: Trade, card: uuid.UUID) -> None:
    with trade.shop.transaction():
        gift_cards.reissue(locked(GiftCard, card), trade.clerk)


def test_two_people_put_what_is_left_on_one_new_card(
    trade: Trade, ground: Ground, broken: Callable[[], set[str]]
) -> None:
    card, code = issued(trade)
    found = race(ground, *[Racer(reissue, [card], threads=2)] * 3, Racer(spend, [code, 1000], threads=2))
    assert set(found) <= {DONE, REFUSED}
    with trade.shop.transaction(reading=True) as own:
        cards = own.scalars(sa.select(GiftCard)).all()
        assert len(cards) == 2
        spent = 1000 * own.scalars(sa.select(sa.func.count()).where(GiftCardEntry.kind == "spend")).one()
        assert sum(one.balance for one in cards) == WORTH - spent
    assert broken() == set()
