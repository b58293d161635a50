"""What is exported is what the books say."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import sqlalchemy as sa

from portal import clock
from portal.db import locked, session
from portal.exports import ExportKind
from portal.jobs.worker import step
from portal.ledger import Account, JournalEntry, Posting
from portal.money import parse
from portal.refunds import approving, legs
from portal.refunds.models import Refund, RefundLeg
from portal.returns.models import Return
from portal.views.days import month_of
from tests.exports.given import TABLES, made, rows
from tests.harness.sales import approve_ready, approved, inspected, sell
from tests.harness.shops import Shop

BERLIN = "Europe/Berlin"
NIGHT = datetime(2026, 11, 10, 22, 59, 59, tzinfo=UTC)  # in Berlin a second before the 11th
MORNING = NIGHT + timedelta(seconds=1)


def test_the_exported_journal_equals_the_ledger(shop: Shop, other_shop: Shop) -> None:
    approved(shop, sell(shop))
    approved(other_shop, sell(other_shop))
    while step(shop.app):  # else the worker posts while it exports
        pass
    with shop.transaction(reading=True):
        query = (
            sa.select(JournalEntry.no, Account.code, Posting.debit - Posting.credit)
            .join(Posting, Posting.entry_id == JournalEntry.id)
            .join(Account, Account.id == Posting.account_id)
            .where(Posting.tenant_id == shop.id)
        )
        booked = Counter(tuple(row) for row in session.execute(query))
    for format in TABLES:
        said = Counter(
            (int(row["entry"]), row["account"], amount(row["debit"]) - amount(row["credit"]))
            for row in rows(made(shop, ExportKind.JOURNAL, format))
        )
        assert said == booked


def amount(text: str) -> int:
    return parse(text, "EUR") if text else 0


def busy(shop: Shop) -> None:
    """Approved on one day, paid, taken back and reversed on others."""
    by = shop.actor()
    with clock.at(NIGHT):
        first, second = (approved(shop, sell(shop, number=number)) for number in ("1", "2"))
        third = inspected(shop, sell(shop, number="3"))
    with clock.at(MORNING):
        approve_ready(shop, third)
        with shop.transaction():
            for leg in legs_of(first):
                legs.advance(leg, "submit", legs.Event.LEG_SUBMITTED, by)
                legs.succeed(leg, "re_1", by)
        with shop.transaction():
            locked(Return, second)
            approving.cancel(session.scalars(sa.select(Refund).where(Refund.return_id == second)).one(), by)
    with clock.at(MORNING + timedelta(days=1)), shop.transaction():
        for leg in legs_of(first):
            legs.fail(leg, "account closed", by)


def legs_of(return_: object) -> list[RefundLeg]:
    locked(Return, return_)  # type: ignore[arg-type]
    mine = sa.select(RefundLeg).join(Refund).where(Refund.return_id == return_)
    return list(session.scalars(mine))


def test_the_refunds_of_each_day_are_the_day_totals(shop: Shop) -> None:
    busy(shop)
    with shop.transaction(reading=True):
        (month,) = month_of(date(2026, 11, 1), BERLIN).values()
    assert len(month.days) == 3
    for day in month.days:
        sums: Counter[str] = Counter()
        for row in rows(made(shop, ExportKind.REFUNDS, since=day.day, until=day.day)):
            sums[row["event"]] += amount(row["amount"])
        assert sums["approved"] - sums["taken back"] == day.sums.approved
        assert sums["paid"] - sums["came back"] == day.sums.paid
    assert month.total.approved > 0 == month.total.paid


def test_an_approval_is_the_sum_of_its_parts(shop: Shop) -> None:
    busy(shop)
    found = [row for row in rows(made(shop, ExportKind.REFUNDS)) if row["event"] == "approved"]
    assert len(found) == 3
    for row in found:
        goods, tax, fees, delivery, back = (
            amount(row[name]) for name in ("goods", "tax", "fees", "delivery", "return_shipping")
        )
        assert amount(row["amount"]) == goods + tax - fees + delivery - back
