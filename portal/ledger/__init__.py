"""The books: double entry, append-only, integers. Knows nothing of returns."""

from portal.ledger.chart import open_books
from portal.ledger.models import Account, Book, JournalEntry, Posting, Role
from portal.ledger.numbering import Drawn, draw
from portal.ledger.posting import (
    Entry,
    Line,
    Source,
    entries_of,
    entry_of,
    post,
    post_many,
    reverse,
    reverse_many,
)

__all__ = [
    "Account", "Book", "Drawn", "Entry", "JournalEntry", "Line", "Posting", "Role", "Source",
    "draw", "entries_of", "entry_of", "open_books", "post", "post_many", "reverse", "reverse_many",
]  # fmt: skip
