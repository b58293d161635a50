"""Writing to the shopper from the record, and saying that a message needs no answer."""

import uuid
from typing import Any

from portal.db import locked
from portal.i18n import Message, say
from portal.people import Permission
from portal.returns import Return
from portal.returns.talking import settle, write
from portal.web.actor import actor
from portal.web.desk.blueprint import desk
from portal.web.desk.board import READING
from portal.web.desk.deciding import done
from portal.web.desk.record import drawn, record
from portal.web.errors import redrawn
from portal.web.staff import permitted
from portal.web.talking import MessageForm, Seen


@desk.post("/returns/<uuid:id>/messages")
@permitted(*READING, Permission.WRITE_MESSAGES)
@redrawn(by=record)
def write_message(id: uuid.UUID) -> Any:
    return_ = locked(Return, id)
    form = MessageForm(thing=return_, action="message")
    if not form.sent():
        return drawn(id, form), 422
    return done(form, id, lambda: _write(return_, form))


def _write(return_: Return, form: MessageForm) -> Message:
    write(return_, form.message.data, form.seen, actor())
    return say("Your message is on its way to the shopper.")


@desk.post("/returns/<uuid:id>/messages/seen")
@permitted(*READING, Permission.WRITE_MESSAGES)
@redrawn(by=record)
def settle_message(id: uuid.UUID) -> Any:
    return_ = locked(Return, id)
    form = Seen(thing=return_, action="seen")
    if not form.sent():
        return drawn(id, form), 422
    return done(form, id, lambda: _settle(return_, form))


def _settle(return_: Return, form: Seen) -> Message:
    settle(return_, form.seen, actor())
    return say("Nothing waits for an answer now.")
