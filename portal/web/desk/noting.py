"""Internal notes."""

import uuid
from typing import Any

from portal.db import locked
from portal.i18n import Message, say
from portal.people import Permission
from portal.returns import Return
from portal.returns.noting import write_note
from portal.web.actor import actor
from portal.web.desk.blueprint import desk
from portal.web.desk.board import READING
from portal.web.desk.deciding import done
from portal.web.desk.forms import NoteForm
from portal.web.desk.record import drawn, record
from portal.web.errors import redrawn
from portal.web.staff import permitted


@desk.post("/returns/<uuid:id>/notes")
@permitted(*READING, Permission.WRITE_MESSAGES)
@redrawn(by=record)
def add_note(id: uuid.UUID) -> Any:
    return_ = locked(Return, id)
    form = NoteForm(thing=return_, action="note")
    if not form.sent():
        return drawn(id, form), 422
    return done(form, id, lambda: _write(return_, form))


def _write(return_: Return, form: NoteForm) -> Message:
    write_note(return_, form.text.data, actor())
    return say("Kept as an internal note.")
