"""To transfer by hand: what no gateway can send back, until a person has done it, or could not."""

import uuid
from collections.abc import Callable
from typing import Any

from flask import url_for
from wtforms import RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from portal.db import find, locked
from portal.errors import NotFound
from portal.i18n import Message, say
from portal.people import Permission
from portal.refunds import transferring as verbs
from portal.refunds.bank_accounts.keeping import account_of
from portal.refunds.lifecycle import LegState
from portal.refunds.models import RefundLeg
from portal.refunds.questions.asking import answerable, askable
from portal.refunds.questions.models import Asked
from portal.refunds.routing import MANUAL
from portal.returns import Return
from portal.views.legs import approvers, asked_about, whole_leg
from portal.views.legs import transfers as reading
from portal.web.actor import actor
from portal.web.desk import wording
from portal.web.desk.blueprint import desk
from portal.web.desk.board import READING, beside, spot
from portal.web.desk.books import Day
from portal.web.desk.forms import Ask
from portal.web.errors import redrawn
from portal.web.forms import Button, Form
from portal.web.operations import Answer, once, see
from portal.web.rendering import page
from portal.web.staff import permitted

REPAIRING = (*READING, Permission.REPAIR_REFUNDS)


class Confirm(Form):
    reference = StringField(
        say("Reference of the transfer"),
        [InputRequired(say("Type the reference that the bank shows for it."))],
        render_kw={"maxlength": 60, "autocomplete": "off", "spellcheck": "false"},
    )
    day = Day(say("Day"), [InputRequired(say("Choose the day of the transfer."))])


class Impossible(Form):
    why = RadioField(
        say("Why was it not possible?"),
        [InputRequired(say("Choose why it was not possible."))],
        choices=[SelectChoice(code, word) for code, word in wording.REASONS.items()],
    )


@desk.get("/transfers")
@permitted(*READING)
def transfers() -> str:
    """The longest waiting first."""
    found = reading(spot())
    return page(
        "desk/transfers.html",
        rows=found.rows,
        pages=beside("desk.transfers", found),
        who=approvers(found.rows),
        w=wording,
    )


@desk.get("/transfers/<uuid:leg>")
@permitted(*READING)
def transfer(leg: uuid.UUID) -> str:
    return transfer_page(manual(whole_leg(leg)))


def manual(leg: RefundLeg) -> RefundLeg:
    if leg.gateway != MANUAL:
        raise NotFound("RefundLeg")
    return leg


def transfer_page(leg: RefundLeg, posted: Form | None = None) -> str:
    return_, asked = leg.refund.return_, asked_about([leg]).get(leg.id, ())
    forms: dict[str, Form] = {
        "confirm": Confirm(thing=return_, action=f"transfer/{leg.id}"),
        "impossible": Impossible(thing=return_, action=f"impossible/{leg.id}"),
        "back": Ask(thing=return_, action=f"back/{leg.id}"),
    }
    if posted:
        forms[next(name for name, form in forms.items() if type(form) is type(posted))] = posted
    return page(
        "desk/transfer.html",
        leg=leg,
        return_=return_,
        posted=posted,
        waits=verbs.waits(leg),
        kept=account_of(leg),
        asked=asked,
        open_to=answerable,
        askable=askable(leg, Asked.BANK_ACCOUNT, asked),
        ask=Button(return_, f"ask/{leg.id}"),
        mail=lambda question: Button(question, "mail"),
        sent=leg.state is LegState.SUCCEEDED,
        who=approvers([leg]),
        w=wording,
        **forms,
    )


def _answering(
    id: uuid.UUID,
    kind: type[Form],
    action: str,
    do: Callable[[RefundLeg, Form], Message],
    again: Callable[[RefundLeg, Form], str] = transfer_page,
) -> Any:
    """Do it with the return locked, and say so on the list. `again` draws the form's page with its faults."""
    leg = manual(find(RefundLeg, id))
    return_ = locked(Return, leg.refund.return_id)
    form = kind(thing=return_, action=f"{action}/{id}")
    if not form.sent():
        return again(whole_leg(id), form), 422
    return see(once(form, actor(), lambda: Answer(url_for("desk.transfers"), do(leg, form))))


@desk.post("/transfers/<uuid:leg>/done")
@permitted(*REPAIRING)
@redrawn(by=transfer)
def confirm_transfer(leg: uuid.UUID) -> Any:
    """It was made."""
    return made(leg, transfer_page)


def made(leg: uuid.UUID, again: Callable[[RefundLeg, Form], str]) -> Any:
    """It was made, as the form on this page says, which `again` draws."""
    return _answering(leg, Confirm, "transfer", _confirm, again)


def _confirm(leg: RefundLeg, form: Form) -> Message:
    verbs.confirm(leg, form["reference"].data, form["day"].data, actor())
    return say("Confirmed, and posted to the books. The shopper is told.")


@desk.post("/transfers/<uuid:leg>/not")
@permitted(*REPAIRING)
@redrawn(by=transfer)
def fail_transfer(leg: uuid.UUID) -> Any:
    """It cannot be made."""
    return _answering(leg, Impossible, "impossible", _impossible)


def _impossible(leg: RefundLeg, form: Form) -> Message:
    verbs.give_up(leg, form["why"].data, actor())
    return say("Noted. It stands under the refunds that failed, with the other ways out.")


@desk.post("/transfers/<uuid:leg>/back")
@permitted(*REPAIRING)
@redrawn(by=transfer)
def transfer_back(leg: uuid.UUID) -> Any:
    """It was made, and the bank sent it back."""
    return _answering(leg, Ask, "back", _back)


def _back(leg: RefundLeg, form: Form) -> Message:
    verbs.came_back(leg, actor())
    return say("Noted, and reversed in the books. It stands under the refunds that failed.")
