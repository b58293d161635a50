"""The files of the journal equal the ledger, and an accounting tool finds nothing wrong with them."""

import csv
import io
import re
import subprocess
import sys
import uuid
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as some

from portal import clock
from portal.db import session
from portal.ledger import Account, JournalEntry, Line, Posting, Role, Source, entry_of, post, reverse
from portal.ledger.beancount import account_name, as_beancount
from portal.ledger.exports import as_csv
from portal.ledger.models import Kind
from portal.ledger.reading import Period
from portal.money import parse
from tests.harness.shops import Shop

BERLIN = "Europe/Berlin"
ALL = Period(BERLIN)
NEW_YEAR = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)  # half past midnight in Berlin
REFERENCES = (
    "RMA-7K2M-Q9XD-4", '=HYPERLINK("http://x")', "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\nx", '"; option "',
    "\\", 'a\\"b', "; 2026-01-01 close Assets:X", "Zürich 東京 \u202e", "",
)  # fmt: skip
DETAILS = (
    "",
    "19",
    "7.7",
    "7-7",
    "0",
    ".5",
    "a",
    "A",
    "test",
    "TEST",
    "Test",
    "Stripe_EU",
    "Käse & Co",
    "東京",
)
ACCOUNT = re.compile(r"(Assets|Liabilities|Income|Expenses)(:[0-9A-Z][0-9A-Za-z-]*)+")


def posted(kind: str, reference: str, currency: str, lines: list[Line]) -> Source:
    source = Source(kind, uuid.uuid4(), uuid.uuid4(), reference)
    post(source, currency, lines)
    return source


