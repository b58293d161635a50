"""The journal as CSV, for spreadsheets: one row a posting."""

import csv
import io
import uuid
from collections.abc import Iterator, Mapping, Sequence
from zoneinfo import ZoneInfo

from portal.ledger import reading
from portal.ledger.models import Account, JournalEntry
from portal.ledger.reading import Period
from portal.money import plain

HEAD = (
    "entry", "at", "event", "reference", "reverses", "account", "account name", "detail", "currency",
    "debit", "credit",
)  # fmt: skip
RISKY = ("=", "+", "-", "@", "\t", "\r", "\n")


def cell(text: str) -> str:
    """A text for a spreadsheet, which must not take it for a formula."""
    return f"'{text}" if text.startswith(RISKY) else text


def csv_row(values: Sequence[str]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(values)
    return line.getvalue()


def as_csv(period: Period) -> Iterator[str]:
    """The period's entries, moments in its zone. Runs in the caller's transaction, which it empties."""
    yield csv_row(HEAD)
    for row in rows(period):
        yield csv_row([cell(value) for value in row])


def rows(period: Period) -> Iterator[Sequence[str]]:
    """A row a posting, under `HEAD`, as it is said: nothing is escaped. Empties the caller's transaction."""
    accounts = reading.accounts()
    for entry, reversed_ in reading.entries(reading.last_number(), period.within()):
        yield from _rows(entry, str(reversed_ or ""), accounts, period.place)


def _rows(
    entry: JournalEntry, reversed_: str, accounts: Mapping[uuid.UUID, Account], zone: ZoneInfo
) -> Iterator[Sequence[str]]:
    at = entry.at.astimezone(zone).isoformat(timespec="seconds")
    head = (str(entry.no), at, entry.source_kind, entry.reference, reversed_)
    for p in entry.postings:
        account = accounts[p.account_id]
        named = (account.code, account.name, p.detail, p.currency)
        yield (*head, *named, _amount(p.debit, p.currency), _amount(p.credit, p.currency))


def _amount(minor: int, currency: str) -> str:
    return plain(minor, currency) if minor else ""
