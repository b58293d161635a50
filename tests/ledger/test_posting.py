"""What is posted balances, is posted once and stays."""

import uuid

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from portal.db import session
from portal.errors import Conflict
from portal.ledger import JournalEntry, Line, Posting, Role, Source, entry_of, post, reverse
from tests.harness.shops import Shop

DEBIT, CREDIT = Line(Role.INVENTORY, debit=600), Line(Role.COST_OF_GOODS_SOLD, credit=600)


def source(kind: str = "test", id: uuid.UUID | None = None) -> Source:
    return Source(kind, id or uuid.uuid4(), uuid.uuid4(), "RMA-TEST")


def numbers(shop: Shop) -> list[int]:
    with shop.transaction(reading=True):
        mine = sa.select(JournalEntry.no).where(JournalEntry.tenant_id == shop.id)
        return list(session.scalars(mine.order_by(JournalEntry.no)))


@pytest.mark.parametrize("lines", [[DEBIT], [DEBIT, Line(Role.SALES_RETURNS, credit=599)], []])
def test_what_does_not_balance_is_not_posted(shop: Shop, lines: list[Line]) -> None:
    with pytest.raises(ValueError), shop.transaction():
        post(source(), "EUR", lines)
    assert not numbers(shop)


def test_a_line_of_nothing_is_left_out(shop: Shop) -> None:
    with shop.transaction():
        post(source(), "EUR", [DEBIT, CREDIT, Line(Role.WRITE_DOWN)])
    with shop.transaction(reading=True):
        assert session.scalar(sa.select(sa.func.count(Posting.id))) == 2


def test_a_source_is_posted_once_and_the_second_try_leaves_no_gap(shop: Shop) -> None:
    once = source()
    with shop.transaction():
        post(once, "EUR", [DEBIT, CREDIT])
    with pytest.raises(Conflict), shop.transaction():
        post(once, "EUR", [DEBIT, CREDIT])
    with shop.transaction():
        post(source(), "EUR", [DEBIT, CREDIT])
    assert numbers(shop) == [1, 2]


def test_a_reversal_is_the_exact_opposite(shop: Shop) -> None:
    once = source()
    with shop.transaction():
        post(once, "EUR", [DEBIT, CREDIT])
        entry = entry_of("test", once.id)
        assert entry
        reverse(entry, source("undone"))
    with shop.transaction(reading=True):
        sums = session.execute(
            sa.select(sa.func.sum(Posting.debit - Posting.credit)).group_by(Posting.account_id)
        )
        assert [total for (total,) in sums] == [0, 0]


@pytest.mark.parametrize("verb", ["UPDATE posting SET debit = 1", "DELETE FROM journal_entry"])
def test_the_books_cannot_be_rewritten(shop: Shop, verb: str) -> None:
    with shop.transaction():
        post(source(), "EUR", [DEBIT, CREDIT])
    with pytest.raises(IntegrityError, match="append-only"), shop.transaction():
        session.execute(sa.text(verb))


def test_each_shop_counts_its_own_entries(shop: Shop, other_shop: Shop) -> None:
    for one in (shop, other_shop):
        with one.transaction():
            post(source(), "EUR", [DEBIT, CREDIT])
    assert numbers(shop) == numbers(other_shop) == [1]
