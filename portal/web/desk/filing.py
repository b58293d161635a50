"""Importing at the desk: put a file in, see what would come of it, confirm, watch, read what came.

What the pages of orders and of products have in common; each has its own addresses and words.
"""

import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Response, url_for
from wtforms import FileField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from portal.audit import Actor
from portal.db import locked
from portal.errors import NotFound
from portal.i18n import Message, load, say
from portal.ledger.exports import cell, csv_row
from portal.orders.files import FileState, Holds, ImportFile
from portal.orders.files.confirming import confirm, discard
from portal.orders.files.keeping import LARGEST, take_in
from portal.orders.files.models import WORDS
from portal.tenants import locked_shop, this_shop
from portal.views import order_files as reading
from portal.web.actor import actor
from portal.web.desk.forms import Ask
from portal.web.desk.streams import download
from portal.web.forms import OneOff
from portal.web.operations import Answer, once, see
from portal.web.rendering import go, page, partial, regions
from portal.web.shops import this_face

FOLDED = 50  # refused ones that stand open
Verb = Callable[[ImportFile, Actor], None]
VERBS: Mapping[str, tuple[Verb, Message | None]] = {
    "confirm": (confirm, None),
    "discard": (discard, say("Thrown away. Nothing of it was imported.")),
}


@dataclass(frozen=True)
class Counter:
    """Where files of one kind are put in: what its pages say, and their endpoints.

    `column` is what the first column of the CSV of refused ones is called, and `file` that file.
    """

    holds: Holds
    formats: Mapping[str, Message]
    title: Message
    intro: Message
    label: Message
    hint: Message
    thing: Message
    refused_ones: Message
    more_refused: Message
    see_them: Message
    all: str
    add: str
    one: str
    progress: str
    confirm: str
    discard: str
    refused: str
    things: str
    column: str
    file: str

    @property
    def products(self) -> bool:
        return self.holds is Holds.PRODUCTS


class FileForm(OneOff):
    file = FileField(
        validators=[InputRequired(say("Choose a file."))],
        render_kw={"accept": ".json,.jsonl,.ndjson,.csv,.txt"},
    )
    format = SelectField(say("Format"), validate_choice=False)

    def __init__(self, at: Counter, **kw: Any) -> None:
        super().__init__(action=at.holds.value, **kw)
        self.file.label.text = at.label
        self.format.choices = [SelectChoice(code, word) for code, word in at.formats.items()]


def listed(at: Counter, form: FileForm | None = None) -> str:
    """Where a file is put in, and the latest ones."""
    return page(
        "desk/files.html",
        at=at,
        form=form or FileForm(at, thing=this_shop()),
        files=reading.latest(at.holds),
        most=LARGEST // 1024**2,
        word=word_of,
    )


def word_of(file: ImportFile) -> tuple[Message, bool]:
    """Where a file stands, and whether it waits for somebody."""
    if file.state is not FileState.CHECKED:
        return WORDS[file.state], False
    some = any((file.counts or {}).get(outcome) for outcome in ("imported", "updated"))
    return (WORDS[file.state], True) if some else (say("nothing to import"), False)


def added(at: Counter) -> Any:
    """Put a file in. Nothing is imported by that."""
    form = FileForm(at, thing=locked_shop())
    if not form.sent():
        return listed(at, form), 422
    return see(once(form, actor(), lambda: _take_in(at, form)))


def _take_in(at: Counter, form: FileForm) -> Answer:
    given = form.file.data
    file, new = take_in(given.stream, given.filename or "", form.format.data or "", actor(), at.holds)
    return Answer(url_for(at.one, id=file.id), None if new else say("This very file is here already."))


def shown(at: Counter, id: uuid.UUID) -> str:
    """One file: how far it is, what would come of it, or what came of it."""
    return page("desk/file.html", **_shown(at, id))


def progressed(at: Counter, id: uuid.UUID) -> Any:
    """Only what changes while the worker has it in hand."""
    told = _shown(at, id)
    if not partial():
        return go(url_for(at.one, id=id))
    return regions(("desk/_file.html", told), message=_news(told["file"]))


def _news(file: ImportFile) -> Message | None:
    """What is said when the work has come to its end."""
    told = {
        FileState.CHECKED: say("The file has been looked through. Nothing is imported yet."),
        FileState.DONE: say("The file has been imported."),
        FileState.REJECTED: say("The file cannot be imported."),
    }
    return told.get(file.state)


def _shown(at: Counter, id: uuid.UUID) -> dict[str, Any]:
    told = reading.file_of(id, at.holds)
    file = told.file
    return {
        "at": at,
        "file": file,
        "whose": told,
        "word": word_of(file)[0],
        "format": at.formats.get(file.format, file.format),
        "stopped": reading.stopped(file) if file.working else None,
        "remarks": [(r.no + 1, r.line, r.number, load(r.reason)) for r in reading.remarks(file)],
        "problem": load(file.problem) if file.problem else None,
        "folded": FOLDED,
        "confirm": Ask(thing=file, action="confirm"),
        "discard": Ask(thing=file, action="discard"),
    }


def judged(at: Counter, id: uuid.UUID, action: str) -> Any:
    """Have it imported ("confirm"), or nothing of it ("discard")."""
    file = locked(ImportFile, id)
    if file.holds is not at.holds:
        raise NotFound("ImportFile")
    form, (verb, said) = Ask(thing=file, action=action), VERBS[action]
    if not form.sent():
        return shown(at, id), 422

    def do() -> Answer:
        verb(file, actor())
        return Answer(url_for(at.one, id=file.id), said)

    return see(once(form, actor(), do))


def refused_csv(at: Counter, id: uuid.UUID) -> Response:
    """Every refused one with its line and the reason."""
    phase, voice = reading.file_of(id, at.holds).file.phase, this_face().voice

    def lines() -> Iterator[str]:
        yield csv_row(("line", at.column, "reason", "no"))
        for remark in reading.every_remark(id, phase):
            why = cell(voice.text(load(remark.reason)))
            yield csv_row([str(remark.line), cell(remark.number), why, str(remark.no + 1)])

    return download(lines, at.file, "text/csv")
