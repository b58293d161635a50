"""Exports: order a file, see how far it is, fetch it."""

import uuid
from base64 import b64encode
from pathlib import Path
from typing import Any

from flask import Response, request, send_file, url_for
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice

from portal import config
from portal.db import find, scope, transaction
from portal.errors import Forbidden, NotFound
from portal.exports import Export, ExportKind, Format, fetching, listing
from portal.exports.kinds import NEEDS
from portal.exports.ordering import Wanted, order
from portal.i18n import Message, say
from portal.people import Permission
from portal.tenants import Tenant, locked_shop, this_shop
from portal.web.actor import actor
from portal.web.desk.blueprint import desk
from portal.web.desk.books import Days
from portal.web.errors import redrawn
from portal.web.forms import OneOff
from portal.web.operations import Answer, once, see
from portal.web.rendering import page
from portal.web.staff import me, permitted

KINDS: dict[ExportKind, tuple[Message, Message]] = {
    ExportKind.ORDERS: (say("Orders"), say("A row for each line, by the day of the order.")),
    ExportKind.RETURNS: (say("Returns"), say("A row for each unit, by the day it was requested.")),
    ExportKind.REFUNDS: (say("Refunds"), say("A row for each that was approved, paid or came back.")),
    ExportKind.EXCHANGES: (say("Exchanges"), say("A row for each article, by the day it was requested.")),
    ExportKind.CREDIT_NOTES: (say("Credit notes"), say("A row for each, and for each taken back.")),
    ExportKind.JOURNAL: (say("Journal"), say("A row for each line of each entry.")),
    ExportKind.STOCK: (say("Stock"), say("A row for each movement.")),
    ExportKind.TRAIL: (say("Trail"), say("Who did what, with its seals and the heads of all chains.")),
}
FORMATS = {
    Format.CSV: say("CSV, for spreadsheets"),
    Format.JSON: say("JSON, for programs"),
    Format.BEANCOUNT: say("Beancount, for the journal"),
}
TYPES = {Format.CSV: "text/csv", Format.JSON: "application/json", Format.BEANCOUNT: "text/plain"}


class ExportForm(Days, OneOff):
    kind = RadioField(
        say("What"), choices=[SelectChoice(kind.value, name) for kind, (name, _) in KINDS.items()]
    )
    format = RadioField(say("As"), choices=[SelectChoice(form.value, name) for form, name in FORMATS.items()])

    @property
    def wanted(self) -> Wanted:
        kind, format = ExportKind(self.kind.data), Format(self.format.data)
        return Wanted(kind, format, self.since.data, self.until.data)


@desk.get("/exports")
@permitted(Permission.EXPORT)
def export_files() -> str:
    return _page(this_shop())


def _page(shop: Tenant, form: ExportForm | None = None) -> str:
    if form is None:
        form = ExportForm(thing=shop, action="export")
        form.kind.data = form.kind.data or ExportKind.RETURNS.value
        form.format.data = form.format.data or Format.CSV.value
    exports = listing.listed()
    return page(
        "desk/export_files.html",
        form=form,
        exports=exports,
        waiting=any(listed.waits for listed in exports),
        kinds=KINDS,
        days=config.current().export_days,
        may_have=may_have,
    )


@desk.post("/exports")
@permitted(Permission.EXPORT)
@redrawn(by=export_files)
def order_export() -> Any:
    """The worker writes it; the page shows how far it is."""
    shop = locked_shop()
    form = ExportForm(thing=shop, action="export")
    if not form.sent():
        return _page(shop, form), 422
    if not may_have(form.wanted.kind):
        raise Forbidden
    return see(once(form, actor(), lambda: _order(shop, form)))


def _order(shop: Tenant, form: ExportForm) -> Answer:
    order(shop, form.wanted, actor())
    return Answer(url_for("desk.export_files"), say("It is being written. It stands below when it is done."))


def may_have(kind: ExportKind) -> bool:
    """Whether whoever is here may read what is in such a file."""
    person = me()
    return person is not None and all(person.may(permission) for permission in NEEDS[kind])


@desk.get("/exports/<uuid:id>/file")
@permitted(Permission.EXPORT)
def export_file(id: uuid.UUID) -> Response:
    return _handed_out(id, beside=False)


@desk.get("/exports/<uuid:id>/manifest")
@permitted(Permission.EXPORT)
def export_manifest(id: uuid.UUID) -> Response:
    return _handed_out(id, beside=True)


def _handed_out(id: uuid.UUID, *, beside: bool) -> Response:
    """Written into the trail first, in a transaction of its own: a GET's only reads."""
    export, here = find(Export, id), scope.get()
    if not may_have(export.kind):
        raise Forbidden
    if request.method == "HEAD":
        raise NotFound("Export")
    with transaction(here.region, here.tenant):
        path = fetching.fetch(id, actor(), beside=beside)
    return _sent(
        path, "application/json" if beside else TYPES[export.format], "" if beside else export.sha256
    )


def _sent(path: Path, kind: str, sha256: str) -> Response:
    """Piece by piece, and kept by nobody on the way."""
    response = send_file(path, mimetype=kind, as_attachment=True, download_name=path.name, conditional=False)
    response.headers["Cache-Control"] = "no-store"
    if sha256:
        digest = b64encode(bytes.fromhex(sha256)).decode()
        response.headers["Repr-Digest"] = f"sha-256=:{digest}:"
    return response
