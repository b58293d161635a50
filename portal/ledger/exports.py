"""The whole journal as a file, in pieces: CSV for spreadsheets, beancount for an accounting tool.

What is posted while a file is being written is not in it: a file goes up to the number the book had when it
began. Entries are numbered in the order in which they are committed, so everything up to there is seen.
"""

import csv
import io
import re
import uuid
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import aliased, selectinload

from portal.db import here, session
from portal.ledger.models import Account, Book, JournalEntry, Kind, Posting
from portal.money import plain

AT_ONCE = 500  # entries held in memory
HEAD = (
    "entry", "at", "event", "reference", "reverses", "account", "account name", "detail", "currency",
    "debit", "credit",
)  # fmt: skip
RISKY = ("=", "+", "-", "@", "\t", "\r", "\n")
ROOTS = {
    Kind.ASSET: "Assets",
    Kind.LIABILITY: "Liabilities",
    Kind.INCOME: "Income",
    Kind.EXPENSE: "Expenses",
}
Sums = Sequence["sa.Row[uuid.UUID, str, str, int]"]


def cell(text: str) -> str:
    """A text for a spreadsheet, which must not take it for a formula."""
    return f"'{text}" if text.startswith(RISKY) else text


def csv_row(values: Sequence[str]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(values)
    return line.getvalue()


def as_csv(zone: str) -> Iterator[str]:
    """One row a posting, moments in the zone. Runs in the caller's transaction, which it empties."""
    accounts = _accounts()
    yield csv_row(HEAD)
    for entry, reversed_ in _entries(_last()):
        yield "".join(_csv_rows(entry, str(reversed_ or ""), accounts, ZoneInfo(zone)))


def _csv_rows(
    entry: JournalEntry, reversed_: str, accounts: dict[uuid.UUID, Account], zone: ZoneInfo
) -> Iterator[str]:
    at = entry.at.astimezone(zone).isoformat(timespec="seconds")
    head = (str(entry.no), at, entry.source_kind, cell(entry.reference), reversed_)
    for p in entry.postings:
        account = accounts[p.account_id]
        named = (cell(account.code), cell(account.name), cell(p.detail), p.currency)
        yield csv_row((*head, *named, _amount(p.debit, p), _amount(p.credit, p)))


def _amount(minor: int, posting: Posting) -> str:
    return plain(minor, posting.currency) if minor else ""


def as_beancount(title: str, zone: str) -> Iterator[str]:
    """A beancount file that ends with what every account must come to, so that its checker proves it.

    Runs in the caller's transaction, which it empties.
    """
    last, place = _last(), ZoneInfo(zone)
    sums, accounts, first = _sums(last), _accounts(), _first_day(place)
    names = {(s.account_id, s.detail): account_name(accounts[s.account_id], s.detail) for s in sums}
    yield f'option "title" {_quoted(title)}\n'
    yield from (f'option "operating_currency" "{c}"\n' for c in sorted({s.currency for s in sums}))
    yield from (f"{first} open {name}\n" for name in sorted(set(names.values())))
    day = first
    for entry, _ in _entries(last):
        day = max(day, entry.at.astimezone(place).date())
        yield _transaction(entry, names, place)
    yield "\n"
    for s in sums:
        name, amount = names[s.account_id, s.detail], plain(s.balance, s.currency)
        yield f"{day + timedelta(days=1)} balance {name} {amount} {s.currency}\n"


def _transaction(entry: JournalEntry, names: dict[tuple[uuid.UUID, str], str], zone: ZoneInfo) -> str:
    at = entry.at.astimezone(zone)
    head = f"\n{at.date()} * {_quoted(entry.reference)} {_quoted(entry.source_kind)}\n"
    facts = f'  no: {entry.no}\n  at: "{at.isoformat(timespec="seconds")}"\n'
    return head + facts + "".join(_leg(p, names[p.account_id, p.detail]) for p in entry.postings)


def _leg(p: Posting, name: str) -> str:
    return f"  {name}  {plain(p.debit - p.credit, p.currency)} {p.currency}\n"


def account_name(account: Account, detail: str) -> str:
    """The account in beancount's spelling, a part below it for each detail. Two never share a name."""
    whole = f"{ROOTS[account.kind]}:{_exact(account.code)}-{_loose(account.name)}".rstrip("-")
    return f"{whole}:{_exact(detail)}" if detail else whole


def _exact(text: str) -> str:
    """A part that tells the text from every other one; what cannot be spelled so gets a bit of its hash."""
    if re.fullmatch(r"[0-9A-Z]+|[0-9.]+|[a-z][0-9a-z]*", text):
        return text.replace(".", "-").capitalize() if text[0].islower() else text.replace(".", "-")
    return f"{_loose(text) or 'X'}-{sha256(text.encode()).hexdigest()[:6]}"


def _loose(text: str) -> str:
    bare = re.sub(r"[^0-9A-Za-z]+", "-", text).strip("-")
    return bare[:1].upper() + bare[1:]


def _quoted(text: str) -> str:
    one_line = "".join(c if c.isprintable() else " " for c in text)
    return '"' + one_line.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _last() -> int:
    return session.scalars(sa.select(Book.next_no).where(Book.tenant_id == here())).one() - 1


def _accounts() -> dict[uuid.UUID, Account]:
    found = session.scalars(sa.select(Account).where(Account.tenant_id == here())).all()
    for account in found:
        session.expunge(account)
    return {account.id: account for account in found}


def _first_day(zone: ZoneInfo) -> date:
    first = session.scalar(sa.select(sa.func.min(JournalEntry.at)).where(JournalEntry.tenant_id == here()))
    return first.astimezone(zone).date() if isinstance(first, datetime) else date(1970, 1, 1)


def _sums(last: int) -> Sums:
    query = (
        sa.select(
            Posting.account_id,
            Posting.detail,
            Posting.currency,
            sa.cast(sa.func.sum(Posting.debit - Posting.credit), sa.BigInteger).label("balance"),
        )
        .join(JournalEntry, JournalEntry.id == Posting.entry_id)
        .where(Posting.tenant_id == here(), JournalEntry.no <= last)
        .group_by(Posting.account_id, Posting.detail, Posting.currency)
        .order_by(Posting.account_id, Posting.detail, Posting.currency)
    )
    return session.execute(query).all()


def _entries(last: int) -> Iterator[tuple[JournalEntry, int | None]]:
    """Every entry up to a number, in order, with its postings and the number of the one that it reverses.

    They leave the session again.
    """
    other = aliased(JournalEntry)
    mine = sa.select(JournalEntry, other.no).outerjoin(other, other.id == JournalEntry.reverses)
    mine = mine.where(JournalEntry.tenant_id == here()).order_by(JournalEntry.no)
    done = 0
    while done < last:
        some = mine.where(JournalEntry.no > done, JournalEntry.no <= min(done + AT_ONCE, last))
        found = session.execute(some.options(selectinload(JournalEntry.postings)))
        yield from found.tuples()
        session.expunge_all()
        done += AT_ONCE
