"""Approvals at once draw credit notes' numbers one after another, whatever becomes of each."""

import uuid
from collections import Counter
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from portal.db import here, session
from portal.ledger import numbering
from portal.ledger.models import Book
from portal.ledger.numbering import Drawn
from portal.refunds import approving, entering
from portal.refunds.credit_notes import CreditNote
from portal.refunds.quoting import payable_items, plan_for
from tests.harness.sales import Sold, inspected, sell
from tests.harness.trading import Trade
from tests.races.racing import DONE, Ground, Racer, race

pytestmark = pytest.mark.race
EACH = 6


def approve(trade: Trade, return_: uuid.UUID, *, lose: bool = False) -> None:
    """Approve; `lose`: and then fail, with everything written and its number drawn."""
    with trade.on(return_) as held:
        shown = plan_for(held, payable_items(held)).amount
        approving.approve(held, shown, trade.clerk, None)
        if lose:
            session.flush()
            raise ZeroDivisionError


def approve_in_vain(trade: Trade, return_: uuid.UUID) -> None:
    approve(trade, return_, lose=True)


def numbers(trade: Trade) -> list[int]:
    with trade.shop.transaction(reading=True):
        return list(session.scalars(sa.select(CreditNote.no).order_by(CreditNote.no)))


def test_approvals_at_once_have_numbers_without_a_gap_also_when_some_are_rolled_back(
    trade: Trade, ground: Ground, broken: Callable[[], set[str]]
) -> None:
    ids = [inspected(trade.shop, sell(trade.shop, Sold(9_000), number=str(n))) for n in range(2 * EACH)]
    verbs = [approve, approve_in_vain] * EACH
    found = race(ground, *[Racer(verb, [id]) for verb, id in zip(verbs, ids, strict=True)])
    came = Counter(DONE if one == DONE else one.partition(":")[0] for one in found)
    assert came == {DONE: EACH, "ZeroDivisionError": EACH}
    assert numbers(trade) == list(range(1, EACH + 1))
    assert broken() == set()


def count_carelessly(between: object) -> None:
    """Look at the counter and set it, as if nobody else did."""

    def draw(*, entries: int = 0, changes: int = 0, credit_notes: int = 0) -> Drawn:
        book = sa.select(Book.next_no, Book.next_change, Book.next_credit_note)
        first = Drawn(*map(int, session.execute(book.where(Book.tenant_id == here())).one()))
        between.wait(60)  # type: ignore[attr-defined]
        return first

    entering.draw = numbering.draw = draw  # type: ignore[attr-defined]


def test_without_the_lock_on_the_counter_two_approvals_have_one_number(trade: Trade, ground: Ground) -> None:
    """The control of the race above: the database itself refuses the second."""
    ids = [inspected(trade.shop, sell(trade.shop, Sold(9_000), number=str(n))) for n in range(2)]
    found = race(ground, *[Racer(approve, [id], careless=count_carelessly) for id in ids])
    assert DONE in found and any("credit_note" in one and "IntegrityError" in one for one in found)
