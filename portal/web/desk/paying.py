"""Money of a return: approve its refund, take an approval back, try a failed leg again."""

import uuid
from typing import Any

from sqlalchemy.orm import joinedload

from portal.db import find, locked
from portal.errors import NotFound
from portal.i18n import Amount, Message, say
from portal.people import Permission
from portal.refunds import approving, legs
from portal.refunds.models import Refund, RefundLeg
from portal.returns import Return
from portal.web.actor import actor
from portal.web.desk.blueprint import desk
from portal.web.desk.board import READING
from portal.web.desk.deciding import done
from portal.web.desk.forms import Approve, Ask
from portal.web.desk.record import drawn, limits_of, me_here, record
from portal.web.errors import redrawn
from portal.web.staff import permitted


@desk.post("/returns/<uuid:id>/refund")
@permitted(*READING, Permission.APPROVE_REFUNDS)
@redrawn(by=record)
def approve(id: uuid.UUID) -> Any:
    """The refund of every unit that is ready, if it is what the person saw."""
    return_ = locked(Return, id, joinedload(Return.policy, innerjoin=True))
    form = Approve(thing=return_, action="approve")
    if not form.sent():
        return drawn(id, form), 422
    return done(form, id, lambda: _approve(return_, form.amount))


def _approve(return_: Return, shown: int) -> Message:
    limits = limits_of(me_here(), return_, hold=True)
    two = approving.Two(limits.alone)
    return approved(approving.approve(return_, shown, actor(), limits.most, two=two))


def approved(refund: Refund) -> Message:
    amount = Amount(refund.amount, refund.currency)
    return say("{amount} approved. It is sent in a moment.", amount=amount)


@desk.post("/returns/<uuid:id>/refunds/<uuid:refund>/cancel")
@permitted(*READING, Permission.APPROVE_REFUNDS)
@redrawn(by=lambda id, refund: record(id))
def cancel_refund(id: uuid.UUID, refund: uuid.UUID) -> Any:
    """Take an approval back before it goes."""
    return_, found = locked(Return, id), find(Refund, refund)
    if found.return_id != id:
        raise NotFound("Refund")
    form = Ask(thing=return_, action=f"recall/{refund}")
    if not form.sent():
        return drawn(id, form), 422
    return done(form, id, lambda: _recall(found))


def _recall(refund: Refund) -> Message:
    approving.cancel(refund, actor())
    return say("The approval is taken back. Nothing was sent.")


@desk.post("/returns/<uuid:id>/legs/<uuid:leg>/again")
@permitted(*READING, Permission.REPAIR_REFUNDS)
@redrawn(by=lambda id, leg: record(id))
def try_again(id: uuid.UUID, leg: uuid.UUID) -> Any:
    """Send what failed once more."""
    return_, found = locked(Return, id), find(RefundLeg, leg)
    if found.refund.return_id != id:
        raise NotFound("RefundLeg")
    form = Ask(thing=return_, action=f"again/{leg}")
    if not form.sent():
        return drawn(id, form), 422
    return done(form, id, lambda: _again(found))


def _again(leg: RefundLeg) -> Message:
    legs.replace(leg, actor())
    return say("It is sent again in a moment.")
