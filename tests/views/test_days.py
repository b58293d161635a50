"""The totals of days are the ledger's, whatever was posted."""

import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any

from portal import clock
from portal.ledger import Line, Role, Source, post
from portal.views import books
from portal.views.days import Sums, month_of
from tests.harness.sales import approved, sell
from tests.harness.shops import Shop

BERLIN = "Europe/Berlin"
NOVEMBER = date(2026, 11, 1)
KINDS = ("refund.approved", "leg.succeeded", "refund.cancelled", "leg.reversed")


def planted(shop: Shop, at: datetime, kind: str, amount: int, **more: Any) -> None:
    """An entry of this kind; those that pay or take back stand the other way round."""
    fee, currency = more.get("fee", 0), more.get("currency", "EUR")
    there, back = ("debit", "credit") if kind in {"refund.approved", "leg.reversed"} else ("credit", "debit")
    sides = [
        Line(Role.SALES_RETURNS, **{there: amount + fee}),
        Line(Role.REFUNDS_PAYABLE, **{back: amount}),
        Line(Role.RESTOCKING_INCOME, **{back: fee}),
    ]
    with clock.at(at), shop.transaction():
        post(Source(kind, uuid.uuid4(), uuid.uuid4(), ""), currency, sides)


def test_a_day_ends_at_the_shops_midnight(shop: Shop, other_shop: Shop) -> None:
    midnight = datetime(2026, 11, 10, 23, tzinfo=UTC)  # in Berlin the 11th begins
    planted(shop, midnight - timedelta(seconds=1), "refund.approved", 1000, fee=50)
    planted(shop, midnight, "refund.approved", 300)
    planted(shop, midnight, "leg.succeeded", 900)
    planted(other_shop, midnight, "refund.approved", 7)
    with shop.transaction(reading=True):
        (month,) = month_of(NOVEMBER, BERLIN).values()
    assert [(day.day.day, day.sums, day.owed) for day in month.days] == [
        (10, Sums(1000, 0, 50), 1000),
        (11, Sums(300, 900, 0), 400),
    ]


def test_days_add_up_to_the_balances_of_the_ledger(shop: Shop) -> None:
    for n in range(120):
        at = datetime(2026, 8, 3, tzinfo=UTC) + timedelta(hours=22 * n)
        fee = 7 * n if n % 4 == 0 else 0
        planted(shop, at, KINDS[n % 4], 100 + 13 * n, fee=fee, currency="EUR" if n % 3 else "JPY")
    approved(shop, sell(shop))
    seen: dict[str, Sums] = {}
    with shop.transaction(reading=True):
        for first in (date(2026, month, 1) for month in (8, 9, 10, 11, 12)):
            months = month_of(first, BERLIN)
            for currency, month in months.items():
                assert month.before == seen.get(currency, Sums()).owed
                seen[currency] = seen.get(currency, Sums()) + month.total
                assert month.owed == seen[currency].owed
        sheets, open_now = books.sheets(), books.payable()
        for currency, sheet in sheets.items():
            amounts = dict.fromkeys(Role, 0)
            for balance in (*sheet.debit, *sheet.credit):
                amounts[balance.account.role] -= balance.amount
            assert seen[currency].owed == amounts[Role.REFUNDS_PAYABLE] == open_now[currency].amount
            kept = amounts[Role.RESTOCKING_INCOME] + amounts[Role.RETURN_SHIPPING_INCOME]
            assert seen[currency].fees == kept
    assert set(seen) == {"EUR", "JPY"}
