"""I7, I8: every entry balances, and entries are numbered without gaps."""

from collections.abc import Iterator

import sqlalchemy as sa

from portal.checks.looking import Look, key
from portal.ledger import Book, JournalEntry, Posting


def balanced(look: Look) -> Iterator[str]:
    """An entry with fewer than two lines, or whose debit is not its credit in some currency."""
    lines = sa.select(sa.func.count(Posting.id)).where(Posting.entry_id == JournalEntry.id)
    yield from look.named(JournalEntry, lines.scalar_subquery() < 2)
    query = (
        sa.select(Posting.entry_id)
        .where(Posting.tenant_id == look.tenant)
        .group_by(Posting.entry_id, Posting.currency)
        .having(sa.func.sum(Posting.debit) != sa.func.sum(Posting.credit))
    )
    yield from (key(JournalEntry, row.entry_id) for row in look.each(query))


def one_sided(look: Look) -> Iterator[str]:
    """A line that is neither a debit nor a credit, or both."""
    fit = sa.or_(
        sa.and_(Posting.debit > 0, Posting.credit == 0), sa.and_(Posting.debit == 0, Posting.credit > 0)
    )
    yield from look.named(Posting, ~fit)


def numbered(look: Look) -> Iterator[str]:
    """A book whose entries are not 1 to the last before its next number, once each."""
    entries = sa.select(
        sa.func.count(JournalEntry.id).label("n"),
        sa.func.count(JournalEntry.no.distinct()).label("different"),
        sa.func.coalesce(sa.func.max(JournalEntry.no), 0).label("last"),
        sa.func.coalesce(sa.func.min(JournalEntry.no), 1).label("first"),
    ).where(JournalEntry.tenant_id == look.tenant)
    (found,) = look.all(entries)
    whole = found.first == 1 and found.n == found.different == found.last
    yield from look.named(Book, sa.or_(Book.next_no != found.last + 1, sa.literal(not whole)))
