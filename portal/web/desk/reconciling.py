"""Reconciling at the desk: choose a period, see the three sums side by side, and each difference by name."""

import uuid
from collections.abc import Iterator
from typing import Any

from flask import Response, url_for
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, ValidationError

from portal import clock
from portal.exports.ordering import YEARS
from portal.exports.streams import amount, moment
from portal.i18n import Message, say
from portal.ledger.exports import cell, csv_row
from portal.people import Permission
from portal.reconciling import Verdict
from portal.reconciling.models import Reconciliation
from portal.reconciling.ordering import SPANS, order, span
from portal.refunds.routing import MANUAL
from portal.tenants import Tenant, locked_shop, this_shop
from portal.views import reconciling as reading
from portal.views.reconciling import Told
from portal.web.actor import actor
from portal.web.desk import reconciling_words as words
from portal.web.desk.blueprint import desk
from portal.web.desk.board import beside, spot
from portal.web.desk.books import Day
from portal.web.desk.streams import download
from portal.web.errors import redrawn
from portal.web.forms import OneOff
from portal.web.operations import Answer, once, see
from portal.web.rendering import page
from portal.web.shops import this_face
from portal.web.staff import permitted

KINDS = dict(zip(SPANS, (say("A day"), say("Its week"), say("Its month")), strict=True))
HEAD = (
    "no", "verdict", "gateway", "reference", "way", "rma", "currency",
    "portal", "portal_at", "books", "books_at", "at_gateway", "at_gateway_at", "state", "state_at_gateway",
)  # fmt: skip


class RunForm(OneOff):
    span = RadioField(
        say("Period"),
        [InputRequired(say("Choose a period."))],
        choices=[SelectChoice(kind, name) for kind, name in KINDS.items()],
    )
    day = Day(say("Day"), [InputRequired(say("Choose a day."))])

    def validate_day(self, field: Any) -> None:
        if field.data and field.data.year not in YEARS:
            raise ValidationError(say("Choose a day of the years from 1990 to 2199."))


def _form(shop: Tenant) -> RunForm:
    form = RunForm(thing=shop, action="reconcile")
    form.span.data = form.span.data or "month"
    if not form.day.raw_data and not form.day.data:
        form.day.data = this_face().voice.local(clock.now()).date()
    return form


@desk.get("/books/reconciliations")
@permitted(Permission.READ_BOOKS)
def reconciliations() -> str:
    """Every run, the newest first."""
    return _page(_form(this_shop()))


def _page(form: RunForm) -> str:
    found = reading.runs(spot())
    pages = beside("desk.reconciliations", found)
    return page("desk/reconciliations.html", form=form, runs=found.rows, pages=pages)


@desk.post("/books/reconciliations")
@permitted(Permission.READ_BOOKS, Permission.EXPORT)
@redrawn(by=reconciliations)
def order_reconciliation() -> Any:
    shop = locked_shop()
    form = _form(shop)
    if not form.sent():
        return _page(form), 422
    return see(once(form, actor(), lambda: _order(shop, form)))


def _order(shop: Tenant, form: RunForm) -> Answer:
    assert form.day.data
    run = order(shop, *span(form.span.data, form.day.data), actor())
    return Answer(url_for("desk.reconciliation", id=run.id))


@desk.get("/books/reconciliations/<uuid:id>")
@permitted(Permission.READ_BOOKS)
def reconciliation(id: uuid.UUID) -> str:
    told = reading.run_of(id)
    found = reading.lines(id, spot())
    return page(
        "desk/reconciliation.html",
        it=told,
        run=told.run,
        span=span_of(told.run),
        sums=reading.sums(id),
        rows=found.rows,
        pages=beside("desk.reconciliation", found, id=id),
        form=_form(this_shop()),
        verdicts=words.VERDICTS,
        stood=words.stood,
        next_step=next_step,
        gateway=gateway_name,
    )


def span_of(run: Reconciliation) -> str:
    """Which of the three periods it is."""
    return next((kind for kind in SPANS if span(kind, run.since) == (run.since, run.until)), "day")


def gateway_name(name: str) -> Message | str:
    return say("By hand, as confirmed") if name == MANUAL else name


def next_step(told: Told) -> tuple[Message, str]:
    """What to do about a difference, and the page for it, if it is one of ours."""
    record = url_for("desk.record", id=told.return_id) if told.return_id else ""
    if told.line.verdict is Verdict.STATE:
        return words.of_state(told.line.stood, told.line.stood_there), _queue(told.line.stood, record)
    text, page_of = words.step_of(told.line)
    return text, url_for(page_of) if page_of else record


def _queue(stood: str, record: str) -> str:
    return url_for("desk.stopped") if stood in ("failed", "reversed") else record


@desk.get("/books/reconciliations/<uuid:id>.csv")
@permitted(Permission.READ_BOOKS, Permission.EXPORT)
def reconciliation_csv(id: uuid.UUID) -> Response:
    """All lines of a run."""
    run = reading.run_of(id).run
    period, name = run.period, f"{this_face().slug}-reconciliation-{run.since}-{run.until}.csv"

    def lines() -> Iterator[str]:
        yield csv_row(HEAD)
        for told in reading.every(id):
            yield csv_row([_cell(value) for value in _values(told, period)])

    return download(lines, name, "text/csv")


def _values(told: Told, period: Any) -> Iterator[Any]:
    line, money = told.line, told.line.currency
    yield from (line.no, line.verdict.value, line.gateway, line.reference, line.way.value, told.rma, money)
    for said, at in ((line.here, line.here_at), (line.booked, line.booked_at), (line.there, line.there_at)):
        yield from (amount(said, money), moment(at, period))
    yield from (line.stood, line.stood_there)


def _cell(value: Any) -> str:
    return "" if value is None else cell(str(value))
