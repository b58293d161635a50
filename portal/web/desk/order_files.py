"""Importing orders at the desk: put a file in, see what would come of it, confirm, watch, read what came."""

import uuid
from collections.abc import Callable, Iterator
from typing import Any

from flask import Response, url_for
from wtforms import FileField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from portal.audit import Actor
from portal.db import locked
from portal.i18n import Message, load, say
from portal.ledger.exports import cell, csv_row
from portal.orders.files import FileState, ImportFile
from portal.orders.files.confirming import confirm, discard
from portal.orders.files.keeping import LARGEST, take_in
from portal.orders.files.models import WORDS
from portal.people import Permission
from portal.tenants import Tenant, locked_shop, this_shop
from portal.views import order_files as reading
from portal.web.actor import actor
from portal.web.desk.blueprint import desk
from portal.web.desk.forms import Ask
from portal.web.desk.streams import download
from portal.web.errors import redrawn
from portal.web.forms import OneOff
from portal.web.operations import Answer, once, see
from portal.web.rendering import go, page, partial, regions
from portal.web.shops import this_face
from portal.web.staff import permitted

FORMATS = {
    "": say("Told by its content"),
    "homeward": say("Homeward’s own JSON"),
    "shopify": say("Shopify’s order export, CSV"),
    "shopify-api": say("Shopify’s API, JSON"),
    "woocommerce": say("WooCommerce’s API, JSON"),
    "woocommerce-csv": say("WooCommerce’s order export, CSV"),
}
HEAD = ("line", "order", "reason")
FOLDED = 50  # refused orders that stand open
Verb = Callable[[ImportFile, Actor], None]


class FileForm(OneOff):
    file = FileField(
        say("File of orders"),
        [InputRequired(say("Choose a file."))],
        render_kw={"accept": ".json,.jsonl,.ndjson,.csv,.txt"},
    )
    format = SelectField(
        say("Format"),
        choices=[SelectChoice(code, word) for code, word in FORMATS.items()],
        validate_choice=False,
    )


@desk.get("/orders/import")
@permitted(Permission.IMPORT_ORDERS)
def order_files() -> str:
    """Where a file is put in, and the latest ones."""
    return _list(this_shop())


def _list(shop: Tenant, form: FileForm | None = None) -> str:
    return page(
        "desk/order_files.html",
        form=form or FileForm(thing=shop, action="orders"),
        files=reading.latest(),
        most=LARGEST // 1024**2,
        words=WORDS,
    )


@desk.post("/orders/import")
@permitted(Permission.IMPORT_ORDERS)
@redrawn(by=order_files)
def add_order_file() -> Any:
    """Put a file in. Nothing is imported by that."""
    shop = locked_shop()
    form = FileForm(thing=shop, action="orders")
    if not form.sent():
        return _list(shop, form), 422
    return see(once(form, actor(), lambda: _take_in(form)))


def _take_in(form: FileForm) -> Answer:
    given = form.file.data
    file, new = take_in(given.stream, given.filename or "", form.format.data or "", actor())
    text = None if new else say("This very file is here already.")
    return Answer(url_for("desk.order_file", id=file.id), text)


@desk.get("/orders/files/<uuid:id>")
@permitted(Permission.IMPORT_ORDERS)
def order_file(id: uuid.UUID) -> str:
    """One file: how far it is, what would come of it, or what came of it."""
    return page("desk/order_file.html", **_shown(id))


@desk.get("/orders/files/<uuid:id>/progress")
@permitted(Permission.IMPORT_ORDERS)
def file_progress(id: uuid.UUID) -> Any:
    """Only what changes while the worker has it in hand."""
    shown = _shown(id)
    if not partial():
        return go(url_for("desk.order_file", id=id))
    return regions(("desk/_order_file.html", shown), message=_news(shown["file"]))


def _news(file: ImportFile) -> Message | None:
    """What is said when the work has come to its end."""
    told = {
        FileState.CHECKED: say("The file has been looked through. Nothing is imported yet."),
        FileState.DONE: say("The file has been imported."),
        FileState.REJECTED: say("The file cannot be imported."),
    }
    return told.get(file.state)


def _shown(id: uuid.UUID) -> dict[str, Any]:
    told = reading.file_of(id)
    file = told.file
    return {
        "file": file,
        "whose": told,
        "word": WORDS[file.state],
        "format": FORMATS.get(file.format, file.format),
        "stopped": reading.stopped(file) if file.working else None,
        "remarks": [(r.line, r.number, load(r.reason)) for r in reading.remarks(file)],
        "problem": load(file.problem) if file.problem else None,
        "folded": FOLDED,
        "confirm": Ask(thing=file, action="confirm"),
        "discard": Ask(thing=file, action="discard"),
    }


@desk.post("/orders/files/<uuid:id>/confirm")
@permitted(Permission.IMPORT_ORDERS)
@redrawn(by=order_file)
def confirm_file(id: uuid.UUID) -> Any:
    """Have it imported."""
    return _judge(id, "confirm", confirm)


@desk.post("/orders/files/<uuid:id>/discard")
@permitted(Permission.IMPORT_ORDERS)
@redrawn(by=order_file)
def discard_file(id: uuid.UUID) -> Any:
    """Nothing of it is to be imported."""
    return _judge(id, "discard", discard, say("Thrown away. Nothing of it was imported."))


def _judge(id: uuid.UUID, action: str, verb: Verb, said: Message | None = None) -> Any:
    file = locked(ImportFile, id)
    form = Ask(thing=file, action=action)
    if not form.sent():
        return order_file(id), 422

    def do() -> Answer:
        verb(file, actor())
        return Answer(url_for("desk.order_file", id=id), said)

    return see(once(form, actor(), do))


@desk.get("/orders/files/<uuid:id>/refused.csv")
@permitted(Permission.IMPORT_ORDERS)
def refused_csv(id: uuid.UUID) -> Response:
    """Every refused order with its line and the reason."""
    phase, voice = reading.file_of(id).file.phase, this_face().voice

    def lines() -> Iterator[str]:
        yield csv_row(HEAD)
        for remark in reading.every_remark(id, phase):
            yield csv_row([str(remark.line), cell(remark.number), cell(voice.text(load(remark.reason)))])

    return download(lines, "refused-orders.csv", "text/csv")
