"""The journal from its first entry to its last, in pieces, for files.

What is posted while a file is being written is not in it: a file goes up to the number that the book had
when it began. Entries are numbered in the order in which they are committed, so all up to there is seen.
"""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import aliased, selectinload

from portal.db import here, session
from portal.ledger.models import Account, Book, JournalEntry, Posting

AT_ONCE = 500  # entries held in memory
Conditions = tuple[sa.ColumnElement[bool], ...]
Sums = Sequence["sa.Row[uuid.UUID, str, str, int]"]


@dataclass(frozen=True)
class Period:
    """From a day to a day, both within, as the zone counts them; None where it has no end on that side."""

    zone: str
    since: date | None = None
    until: date | None = None

    @property
    def place(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    @property
    def begins(self) -> datetime | None:
        """Its first moment."""
        return self._midnight(self.since) if self.since else None

    @property
    def ends(self) -> datetime | None:
        """The first moment after it."""
        return self._midnight(self.until + timedelta(days=1)) if self.until else None

    def within(self) -> Conditions:
        """What holds of an entry of the period."""
        return self.holds(JournalEntry.at)

    def holds(self, moment: Any) -> Conditions:
        """What holds of a column whose moment is in the period."""
        begins, ends = self.begins, self.ends
        return (*((moment >= begins,) if begins else ()), *((moment < ends,) if ends else ()))

    def so_far(self) -> Conditions:
        """What holds of an entry of the period, and of every entry before it."""
        return (JournalEntry.at < self.ends,) if self.ends else ()

    def earlier(self) -> Conditions:
        """What holds of an entry before the period. Only where it has a first day."""
        assert self.since
        return (JournalEntry.at < self._midnight(self.since),)

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(), self.place)


def last_number() -> int:
    """The number of the newest entry; 0 before there is one."""
    return session.scalars(sa.select(Book.next_no).where(Book.tenant_id == here())).one() - 1


def accounts() -> dict[uuid.UUID, Account]:
    """The chart by id. They belong to no session any more."""
    found = session.scalars(sa.select(Account).where(Account.tenant_id == here())).all()
    for account in found:
        session.expunge(account)
    return {account.id: account for account in found}


def first_day(period: Period) -> date:
    """The period's first day; of one without, that of the book's first entry."""
    if period.since:
        return period.since
    first = session.scalar(sa.select(sa.func.min(JournalEntry.at)).where(JournalEntry.tenant_id == here()))
    return first.astimezone(period.place).date() if isinstance(first, datetime) else date(1970, 1, 1)


def sums(last: int, which: Conditions) -> Sums:
    """Debit less credit by account, detail and currency, over such entries up to a number."""
    kind = (Posting.account_id, Posting.detail, Posting.currency)
    balance = sa.cast(sa.func.sum(Posting.debit - Posting.credit), sa.BigInteger).label("balance")
    query = (
        sa.select(*kind, balance)
        .join(JournalEntry, JournalEntry.id == Posting.entry_id)
        .where(Posting.tenant_id == here(), JournalEntry.no <= last, *which)
        .group_by(*kind)
        .order_by(*kind)
    )
    return session.execute(query).all()


def entries(last: int, which: Conditions) -> Iterator[tuple[JournalEntry, int | None]]:
    """Such entries up to a number, in order, with their postings and the number of the one each reverses.

    They leave the session again.
    """
    other = aliased(JournalEntry)
    query = sa.select(JournalEntry, other.no).outerjoin(other, other.id == JournalEntry.reverses)
    query = query.where(JournalEntry.tenant_id == here(), JournalEntry.no <= last, *which)
    query = query.options(selectinload(JournalEntry.postings)).order_by(JournalEntry.no).limit(AT_ONCE)
    done = 0
    while some := session.execute(query.where(JournalEntry.no > done)).all():
        done = some[-1][0].no
        yield from some
        session.expunge_all()
