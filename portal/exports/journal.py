"""The journal: a row for each line of each entry, and what the period comes to, for the manifest."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from portal.db import here, session
from portal.exports.streams import Stream
from portal.ledger import JournalEntry, Posting, naming
from portal.ledger import exports as journal
from portal.ledger.beancount import pieces
from portal.ledger.reading import Period
from portal.money import plain
from portal.tenants import this_shop
from portal.views.days import Month, month_of, next_month


def _count(period: Period) -> int:
    within = sa.select(sa.func.count(Posting.id)).join(JournalEntry, JournalEntry.id == Posting.entry_id)
    return session.scalar(within.where(Posting.tenant_id == here(), *period.within())) or 0


def _beancount(period: Period) -> Iterable[tuple[str, int]]:
    return pieces(this_shop().name, period)


def _facts(period: Period) -> Mapping[str, Any]:
    """What the accounts were called, the sums of both sides, and of a whole month what its days come to."""
    facts: dict[str, Any] = {"accounts": naming.newest(), "sums": _sums(period)}
    if (first := period.since) and first.day == 1 and period.until == next_month(first) - timedelta(days=1):
        months = month_of(first, period.zone)
        facts["days"] = {currency: _of_days(month) for currency, month in months.items()}
    return facts


def _sums(period: Period) -> dict[str, Any]:
    sides = [sa.cast(sa.func.sum(side), sa.BigInteger) for side in (Posting.debit, Posting.credit)]
    query = (
        sa.select(Posting.currency, sa.func.count(JournalEntry.id.distinct()), *sides)
        .join(JournalEntry, JournalEntry.id == Posting.entry_id)
        .where(Posting.tenant_id == here(), *period.within())
        .group_by(Posting.currency)
        .order_by(Posting.currency)
    )
    return {
        row[0]: {"entries": row[1], "debit": plain(row[2], row[0]), "credit": plain(row[3], row[0])}
        for row in session.execute(query)
    }


def _of_days(month: Month) -> dict[str, str]:
    total = month.total
    sums = {"approved": total.approved, "paid": total.paid, "fees_kept": total.fees}
    sums |= {"owed_before": month.before, "owed": month.owed}
    return {name: plain(minor, month.currency) for name, minor in sums.items()}


JOURNAL = Stream([name.replace(" ", "_") for name in journal.HEAD], journal.rows, _count, _facts, _beancount)
