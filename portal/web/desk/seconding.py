"""Large refunds, which two people approve: the first says so on the record, the second types a password."""

import uuid
from typing import Any

from flask import request
from wtforms import PasswordField
from wtforms.validators import InputRequired

from portal.db import locked
from portal.i18n import Message, say
from portal.people import Permission, confirm
from portal.people.passwords import LONGEST
from portal.refunds import seconding
from portal.returns import Return
from portal.views.exchanges import latest_of
from portal.views.record import record_of
from portal.views.seconding import first_of
from portal.web.actor import actor
from portal.web.desk import wording
from portal.web.desk.blueprint import desk
from portal.web.desk.board import READING
from portal.web.desk.deciding import done
from portal.web.desk.forms import Approve, Ask
from portal.web.desk.money import goes_to, plan_lines, trade_of
from portal.web.desk.paying import approved
from portal.web.desk.record import drawn, limits_of, me_here, over, record
from portal.web.errors import redrawn
from portal.web.forms import Button, Plain
from portal.web.limits import knocking
from portal.web.rendering import page
from portal.web.staff import permitted

APPROVING = (*READING, Permission.APPROVE_REFUNDS)


class Proof(Plain):
    password = PasswordField(
        say("Your password"),
        [InputRequired(say("Type your password."))],
        render_kw={"maxlength": LONGEST, "autocomplete": "current-password"},
    )


@desk.post("/returns/<uuid:id>/refund/first")
@permitted(*APPROVING)
@redrawn(by=record)
def propose_refund(id: uuid.UUID) -> Any:
    """Approve it as the first of two."""
    return_ = locked(Return, id)
    form = Approve(thing=return_, action="propose")
    if not form.sent():
        return drawn(id, form), 422
    return done(form, id, lambda: _propose(return_, form.amount))


def _propose(return_: Return, shown: int) -> Message:
    limits = limits_of(me_here(), return_, hold=True)
    seconding.propose(return_, shown, actor(), limits.most, limits.alone)
    return say("You have approved it first. It is sent when somebody else has approved it too.")


@desk.post("/returns/<uuid:id>/refund/first/back")
@permitted(*APPROVING)
@redrawn(by=record)
def withdraw_proposal(id: uuid.UUID) -> Any:
    """Take the first approval back, one's own or another's."""
    return_ = locked(Return, id)
    form = Ask(thing=return_, action="withdraw")
    if not form.sent():
        return drawn(id, form), 422
    return done(form, id, lambda: _withdraw(return_))


def _withdraw(return_: Return) -> Message:
    seconding.withdraw(return_, actor())
    return say("The first approval is taken back.")


@desk.get("/returns/<uuid:id>/refund/second")
@permitted(*APPROVING)
def confirming(id: uuid.UUID) -> str:
    """Where the second person looks at it and types their password."""
    return _page(id, Proof(formdata=None))


def _page(id: uuid.UUID, form: Proof) -> str:
    """The return's record, when it does not wait for this person's second approval."""
    found, person = record_of(id), me_here()
    if found.ready is None:
        return drawn(id, found=found)
    first, most = (
        first_of(found, person.id),
        limits_of(person, found.return_).most,
    )
    if first is None or over(found.ready.amount, most) or (first.mine and not first.alone):
        return drawn(id, found=found)
    return page(
        "desk/confirming.html",
        form=form,
        button=Button(found.return_, "confirm"),
        return_=found.return_,
        plan=found.ready,
        goodwill=[pair for pair in found.goodwill if pair[0].refund_id is None],
        w=wording,
        first=first,
        lines=plan_lines(found.return_, found.ready),
        goes=goes_to(found.return_, found.ready),
        trade=trade_of(found.ready, latest_of(found.return_), found.return_.currency),
    )


@desk.post("/returns/<uuid:id>/refund/second")
@permitted(*APPROVING)
@knocking
@redrawn(by=confirming)
def confirm_refund(id: uuid.UUID) -> Any:
    """The password is asked for, and worked at before anything is locked."""
    proof = Proof()
    if not proof.sent():
        return _page(id, proof), 422
    confirm(me_here(), proof.password.data, request.remote_addr or "")
    return_ = locked(Return, id)
    form = Approve(thing=return_, action="confirm")
    if not form.sent():
        return _page(id, proof), 422
    return done(form, id, lambda: _confirm(return_, form.amount))


def _confirm(return_: Return, shown: int) -> Message:
    limits = limits_of(me_here(), return_, hold=True)
    return approved(seconding.second(return_, shown, actor(), limits.most, limits.alone))
