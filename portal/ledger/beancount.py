"""The journal as a beancount file, which proves itself: it ends with what every account must come to."""

import re
import uuid
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from hashlib import sha256

from portal.ledger import reading
from portal.ledger.models import Account, JournalEntry, Kind, Posting
from portal.ledger.reading import Period, Sums
from portal.money import plain

ROOTS = {
    Kind.ASSET: "Assets",
    Kind.LIABILITY: "Liabilities",
    Kind.INCOME: "Income",
    Kind.EXPENSE: "Expenses",
}
# Spelled as they are, or so that no two come out the same: words, rates, and names in small letters.
WORD, RATE, NAME = re.compile(r"[0-9A-Z]+"), re.compile(r"[0-9]+\.[0-9]+"), re.compile(r"[a-z]{2}[0-9a-z]*")

Names = Mapping[tuple[uuid.UUID, str], str]


def as_beancount(title: str, period: Period) -> Iterator[str]:
    """The period's entries; of one that begins later than the book, with the balances it begins with.

    Runs in the caller's transaction, which it empties.
    """
    return (text for text, _ in pieces(title, period))


def pieces(title: str, period: Period) -> Iterator[tuple[str, int]]:
    """The same, each piece with how many lines of entries it holds."""
    last, first = reading.last_number(), reading.first_day(period)
    before = reading.sums(last, period.earlier()) if period.since else []
    after = reading.sums(last, period.so_far())
    names = _names(after)
    yield from ((text, 0) for text in (*_head(title, first, after, names), *_opening(first, before, names)))
    day = first
    for entry, _ in reading.entries(last, period.within()):
        day = max(day, entry.at.astimezone(period.place).date())
        yield _transaction(entry, names, period), len(entry.postings)
    yield from ((text, 0) for text in _closing(day + timedelta(days=1), after, names))


def _names(sums: Sums) -> Names:
    chart = reading.accounts()
    return {(s.account_id, s.detail): account_name(chart[s.account_id], s.detail) for s in sums}


def _head(title: str, day: date, sums: Sums, names: Names) -> Iterator[str]:
    yield f'option "title" {_quoted(title)}\n'
    yield from (f'option "operating_currency" "{c}"\n' for c in sorted({s.currency for s in sums}))
    chart = reading.accounts()
    opened = {name: chart[account] for (account, _), name in names.items()}
    yield from (_opened(day, name, opened[name]) for name in sorted(opened))


def _opened(day: date, name: str, account: Account) -> str:
    """With the shop's own code and name as they are spelled, which an account's name here cannot always."""
    return f"{day} open {name}\n  code: {_quoted(account.code)}\n  name: {_quoted(account.name)}\n"


def _opening(day: date, sums: Sums, names: Names) -> Iterator[str]:
    """What came before comes to nothing in all, so that one entry a currency carries it over."""
    for currency in sorted({s.currency for s in sums if s.balance}):
        legs = [s for s in sums if s.balance and s.currency == currency]
        yield f'\n{day} * "" "opening balance"\n'
        yield from (_leg(names[s.account_id, s.detail], s.balance, currency) for s in legs)


def _closing(day: date, sums: Sums, names: Names) -> Iterator[str]:
    """To the last unit: without a tolerance of its own a checker would let one pass.

    An account's own balance counts what lies below it, too.
    """
    whole = Counter[tuple[uuid.UUID, str]]()
    for s in sums:
        whole[s.account_id, s.currency] += s.balance
    yield "\n"
    for s in sums:
        amount = plain(s.balance if s.detail else whole[s.account_id, s.currency], s.currency)
        yield f"{day} balance {names[s.account_id, s.detail]} {amount} ~ 0 {s.currency}\n"


def _transaction(entry: JournalEntry, names: Names, period: Period) -> str:
    at = entry.at.astimezone(period.place)
    head = f"\n{at.date()} * {_quoted(entry.reference)} {_quoted(entry.source_kind)}\n"
    facts = f'  no: {entry.no}\n  at: "{at.isoformat(timespec="seconds")}"\n'
    return head + facts + "".join(_side(p, names[p.account_id, p.detail]) for p in entry.postings)


def _side(posting: Posting, name: str) -> str:
    return _leg(name, posting.debit - posting.credit, posting.currency)


def _leg(name: str, amount: int, currency: str) -> str:
    return f"  {name}  {plain(amount, currency)} {currency}\n"


def account_name(account: Account, detail: str) -> str:
    """The account in beancount's spelling, with a part below it for a detail. Two never share a name."""
    code = account.code if WORD.fullmatch(account.code) else _hashed(account.code)
    whole = f"{ROOTS[account.kind]}:{code}-{_loose(account.name)}".rstrip("-")
    return f"{whole}:{_exact(detail)}" if detail else whole


def _exact(text: str) -> str:
    """A part that tells the text from every other one; what cannot be spelled so gets a bit of its hash."""
    if WORD.fullmatch(text) or NAME.fullmatch(text):
        return text[0].upper() + text[1:]
    if RATE.fullmatch(text):
        return text.replace(".", "-")
    return _hashed(text)


def _hashed(text: str) -> str:
    return f"{_loose(text) or 'X'}-{sha256(text.encode()).hexdigest()[:8]}"


def _loose(text: str) -> str:
    bare = re.sub(r"[^0-9A-Za-z]+", "-", text).strip("-")
    return bare[:1].upper() + bare[1:]


def _quoted(text: str) -> str:
    one_line = "".join(c if c.isprintable() else " " for c in text)
    return '"' + one_line.replace("\\", "\\\\").replace('"', '\\"') + '"'
