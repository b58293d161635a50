"""The books: double entry, append-only, integers. Knows nothing of returns."""

from portal.ledger.chart import open_books
from portal.ledger.models import Account, Book, JournalEntry, Posting, Role
from portal.ledger.posting import Line, Source, entry_of, post, reverse

__all__ = [
    "Account", "Book", "JournalEntry", "Line", "Posting", "Role", "Source",
    "entry_of", "open_books", "post", "reverse",
]  # fmt: skip
