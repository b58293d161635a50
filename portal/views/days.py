"""What each day came to in the books: approved, paid, fees kept, and what was owed when it ended.

All of it is sums over postings: what is owed is the balance of refunds payable, whatever was posted there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from portal.db import here, session
from portal.ledger import Account, JournalEntry, Posting, Role

APPROVING = ("refund.approved", "refund.cancelled")
FEES = (Role.RESTOCKING_INCOME, Role.RETURN_SHIPPING_INCOME)
BEFORE = 0  # the number of what was posted before the month; its days are numbered from 1


@dataclass(frozen=True)
class Sums:
    """In minor units. An approval that was taken back counts against the day on which it was."""

    approved: int = 0
    paid: int = 0
    fees: int = 0

    @property
    def owed(self) -> int:
        """By how much more is owed."""
        return self.approved - self.paid

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(self.approved + other.approved, self.paid + other.paid, self.fees + other.fees)


@dataclass(frozen=True)
class Day:
    """`owed`: what was owed at its end."""

    day: date
    sums: Sums
    owed: int


@dataclass(frozen=True)
class Month:
    """A month of one currency: the days on which something was posted, the latest last."""

    currency: str
    before: int
    days: Sequence[Day]

    @property
    def total(self) -> Sums:
        return sum((day.sums for day in self.days), Sums())

    @property
    def owed(self) -> int:
        return self.before + self.total.owed


def next_month(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)


def month_of(first: date, zone: str) -> Mapping[str, Month]:
    """The month that begins on that day, by currency, in one statement. Currencies without any past lack."""
    found: dict[str, dict[int, Sums]] = {}
    for n, currency, *sums in session.execute(_asking(first, zone)):
        found.setdefault(currency, {})[n] = Sums(*map(int, sums))
    return {currency: _month(currency, first, sums) for currency, sums in sorted(found.items())}


def _month(currency: str, first: date, sums: Mapping[int, Sums]) -> Month:
    before = owed = sums.get(BEFORE, Sums()).owed
    days = []
    for n in sorted(sums.keys() - {BEFORE}):
        owed += sums[n].owed
        days.append(Day(first + timedelta(days=n - 1), sums[n], owed))
    return Month(currency, before, days)


def _asking(first: date, zone: str) -> sa.Select[Any]:
    days = [first + timedelta(days=n) for n in range((next_month(first) - first).days + 1)]
    midnights = [datetime.combine(day, time(), ZoneInfo(zone)) for day in days]
    number = sa.case(*((JournalEntry.at < midnight, n) for n, midnight in enumerate(midnights)))
    owed, fee = Account.role == Role.REFUNDS_PAYABLE, Account.role.in_(FEES)
    approving, more = JournalEntry.source_kind.in_(APPROVING), Posting.credit - Posting.debit
    each = (
        sa.select(
            number.label("n"),
            Posting.currency,
            sa.case((sa.and_(owed, approving), more), else_=0).label("approved"),
            sa.case((sa.and_(owed, ~approving), -more), else_=0).label("paid"),
            sa.case((fee, more), else_=0).label("fees"),
        )
        .join(JournalEntry, JournalEntry.id == Posting.entry_id)
        .join(Account, Account.id == Posting.account_id)
        .where(Posting.tenant_id == here(), sa.or_(owed, fee), JournalEntry.at < midnights[-1])
    ).subquery()
    sums = [sa.cast(sa.func.sum(each.c[name]), sa.BigInteger) for name in ("approved", "paid", "fees")]
    return sa.select(each.c.n, each.c.currency, *sums).group_by(each.c.n, each.c.currency)
