"""The books: journal, balances, and the files that take them elsewhere."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask import request
from wtforms import DateField, Field
from wtforms.validators import Optional, ValidationError

from portal.exports.ordering import YEARS
from portal.i18n import Message, say
from portal.ledger import Account, Role
from portal.ledger.reading import Period
from portal.money import CURRENCY
from portal.people import Permission
from portal.views import books as reading
from portal.views.books import Owed, Sheet
from portal.web.desk.blueprint import desk
from portal.web.desk.board import beside, spot
from portal.web.forms import Plain
from portal.web.rendering import page
from portal.web.shops import this_face
from portal.web.staff import permitted

LONGEST = 40
EVENTS: dict[str, tuple[Message, str]] = {
    "refund.approved": (say("Refund approved"), ""),
    "refund.cancelled": (say("Approval taken back"), ""),
    "leg.succeeded": (say("Refund sent"), ""),
    "leg.reversed": (say("Refund came back"), "warn"),
    "item.inspected": (say("Unit checked in"), ""),
    "item.corrected": (say("Check taken back"), ""),
    "credit.spent": (say("Store credit spent"), ""),
    "credit.released": (say("Store credit released"), "warn"),
    "credit.expired": (say("Store credit expired"), ""),
    "gift_card.spent": (say("Gift card spent"), ""),
    "gift_card.released": (say("Gift card released"), "warn"),
    "gift_card.expired": (say("Gift card expired"), ""),
}


def detail(account: Account, text: str) -> Message | str:
    """What tells lines of one account apart: a rate of tax, a gateway."""
    return say("{rate} %", rate=text) if text and account.role is Role.TAX_PAYABLE else text


def currency_asked() -> str:
    """The currency that the address asks for, if it can be one."""
    asked = request.args.get("currency", "")
    return asked if CURRENCY.match(asked) else ""


def chosen(sheets: Mapping[str, Sheet]) -> Sheet | None:
    """The sheet that is asked for; else of the shop's currency, or the first; None while there is none."""
    wanted = (currency_asked(), this_face().currency, *sheets)
    return next((sheets[currency] for currency in wanted if currency in sheets), None)


@desk.get("/books")
@permitted(Permission.READ_BOOKS)
def journal() -> str:
    """The newest entries first."""
    currency, typed = currency_asked(), request.args.get("q", "")[:LONGEST].strip()
    found = reading.journal(currency, typed if typed.isprintable() else "", spot())
    sheets = reading.sheets()
    return page(
        "desk/journal.html",
        entries=found.rows,
        pages=beside("desk.journal", found, currency=currency or None, q=typed or None),
        typed=typed,
        sheet=chosen(sheets),
        owed=reading.payable(),
        nothing_owed=Owed(),
        events=EVENTS,
        detail=detail,
        **_rail(currency, sheets, "desk.journal"),
    )


@desk.get("/books/balances")
@permitted(Permission.READ_BOOKS)
def balances() -> str:
    """One currency's balances: sums of several would say nothing."""
    sheets = reading.sheets()
    sheet = chosen(sheets)
    currency = sheet.currency if sheet else ""
    return page("desk/balances.html", sheet=sheet, detail=detail, **_rail(currency, sheets, "desk.balances"))


def _rail(currency: str, sheets: Mapping[str, Sheet], leads_to: str) -> dict[str, Any]:
    return {"currency": currency, "currencies": list(sheets), "sheets": sheets, "leads_to": leads_to}


class Day(DateField):  # type: ignore[misc]
    """A day, or nothing."""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        text = valuelist[0].strip() if valuelist else ""
        try:
            self.data = date.fromisoformat(text) if text else None
        except ValueError:
            self.data = None
            raise ValueError(say("A day is written like 2026-11-23.")) from None


class Days:
    """From a day to a day, for a form."""

    since = Day(say("From"), [Optional()])
    until = Day(say("Until"), [Optional()])

    def validate_since(self, field: Field) -> None:
        if field.data and field.data.year not in YEARS:
            raise ValidationError(say("Choose a day of the years from 1990 to 2199."))

    def validate_until(self, field: Field) -> None:
        self.validate_since(field)
        if self.since.data and field.data and field.data < self.since.data:
            raise ValidationError(say("The last day is before the first."))


class PeriodForm(Days, Plain):
    """Sent by GET, and changes nothing."""

    @property
    def period(self) -> Period:
        return Period(this_face().zone, self.since.data, self.until.data)

    def name(self, kind: str, what: str = "journal") -> str:
        """What the file is called."""
        days = [day.isoformat() for day in (self.since.data, self.until.data) if day]
        return "-".join([this_face().slug, what, *days]) + f".{kind}"


def asked_period() -> PeriodForm:
    return PeriodForm(request.args, meta={"csrf": False})
