"""Credit notes: the list of a period, its file, and each as paper."""

import uuid
from typing import Any

from flask import Response, request

from portal.db import find
from portal.exports import Format
from portal.exports.credit_notes import CREDIT_NOTES
from portal.exports.shapes import shaped
from portal.people import Permission
from portal.refunds.credit_notes import CreditNote
from portal.views import credit_notes as reading
from portal.views.paging import Slice
from portal.web.desk.blueprint import desk
from portal.web.desk.board import READING, beside, spot
from portal.web.desk.books import PeriodForm
from portal.web.desk.streams import download
from portal.web.papers import credit_note_of
from portal.web.rendering import page
from portal.web.staff import permitted


@desk.get("/books/credit-notes")
@permitted(Permission.READ_BOOKS)
def credit_notes() -> Any:
    """The newest first, of the days that the address names."""
    form = PeriodForm(request.args, meta={"csrf": False})
    good = form.validate()
    found = reading.credit_notes(form.period, spot()) if good else Slice[reading.Listed]([])
    days = {field.name: field.data.isoformat() for field in (form.since, form.until) if field.data}
    drawn = page(
        "desk/credit_notes.html",
        form=form,
        asked=days,
        rows=found.rows,
        pages=beside("desk.credit_notes", found, **days),
        sums=reading.sums(form.period) if good else {},
    )
    return drawn if good else (drawn, 422)


@desk.get("/books/credit-notes.csv")
@permitted(Permission.READ_BOOKS, Permission.EXPORT)
def credit_notes_csv() -> Any:
    """The period's for spreadsheets: the same rows as the export of this kind."""
    form = PeriodForm(request.args, meta={"csrf": False})
    if not form.validate():
        return credit_notes()
    period = form.period

    def lines() -> Any:
        return (text for text, _ in shaped(Format.CSV, CREDIT_NOTES, period))

    return download(lines, form.name("csv", "credit-notes"), "text/csv")


@desk.get("/credit-notes/<uuid:id>.pdf")
@permitted(*READING)
def credit_note(id: uuid.UUID) -> Response:
    return credit_note_of(find(CreditNote, id))
