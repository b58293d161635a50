"""Day totals of the books, a month a page."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from flask import request, url_for

from portal import clock
from portal.ledger.exports import csv_row
from portal.money import plain
from portal.people import Permission
from portal.views.days import Month, month_of, next_month
from portal.web.desk.blueprint import desk
from portal.web.desk.books import currency_asked
from portal.web.desk.streams import download
from portal.web.rendering import page
from portal.web.shops import this_face
from portal.web.staff import permitted

HEAD = ("day", "currency", "approved", "paid", "fees kept", "owed at its end")
YEARS = range(1990, 2200)


@desk.get("/books/days")
@permitted(Permission.READ_BOOKS)
def days() -> str:
    first, months = _asked(), month_of(_asked(), this_face().zone)
    wanted = (currency_asked(), this_face().currency, *months)
    month = next((months[currency] for currency in wanted if currency in months), None)
    return page(
        "desk/days.html",
        first=first,
        month=month,
        months=months,
        pages=_beside(first, month.currency if month else None),
    )


@desk.get("/books/days.csv")
@permitted(Permission.READ_BOOKS, Permission.EXPORT)
def days_csv() -> Any:
    """The month in every currency."""
    first, zone = _asked(), this_face().zone

    def lines() -> Iterator[str]:
        yield csv_row(HEAD)
        for month in month_of(first, zone).values():
            yield from _rows(month)

    return download(lines, f"{this_face().slug}-days-{_name(first)}.csv", "text/csv")


def _rows(month: Month) -> Iterator[str]:
    for day in month.days:
        amounts = (day.sums.approved, day.sums.paid, day.sums.fees, day.owed)
        yield csv_row([day.day.isoformat(), month.currency, *(plain(m, month.currency) for m in amounts)])


def _asked() -> date:
    """The first of the month that the address names, or of this one."""
    try:
        first = date.fromisoformat(f"{request.args.get('month', '')}-01")
    except ValueError:
        return _this_month()
    return first if first.year in YEARS else _this_month()


def _this_month() -> date:
    return this_face().voice.local(clock.now()).date().replace(day=1)


def _beside(first: date, currency: str | None) -> tuple[str | None, str | None]:
    """The months before and after, as far as there are any."""
    before, after = (first - timedelta(days=1)).replace(day=1), next_month(first)

    def at(other: date) -> str:
        return url_for("desk.days", month=_name(other), currency=currency)

    later = at(after) if after <= _this_month() else None
    return at(before) if before.year in YEARS else None, later


def _name(first: date) -> str:
    return first.isoformat()[:7]
