"""The journal as a file: of a month that has ended, by the worker; of any days, while one waits."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from functools import partial
from typing import Any

from flask import url_for
from wtforms import RadioField, SelectField
from wtforms.fields.choices import SelectChoice

from portal import clock
from portal.exports import ExportKind, Format
from portal.exports.ordering import Wanted, closed_month, order
from portal.i18n import say
from portal.ledger.beancount import as_beancount
from portal.ledger.exports import as_csv
from portal.ledger.reading import Period, first_day
from portal.people import Permission
from portal.tenants import Tenant, locked_shop, this_shop
from portal.web.actor import actor
from portal.web.desk.blueprint import desk
from portal.web.desk.books import PeriodForm, asked_period
from portal.web.desk.streams import download
from portal.web.errors import redrawn
from portal.web.forms import OneOff
from portal.web.operations import Answer, once, see
from portal.web.rendering import page
from portal.web.shops import this_face
from portal.web.staff import permitted

MOST = 36  # months that can be chosen
FORMATS = {Format.CSV: say("CSV, for spreadsheets"), Format.BEANCOUNT: say("Beancount, for accounting tools")}


class MonthForm(OneOff):
    """The months of the book that have ended, the latest first."""

    month = SelectField(say("Month"), validate_choice=False)
    form = RadioField(say("As"), choices=[SelectChoice(form.value, name) for form, name in FORMATS.items()])

    def __init__(self, shop: Tenant, months: Sequence[date]) -> None:
        super().__init__(thing=shop, action="journal-month")
        said = this_face().voice.month
        self.month.choices = [(first.isoformat()[:7], said(first)) for first in months]
        self.form.data = self.form.data or Format.CSV.value

    @property
    def wanted(self) -> Wanted:
        try:
            first = date.fromisoformat(f"{self.month.data}-01")
        except ValueError:
            first = date.max.replace(day=1, month=1)
        days = closed_month(first, _today())
        return Wanted(ExportKind.JOURNAL, Format(self.form.data), *days)


def _today() -> date:
    return this_face().voice.local(clock.now()).date()


def _months() -> Sequence[date]:
    """Those that have ended since the book's first entry."""
    earliest, first = first_day(Period(this_face().zone)).replace(day=1), _today().replace(day=1)
    found: list[date] = []
    if earliest.year == 1970:
        return ()
    while (first := (first - timedelta(days=1)).replace(day=1)) >= earliest and len(found) < MOST:
        found.append(first)
    return found


@desk.get("/books/exports")
@permitted(Permission.READ_BOOKS, Permission.EXPORT)
def exports() -> str:
    """Choose a month or a period, and a kind of file."""
    return drawn(asked_period())


def drawn(form: PeriodForm, monthly: MonthForm | None = None) -> str:
    monthly = monthly or MonthForm(this_shop(), _months())
    return page("desk/exports.html", form=form, monthly=monthly)


@desk.post("/books/exports")
@permitted(Permission.READ_BOOKS, Permission.EXPORT)
@redrawn(by=exports)
def order_month() -> Any:
    """The worker writes it, as it writes every export."""
    shop = locked_shop()
    form = MonthForm(shop, _months())
    if not form.sent():
        return drawn(asked_period(), form), 422
    return see(once(form, actor(), lambda: _order(shop, form)))


def _order(shop: Tenant, form: MonthForm) -> Answer:
    order(shop, form.wanted, actor())
    return Answer(url_for("desk.export_files"), say("It is being written. It stands below when it is done."))


@desk.get("/books.csv")
@permitted(Permission.READ_BOOKS, Permission.EXPORT)
def journal_csv() -> Any:
    """The journal for spreadsheets."""
    return _file(as_csv, "csv", "text/csv")


@desk.get("/books.beancount")
@permitted(Permission.READ_BOOKS, Permission.EXPORT)
def journal_beancount() -> Any:
    """The journal for an accounting tool."""
    return _file(partial(as_beancount, this_face().name), "beancount", "text/plain")


def _file(write: Callable[[Period], Iterator[str]], kind: str, mimetype: str) -> Any:
    form = asked_period()
    if not form.validate():
        return drawn(form), 422
    period = form.period
    return download(lambda: write(period), form.name(kind), mimetype)
