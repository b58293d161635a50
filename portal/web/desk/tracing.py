"""A parcel that was sent and does not come: waiting longer for it, or no more."""

import uuid
from typing import Any

from portal.i18n import Message, say
from portal.returns import Return, tracing
from portal.views.record import Act
from portal.web.actor import actor
from portal.web.desk.blueprint import desk
from portal.web.desk.deciding import DECIDING, Question, answering, asking
from portal.web.desk.forms import Ask
from portal.web.errors import redrawn
from portal.web.forms import Form
from portal.web.staff import permitted

WAIT = Question(
    Act.TRACE,
    say("Wait longer for the parcel?"),
    say("It is awaited as long again, from today. Do so where somebody is looking for it."),
    say("Wait longer"),
    "desk.wait_longer",
)
LOSE = Question(
    Act.TRACE,
    say("Is the parcel lost?"),
    say(
        "Where nothing else has come, the return ends and the shopper is told by mail. Who has a receipt for "
        "it is better served by a refund without goods."
    ),
    say("It is lost"),
    "desk.lose_parcel",
    danger=True,
)


@desk.get("/returns/<uuid:id>/longer")
@permitted(*DECIDING)
def longer(id: uuid.UUID) -> str:
    return asking(id, WAIT, Ask)


@desk.post("/returns/<uuid:id>/longer")
@permitted(*DECIDING)
@redrawn(by=longer)
def wait_longer(id: uuid.UUID) -> Any:
    return answering(id, WAIT, Ask, _wait)


def _wait(return_: Return, form: Form) -> Message:
    tracing.wait_longer(return_, actor())
    return say("The parcel is awaited for longer.")


@desk.get("/returns/<uuid:id>/lost")
@permitted(*DECIDING)
def lost(id: uuid.UUID) -> str:
    return asking(id, LOSE, Ask)


@desk.post("/returns/<uuid:id>/lost")
@permitted(*DECIDING)
@redrawn(by=lost)
def lose_parcel(id: uuid.UUID) -> Any:
    return answering(id, LOSE, Ask, _lose)


def _lose(return_: Return, form: Form) -> Message:
    tracing.stop_looking(return_, actor())
    return say("The parcel is lost.")
