"""Numbers without gaps: of entries, of what the feed tells, and of credit notes.

The counters stand in one row, the shop's book, which is locked until the transaction ends. So the next number
is given only when the one before is committed or free again. They are in one row because two would be locked
by some verbs in one turn and by others in the other.
"""

from dataclasses import dataclass

import sqlalchemy as sa

from portal.db import here, session
from portal.ledger.models import Book


@dataclass(frozen=True)
class Drawn:
    """The first number of each kind that was drawn; of none drawn, the next one."""

    entry: int
    change: int
    credit_note: int


def draw(*, entries: int = 0, changes: int = 0, credit_notes: int = 0) -> Drawn:
    """So many numbers of each kind that nobody has, in one statement. All of them must be used.

    Locks the shop's book until the transaction ends: call it when the command holds all its other locks.
    """
    counts = {Book.next_no: entries, Book.next_change: changes, Book.next_credit_note: credit_notes}
    mine = sa.update(Book).where(Book.tenant_id == here())
    moved = mine.values({column: column + n for column, n in counts.items() if n})
    taking = moved.returning(*(column - n for column, n in counts.items()))
    first = session.execute(taking.execution_options(synchronize_session=False, autoflush=False)).one()
    return Drawn(*map(int, first))
