"""Closing a return that was opened again, and of which nothing is open."""

import uuid
from typing import Any

from portal.i18n import Message, say
from portal.people import Permission
from portal.refunds import settling
from portal.returns import Return
from portal.views.record import Act
from portal.web.actor import actor
from portal.web.desk.blueprint import desk
from portal.web.desk.board import READING
from portal.web.desk.deciding import Question, answering, asking
from portal.web.desk.forms import Ask
from portal.web.errors import redrawn
from portal.web.forms import Form
from portal.web.staff import permitted

CLOSE = Question(
    Act.CLOSE,
    say("Close this return?"),
    say("No unit is awaited and no money is under way. It can be opened again."),
    say("Close return"),
    "desk.close_return",
)


@desk.get("/returns/<uuid:id>/close")
@permitted(*READING, Permission.OVERRIDE)
def close(id: uuid.UUID) -> str:
    return asking(id, CLOSE, Ask)


@desk.post("/returns/<uuid:id>/close")
@permitted(*READING, Permission.OVERRIDE)
@redrawn(by=close)
def close_return(id: uuid.UUID) -> Any:
    return answering(id, CLOSE, Ask, _close)


def _close(return_: Return, form: Form) -> Message:
    settling.close(return_, actor())
    return say("Closed.")
