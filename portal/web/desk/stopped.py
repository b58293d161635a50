"""Refunds that failed, each with its ways out: again, another payment, by hand, store credit if they like."""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from portal.db import find, locked
from portal.i18n import Message, say
from portal.refunds import rerouting
from portal.refunds.legs import replace
from portal.refunds.models import RefundLeg
from portal.refunds.progress import replaceable
from portal.refunds.questions.asking import answerable, ask, askable
from portal.refunds.questions.models import Asked, LegQuestion
from portal.refunds.routing import MANUAL
from portal.returns import Return
from portal.views.legs import asked_about, whole_leg
from portal.views.legs import stopped as reading
from portal.web.actor import actor
from portal.web.desk import wording
from portal.web.desk.blueprint import desk
from portal.web.desk.board import READING, beside, spot
from portal.web.desk.transfers import REPAIRING
from portal.web.errors import redrawn
from portal.web.forms import Button, Form
from portal.web.operations import Answer, once, see
from portal.web.rendering import page
from portal.web.staff import permitted

DONE = {
    "again": say("It is sent again in a moment."),
    "by_hand": say("It stands under the transfers by hand."),
    "credit": say("The shopper is asked by mail. Nothing is sent until they say yes."),
    "account": say("The shopper is asked by mail. With their account it stands under the transfers."),
}
ASKS = {"credit": Asked.STORE_CREDIT, "account": Asked.BANK_ACCOUNT}


@dataclass(frozen=True)
class Out:
    """A way out: its word in the form, what it is, and what it means."""

    way: str
    name: Message
    hint: Message


class Choose(Form):
    way = RadioField(say("What shall happen?"), [InputRequired(say("Choose a way out."))])


@desk.get("/stopped")
@permitted(*READING)
def stopped() -> str:
    """The longest waiting first."""
    found = reading(spot())
    return page(
        "desk/stopped.html",
        rows=found.rows,
        pages=beside("desk.stopped", found),
        asked=asked_about(found.rows),
        why=wording.WHY,
        w=wording,
    )


@desk.get("/stopped/<uuid:leg>")
@permitted(*READING)
def stopped_leg(leg: uuid.UUID) -> str:
    return _page(whole_leg(leg))


def _outs(leg: RefundLeg, asked: Sequence[LegQuestion]) -> Sequence[Out]:
    """What may be chosen now."""
    found = [Out("again", say("Send it again, the same way"), say("When the bank may have been wrong."))]
    for payment in rerouting.others(leg):
        name = say("To {where}, which the order was also paid with", where=wording.payment_name(payment))
        found.append(Out(str(payment.id), name, say("It has room for the whole amount.")))
    if leg.payment_id and leg.gateway != MANUAL:
        hint = say("When you know where to: cash, a cheque, an account that you have. Confirm it afterwards.")
        found.append(Out("by_hand", say("Transfer it by hand"), hint))
    return [*found, *_asking(leg, asked)]


def _asking(leg: RefundLeg, asked: Sequence[LegQuestion]) -> Iterator[Out]:
    """The ways that need the shopper's answer, by a link in their mail."""
    if askable(leg, Asked.BANK_ACCOUNT, asked):
        hint = say("They type it into a form behind a mailed link. Only who pays sees it whole.")
        yield Out("account", say("Ask the shopper for a bank account"), hint)
    if askable(leg, Asked.STORE_CREDIT, asked):
        hint = say("Only with their yes: they are asked by mail, and say yes or no behind its link.")
        yield Out("credit", say("Ask the shopper whether store credit will do"), hint)


def _form(return_: Return, leg: RefundLeg) -> Choose:
    """It takes every way that there may be: one that is gone meanwhile is a conflict and no mistake, and a
    double click gets the answer of the first."""
    form = Choose(thing=return_, action=f"way/{leg.id}")
    payments = [str(payment.id) for payment in return_.order.payments]
    form.way.choices = [SelectChoice(way, way) for way in ("again", "by_hand", *ASKS, *payments)]
    return form


def _page(leg: RefundLeg, posted: Choose | None = None) -> str:
    asked, return_ = asked_about([leg]).get(leg.id, ()), leg.refund.return_
    outs = _outs(leg, asked) if replaceable(leg) else ()
    return page(
        "desk/stopped_leg.html",
        leg=leg,
        return_=return_,
        outs=outs,
        asked=asked,
        open_to=answerable,
        mail=lambda question: Button(question, "mail"),
        form=posted or _form(return_, leg),
        why=wording.WHY,
        w=wording,
    )


@desk.post("/stopped/<uuid:leg>")
@permitted(*REPAIRING)
@redrawn(by=stopped_leg)
def reroute(leg: uuid.UUID) -> Any:
    found = find(RefundLeg, leg)
    return_ = locked(Return, found.refund.return_id)
    form = _form(return_, found)
    if not form.sent():
        return _page(whole_leg(leg), form), 422
    return see(once(form, actor(), lambda: _take(found, form.way.data)))


def _take(leg: RefundLeg, way: str) -> Answer:
    if way == "again":
        replace(leg, actor())
    elif way == "by_hand":
        rerouting.by_hand(leg, actor())
    elif way in ASKS:
        ask(leg, ASKS[way], actor())
    else:
        rerouting.to_payment(leg, uuid.UUID(way), actor())
    said = DONE.get(way, say("It is sent to the other payment in a moment."))
    return Answer(url_for("desk.record", id=leg.refund.return_id), said)
