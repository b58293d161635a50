"""Deciding on a return: authorize, deny, cancel, stop waiting, open again, take a check back."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import request, url_for

from portal.db import locked
from portal.errors import Conflict, Refusal
from portal.i18n import Message, say
from portal.people import Permission
from portal.returns import Return, ReturnItem
from portal.returns import deciding as verbs
from portal.returns.inspecting import correct_many
from portal.views.record import Act, Bunch, acts_on, bunches_of, whole_of
from portal.web.actor import actor
from portal.web.desk import wording
from portal.web.desk.blueprint import desk
from portal.web.desk.board import READING
from portal.web.desk.forms import Ask, Reason, correct_form, deny_form, in_order
from portal.web.desk.record import as_it_is, drawn, record
from portal.web.dock.forms import earlier
from portal.web.errors import redrawn
from portal.web.forms import Form
from portal.web.operations import Answer, once, see
from portal.web.rendering import page
from portal.web.staff import permitted

DECIDING = (*READING, Permission.DECIDE_RETURNS)


@dataclass(frozen=True)
class Question:
    """A page that asks before an act: what happens, and the button that does it."""

    act: Act
    title: Message
    text: Message
    button: Message
    action: str
    danger: bool = False


def asking(id: uuid.UUID, question: Question, kind: type[Form], posted: Form | None = None) -> str:
    """The question, or the return as it now is when the act is not legal any more."""
    whole = whole_of(id)
    return_ = whole.return_
    if question.act not in acts_on(return_):
        return as_it_is(whole)
    form = posted or kind(thing=return_, action=question.act.value)
    return page("desk/ask.html", return_=return_, question=question, form=form)


def answering(
    id: uuid.UUID, question: Question, kind: type[Form], do: Callable[[Return, Form], Message]
) -> Any:
    """Do what was asked, with the return locked, and say so on its page."""
    return_ = locked(Return, id)
    form = kind(thing=return_, action=question.act.value)
    if not form.sent():
        return asking(id, question, kind, form), 422
    return done(form, id, lambda: do(return_, form))


def done(form: Form, id: uuid.UUID, do: Callable[[], Message]) -> Any:
    return see(once(form, actor(), lambda: Answer(url_for("desk.record", id=id), do())))


@desk.post("/returns/<uuid:id>/authorize")
@permitted(*DECIDING)
@redrawn(by=record)
def authorize(id: uuid.UUID) -> Any:
    """All its units."""
    return_ = locked(Return, id)
    form = Ask(thing=return_, action="authorize")
    if not form.sent():
        return drawn(id, form), 422
    return done(form, id, lambda: _authorize(return_))


def _authorize(return_: Return) -> Message:
    verbs.authorize(return_, actor())
    return say("Authorized. The shopper gets the label by mail.")


@desk.get("/returns/<uuid:id>/deny")
@permitted(*DECIDING)
def deny(id: uuid.UUID) -> str:
    return _denying(id)


def _denying(id: uuid.UUID, posted: Form | None = None) -> str:
    whole = whole_of(id)
    return_ = whole.return_
    if Act.DENY not in acts_on(return_):
        return as_it_is(whole)
    form = posted or deny_form(return_)
    return page("desk/deny.html", return_=return_, form=form, lines=in_order(return_), w=wording)


@desk.post("/returns/<uuid:id>/deny")
@permitted(*DECIDING)
@redrawn(by=deny)
def deny_units(id: uuid.UUID) -> Any:
    """All or some of its units; the others are authorized."""
    return_ = locked(Return, id)
    form = deny_form(return_)
    if not form.sent():
        return _denying(id, form), 422
    return done(form, id, lambda: _deny(return_, form))


def _deny(return_: Return, form: Form) -> Message:
    no = _declined(return_, form)
    if not no:
        raise Refusal(say("Decline at least one unit, or authorize the return."), f"no-{return_.lines[0].id}")
    verbs.authorize(return_, actor(), no, form["reason"].data)
    if len(no) == len(return_.items):
        return say("Denied. The shopper gets the reason by mail.")
    return say("Authorized in part. The shopper gets the reason and the label by mail.")


def _declined(return_: Return, form: Form) -> set[uuid.UUID]:
    """The last units of each line: those of one line are alike as long as nobody has seen them."""
    units: dict[uuid.UUID, list[ReturnItem]] = {}
    for item in return_.items:
        units.setdefault(item.return_line_id, []).append(item)
    counts = {line: form[f"no-{line}"].data for line in units}
    return {item.id for line, n in counts.items() for item in units[line][len(units[line]) - n :]}


CANCEL = Question(
    Act.CANCEL,
    say("Cancel this return?"),
    say("Its units are free again, and the shopper's label is worth nothing. This cannot be undone."),
    say("Cancel return"),
    "desk.cancel_return",
    danger=True,
)


@desk.get("/returns/<uuid:id>/cancel")
@permitted(*DECIDING)
def cancel(id: uuid.UUID) -> str:
    return asking(id, CANCEL, Ask)


@desk.post("/returns/<uuid:id>/cancel")
@permitted(*DECIDING)
@redrawn(by=cancel)
def cancel_return(id: uuid.UUID) -> Any:
    return answering(id, CANCEL, Ask, _cancel)


def _cancel(return_: Return, form: Form) -> Message:
    verbs.cancel(return_, actor())
    return say("Cancelled.")


STOP = Question(
    Act.GIVE_UP,
    say("Stop waiting for the rest?"),
    say("The units that have not come are free again and are not refunded. What has come goes on."),
    say("Stop waiting"),
    "desk.stop_waiting",
    danger=True,
)


@desk.get("/returns/<uuid:id>/stop")
@permitted(*DECIDING)
def stop(id: uuid.UUID) -> str:
    return asking(id, STOP, Ask)


@desk.post("/returns/<uuid:id>/stop")
@permitted(*DECIDING)
@redrawn(by=stop)
def stop_waiting(id: uuid.UUID) -> Any:
    return answering(id, STOP, Ask, _stop)


def _stop(return_: Return, form: Form) -> Message:
    verbs.give_up(return_, actor())
    return say("No longer waiting for the rest.")


REOPEN = Question(
    Act.REOPEN,
    say("Open this return again?"),
    say("It is worked on once more. What was refunded stays as it is."),
    say("Open again"),
    "desk.reopen_return",
)


@desk.get("/returns/<uuid:id>/reopen")
@permitted(*READING, Permission.OVERRIDE)
def reopen(id: uuid.UUID) -> str:
    return asking(id, REOPEN, Reason)


@desk.post("/returns/<uuid:id>/reopen")
@permitted(*READING, Permission.OVERRIDE)
@redrawn(by=reopen)
def reopen_return(id: uuid.UUID) -> Any:
    return answering(id, REOPEN, Reason, _reopen)


def _reopen(return_: Return, form: Form) -> Message:
    verbs.reopen(return_, form["reason"].data, actor())
    return say("Opened again. It closes by itself when nothing is left to do.")


@desk.get("/returns/<uuid:id>/correction")
@permitted(*READING, Permission.CORRECT_INSPECTIONS)
def correct(id: uuid.UUID) -> str:
    return _correcting(id)


def _correcting(id: uuid.UUID, posted: Form | None = None) -> str:
    whole = whole_of(id)
    return_ = whole.return_
    if Act.CORRECT not in acts_on(return_):
        return as_it_is(whole)
    found = {str(bunch.item.id): bunch for bunch in bunches_of(return_)}
    form = posted or correct_form(return_, list(found.values()), request.args.get("of", ""))
    return page("desk/correct.html", return_=return_, form=form, bunches=found, w=wording)


@desk.post("/returns/<uuid:id>/correction")
@permitted(*READING, Permission.CORRECT_INSPECTIONS)
@redrawn(by=correct)
def correct_units(id: uuid.UUID) -> Any:
    """The units lie on the dock again and are checked once more."""
    return_ = locked(Return, id)
    bunches = bunches_of(return_)
    form = correct_form(return_, bunches)
    if prior := earlier(form):
        return see(prior)
    if not form.sent():
        return _correcting(id, form), 422
    return done(form, id, lambda: _correct(bunches, form))


def _correct(bunches: list[Bunch], form: Form) -> Message:
    bunch = next((b for b in bunches if str(b.item.id) == form["item"].data), None)
    if bunch is None:
        raise Conflict(say("These units are no longer as they were."))
    n = form["units"].data if "units" in form else 1
    if n > len(bunch.items):
        raise Refusal(say("Only {n} of these are there.", n=len(bunch.items)), "units")
    correct_many(bunch.items[:n], form["reason"].data, actor())
    return say("The check is taken back. The dock checks the unit again.")
