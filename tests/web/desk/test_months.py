"""The journal of a month that has ended: its file, the manifest and the page of the days say the same."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from portal import clock
from portal.exports import ExportKind, Format
from portal.money import plain
from portal.people.roles import Role
from portal.views.days import month_of
from portal.web.ritual import Portal
from tests.exports.given import made, manifest, rows, seen
from tests.exports.test_tying_out import BERLIN, amount, busy
from tests.harness.client import ShopClient
from tests.harness.sales import approved, sell
from tests.harness.shops import Shop
from tests.ledger.test_exports import checked
from tests.web.desk.test_exporting import the_only
from tests.web.desk.working import follow

NOVEMBER = date(2026, 11, 1), date(2026, 11, 30)
LAST_SECOND = datetime(2026, 11, 30, 22, 59, 59, tzinfo=UTC)  # in Berlin still November
AFTER = datetime(2026, 11, 30, 23, 0, 0, tzinfo=UTC)
PAGE = "/desk/books/exports"


@pytest.fixture
def autumn(shop: Shop) -> Shop:
    """A shop with a busy November, a refund in its last second and one just after."""
    busy(shop)
    for number, moment in (("last", LAST_SECOND), ("after", AFTER)):
        with clock.at(moment):
            approved(shop, sell(shop, number=number))
    return shop


def test_file_manifest_and_days_are_the_same(autumn: Shop, tmp_path: Path) -> None:
    with clock.at(AFTER):
        table = made(autumn, ExportKind.JOURNAL, Format.CSV, *NOVEMBER)
        book = made(autumn, ExportKind.JOURNAL, Format.BEANCOUNT, *NOVEMBER)
    with autumn.transaction(reading=True):
        month = month_of(NOVEMBER[0], BERLIN)["EUR"]
    said = rows(table)
    sums: Counter[str] = Counter()
    for row in said:
        sums["debit"] += amount(row["debit"])
        sums["credit"] += amount(row["credit"])
        if row["account"] == "3500":
            approving = row["event"] in ("refund.approved", "refund.cancelled")
            sums["approved" if approving else "came"] += amount(row["credit"]) - amount(row["debit"])
    for file in (table, book):
        facts = manifest(file)
        (of_sides,), (of_days,) = facts["sums"].values(), facts["days"].values()
        assert of_sides == {
            "entries": len({row["entry"] for row in said}),
            "debit": plain(sums["debit"], "EUR"),
            "credit": plain(sums["credit"], "EUR"),
        }
        assert facts["rows"] == len(said) and facts["accounts"] == 0
        assert of_days["approved"] == plain(month.total.approved, "EUR") == plain(sums["approved"], "EUR")
        assert of_days["paid"] == plain(month.total.paid, "EUR") == plain(-sums["came"], "EUR")
        assert of_days["owed"] == plain(month.owed, "EUR")
    found = checked(book.read_text(), tmp_path)
    assert (found.returncode, found.stdout + found.stderr) == (0, "")


@pytest.mark.sqlite
def test_a_month_is_ordered_once_it_has_ended(
    autumn: Shop, staff: Callable[[Role], ShopClient], worker: Callable[[], int]
) -> None:
    with clock.at(LAST_SECOND):
        auditor = staff(Role.AUDITOR)
        page = auditor.get(PAGE)
        assert "No month of this book has ended yet." in page.text
    with clock.at(AFTER):
        page = auditor.get(PAGE)
        for month in ("2026-12", "2027-01", "x", "0000-00", "9999-12"):
            refused = auditor.send(page, PAGE, month=month, form="csv")
            assert refused.status_code == 422 and "This month has not ended yet" in refused.text
        answer = auditor.send(page, PAGE, month="2026-11", form="beancount")
        assert "November 2026" in follow(auditor, answer).text
        worker()
        link = f"/desk/exports/{the_only(autumn)}/file"
        assert auditor.get(link).text.startswith('option "title" ')
    assert seen(autumn, the_only(autumn)).file.endswith(".beancount")


@pytest.mark.sqlite
def test_the_command_takes_a_month(autumn: Shop, app: Portal) -> None:
    run = app.test_cli_runner().invoke
    month = ["export", "journal", "--shop", "acme", "--month", "2026-11"]
    with clock.at(LAST_SECOND):
        early = run(args=month)
        assert early.exit_code == 1 and "has not ended yet" in early.output
    with clock.at(AFTER):
        done = run(args=[*month, "--format", "beancount"])
        assert done.exit_code == 0 and "2026-11-01-2026-11-30" in done.output
        assert run(args=[*month, "--from", "2026-11-01"]).exit_code == 2
        other = run(args=["export", "stock", "--shop", "acme", "--format", "beancount"])
        assert other.exit_code == 1 and "for the journal alone" in other.output