@pytest.fixture
def books(shop: Shop) -> Shop:
    """A shop whose books hold what hostile people could write, in three currencies, over three days."""
    with shop.transaction():
        for n, reference in enumerate(REFERENCES):
            with clock.at(NEW_YEAR + timedelta(days=n % 3)):
                currency = ("EUR", "JPY", "KWD")[n // 3 % 3]
                _approve(reference, currency, 1_000 + 37 * n)
        with clock.at(NEW_YEAR + timedelta(days=3)):
            entry = entry_of("refund.approved", _approve("undone", "EUR", 1).id)
            assert entry
            reverse(entry, Source("refund.cancelled", uuid.uuid4(), uuid.uuid4(), "undone"))
    return shop


def _approve(reference: str, currency: str, amount: int) -> Source:
    rates = [Line(Role.TAX_PAYABLE, debit=amount, detail=detail) for detail in DETAILS]
    whole = amount * (len(DETAILS) + 1)
    clearing = [Line(Role.PAYMENT_CLEARING, credit=amount, detail=detail) for detail in DETAILS]
    rest = [Line(Role.SALES_RETURNS, debit=amount), Line(Role.REFUNDS_PAYABLE, credit=whole)]
    source = posted("refund.approved", reference, currency, [*rates, *rest])
    paid = Line(Role.REFUNDS_PAYABLE, debit=amount * len(DETAILS))
    posted("leg.succeeded", reference, currency, [*clearing, paid])
    return source


def beancount(shop: Shop, period: Period = ALL) -> str:
    with shop.transaction(reading=True):
        return "".join(as_beancount('Fjell "&" \\ Faden\n', period))


def rows(shop: Shop, period: Period = ALL) -> list[dict[str, str]]:
    with shop.transaction(reading=True):
        return list(csv.DictReader(io.StringIO("".join(as_csv(period)), newline="")))


def checked(text: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """What bean-check says of the file."""
    file = folder / "journal.beancount"
    file.write_text(text, "utf-8")
    tool = Path(sys.executable).with_name("bean-check")
    return subprocess.run([tool, "--no-cache", file], capture_output=True, text=True, check=False)


def ledger(shop: Shop, *which: sa.ColumnElement[bool]) -> Counter[tuple[str, str, str]]:
    """Debit less credit by account code, detail and currency, read by other means than the export."""
    with shop.transaction(reading=True):
        query = (
            sa.select(Account.code, Posting.detail, Posting.currency, Posting.debit, Posting.credit)
            .join(Account, Account.id == Posting.account_id)
            .join(JournalEntry, JournalEntry.id == Posting.entry_id)
            .where(Posting.tenant_id == shop.id, *which)
        )
        found: Counter[tuple[str, str, str]] = Counter()
        for code, detail, currency, debit, credit in session.execute(query):
            found[code, detail, currency] += debit - credit
        return found


def told(rows: list[dict[str, str]]) -> Counter[tuple[str, str, str]]:
    found: Counter[tuple[str, str, str]] = Counter()
    for row in rows:
        debit, credit = (parse(row[side] or "0", row["currency"]) for side in ("debit", "credit"))
        found[row["account"], row["detail"].removeprefix("'"), row["currency"]] += debit - credit
    return found


def one_more(line: str) -> str:
    """The line with another last digit of its amount."""
    return re.sub(r"(?<!~ )\d(?=( ~ 0)? [A-Z]{3}$)", lambda digit: str((int(digit[0]) + 1) % 10), line)


def test_an_accounting_tool_takes_the_whole_book(books: Shop, tmp_path: Path) -> None:
    said = checked(beancount(books), tmp_path)
    assert (said.returncode, said.stdout + said.stderr) == (0, "")


@pytest.mark.parametrize(
    ("since", "until"),
    [
        (date(2027, 1, 2), None),
        (None, date(2027, 1, 1)),
        (date(2027, 1, 2), date(2027, 1, 2)),
        (date(2026, 12, 31), date(2026, 12, 31)),
        (date(2030, 1, 1), date(2030, 1, 31)),
    ],
)
def test_an_accounting_tool_takes_every_period(
    books: Shop, tmp_path: Path, since: date | None, until: date | None
) -> None:
    said = checked(beancount(books, Period(BERLIN, since, until)), tmp_path)
    assert (said.returncode, said.stdout + said.stderr) == (0, "")


def test_the_book_of_a_new_shop_is_a_good_file(shop: Shop, tmp_path: Path) -> None:
    said = checked(beancount(shop), tmp_path)
    assert (said.returncode, said.stdout + said.stderr) == (0, "")
    assert rows(shop) == []


@pytest.mark.parametrize("currency", ["EUR", "JPY", "KWD"])
def test_a_posting_of_one_unit_more_is_found(books: Shop, tmp_path: Path, currency: str) -> None:
    text = beancount(books)
    line = next(s for s in text.splitlines() if re.fullmatch(rf"  \S+  [0-9.]+ {currency}", s))
    said = checked(text.replace(line, one_more(line)), tmp_path)
    assert said.returncode == 1 and "does not balance" in said.stdout + said.stderr


@pytest.mark.parametrize("currency", ["EUR", "JPY", "KWD"])
def test_a_balance_of_one_unit_more_is_found(books: Shop, tmp_path: Path, currency: str) -> None:
    text = beancount(books)
    line = next(s for s in text.splitlines() if " balance " in s and s.endswith(f" {currency}"))
    said = checked(text.replace(line, one_more(line)), tmp_path)
    assert said.returncode == 1 and "Balance failed" in said.stdout + said.stderr


def test_every_amount_has_the_decimals_of_its_currency(books: Shop) -> None:
    amounts = re.findall(r"(-?[0-9.]+)(?: ~ 0)? (EUR|JPY|KWD)\n", beancount(books))
    places = {
        currency: {len(a.partition(".")[2]) for a, c in amounts if c == currency} for _, currency in amounts
    }
    assert places == {"EUR": {2}, "JPY": {0}, "KWD": {3}}


def test_the_closing_balances_are_the_ledgers(books: Shop) -> None:
    found, wanted = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for name, amount, currency in re.findall(r"balance (\S+) (\S+) ~ 0 (\w+)\n", beancount(books)):
        if name.count(":") == 1:  # what lies below an account is in its balance
            found[name.split(":")[1].split("-")[0], currency] += parse(amount, currency)
    for (code, _, currency), balance in ledger(books).items():
        wanted[code, currency] += balance
    assert found == wanted and any(wanted.values())


def test_a_period_begins_with_what_was_before_it(books: Shop) -> None:
    text = beancount(books, Period(BERLIN, date(2027, 1, 2)))
    whole = beancount(books)
    assert text.count('"opening balance"') == 3
    closing = re.compile(r"\S+ balance .*")
    assert closing.findall(text) == closing.findall(whole)
    assert "2027-01-01 *" in whole and "2027-01-01 *" not in text


def test_the_spreadsheet_is_the_ledger(books: Shop) -> None:
    assert told(rows(books)) == ledger(books)


def test_a_period_of_the_spreadsheet_counts_days_as_the_shop_does(books: Shop) -> None:
    day = Period(BERLIN, date(2027, 1, 1), date(2027, 1, 1))
    begins = datetime(2026, 12, 31, 23, tzinfo=UTC)
    of_day = (JournalEntry.at >= begins, JournalEntry.at < begins + timedelta(days=1))
    assert told(rows(books, day)) == ledger(books, *of_day) != Counter()
    assert rows(books, Period("UTC", date(2026, 12, 31), date(2026, 12, 31))) != []
    assert rows(books, Period(BERLIN, None, date(2026, 12, 31))) == []


def test_no_cell_is_a_formula(books: Shop) -> None:
    cells = [value for row in rows(books) for value in row.values()]
    assert [value for value in cells if value.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))] == []
    assert {r.removeprefix("'") for r in {row["reference"] for row in rows(books)}} >= set(REFERENCES)


def test_a_reversal_names_what_it_reverses(books: Shop) -> None:
    undone = [row for row in rows(books) if row["event"] == "refund.cancelled"]
    reversed_ = {row["reverses"] for row in undone}
    assert {row["event"] for row in rows(books) if row["entry"] in reversed_} == {"refund.approved"}
    assert {row["reverses"] for row in rows(books) if row["event"] != "refund.cancelled"} == {""}


def test_a_long_book_is_read_in_pieces(books: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = beancount(books)
    monkeypatch.setattr("portal.ledger.reading.AT_ONCE", 7)
    assert beancount(books) == whole


def test_nothing_of_another_shop_is_in_the_file(books: Shop, other_shop: Shop) -> None:
    with other_shop.transaction():
        posted("test", "STRANGE", "EUR", [Line(Role.INVENTORY, debit=5), Line(Role.SALES_RETURNS, credit=5)])
    assert "STRANGE" not in beancount(books)
    assert len(rows(other_shop)) == 2


texts = some.text(max_size=12)


@given(texts, texts, texts, texts)
def test_no_two_accounts_share_a_name(code: str, detail: str, another: str, more: str) -> None:
    names = {
        account_name(Account(code=c or "0", name="Sales returns", kind=Kind.INCOME), d)
        for c, d in {(code or "0", detail), (another or "0", more)}
    }
    assert len(names) == len({(code or "0", detail), (another or "0", more)})
    assert all(ACCOUNT.fullmatch(name) for name in names)
