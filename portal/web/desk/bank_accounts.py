"""A shopper's bank account: asked for by mail, seen whole by who pays, each look in the trail."""

import uuid
from typing import Any

from flask import url_for

from portal.db import find, locked
from portal.i18n import say
from portal.ibans import printed
from portal.people import Permission
from portal.refunds.bank_accounts.keeping import Account, account_of, look, seen
from portal.refunds.models import RefundLeg
from portal.refunds.progress import replaceable
from portal.refunds.questions.asking import ask, locked_question, mail_again
from portal.refunds.questions.models import Asked, LegQuestion
from portal.refunds.routing import MANUAL
from portal.refunds.transferring import waits
from portal.returns import Return
from portal.views.legs import whole_leg
from portal.web.actor import actor
from portal.web.desk.blueprint import desk
from portal.web.desk.board import READING
from portal.web.desk.forms import Ask
from portal.web.desk.transfers import REPAIRING, Confirm, made, manual, transfer, transfer_page
from portal.web.errors import redrawn
from portal.web.forms import Form, Plain
from portal.web.operations import Answer, once, see
from portal.web.rendering import go, page
from portal.web.staff import permitted

SEEING = (*READING, Permission.SEE_ACCOUNTS)


class Show(Plain):
    """Nothing to fill in: each press is a look."""


@desk.get("/transfers/<uuid:leg>/account")
@permitted(*SEEING)
def bank_account(leg: uuid.UUID) -> Any:
    """Asks before it shows: looking is written down."""
    found = manual(whole_leg(leg))
    if account_of(found) is None:
        return go(url_for("desk.transfer", leg=leg))
    return page("desk/bank_account.html", leg=found, return_=found.refund.return_, form=Show(), account=None)


@desk.post("/transfers/<uuid:leg>/account")
@permitted(*SEEING)
@redrawn(by=transfer)
def show_account(leg: uuid.UUID) -> Any:
    """The answer is never kept: it is the only page on which the account stands whole."""
    if not Show().sent():
        return go(url_for("desk.bank_account", leg=leg))
    found = manual(whole_leg(leg))
    account = look(found, actor())
    return _shown(found, account, Confirm(formdata=None, **_of(found)))


def _of(leg: RefundLeg) -> dict[str, Any]:
    """What the form of the transfer is about."""
    return {"thing": leg.refund.return_, "action": f"transfer/{leg.id}"}


def _shown(leg: RefundLeg, account: Account, confirm: Form) -> str:
    return page(
        "desk/bank_account.html",
        leg=leg,
        return_=leg.refund.return_,
        account=account,
        iban=printed(account.iban),
        waits=waits(leg),
        confirm=confirm,
    )


def _again(leg: RefundLeg, confirm: Form) -> str:
    """As it was, for whoever has looked; else the page of the transfer, without the account."""
    account = seen(leg, actor())
    return _shown(leg, account, confirm) if account else transfer_page(leg, confirm)


def still_shown(leg: uuid.UUID) -> str:
    found = manual(whole_leg(leg))
    return _again(found, Confirm(**_of(found)))


@desk.post("/transfers/<uuid:leg>/account/done")
@permitted(*REPAIRING, Permission.SEE_ACCOUNTS)
@redrawn(by=still_shown)
def confirm_seen(leg: uuid.UUID) -> Any:
    """It was made, says the form beside the account."""
    return made(leg, _again)


@desk.post("/transfers/<uuid:leg>/ask")
@permitted(*REPAIRING)
@redrawn(by=transfer)
def ask_account(leg: uuid.UUID) -> Any:
    """Where to? The shopper is mailed a link to a form."""
    found = manual(find(RefundLeg, leg))
    form = Ask(thing=locked(Return, found.refund.return_id), action=f"ask/{leg}")
    if not form.sent():
        return transfer(leg=leg), 422
    return see(once(form, actor(), lambda: _asked(found)))


def _asked(leg: RefundLeg) -> Answer:
    ask(leg, Asked.BANK_ACCOUNT, actor())
    return Answer(url_for("desk.transfer", leg=leg.id), say("The shopper is asked by mail."))


def _where(question: uuid.UUID) -> Any:
    """The page of the leg that the question is about."""
    return go(_home(find(LegQuestion, question)))


def _home(question: LegQuestion) -> str:
    by_hand = question.leg.gateway == MANUAL and not replaceable(question.leg)
    return url_for("desk.transfer" if by_hand else "desk.stopped_leg", leg=question.leg_id)


@desk.post("/questions/<uuid:question>/again")
@permitted(*REPAIRING)
@redrawn(by=_where)
def mail_question(question: uuid.UUID) -> Any:
    """Mail the link once more: the first one may be lost, or over."""
    found = locked_question(question)
    form = Ask(thing=found, action="mail")
    if not form.sent():
        return _where(question)
    return see(once(form, actor(), lambda: _mailed(found)))


def _mailed(question: LegQuestion) -> Answer:
    mail_again(question)
    return Answer(_home(question), say("A new link is on its way."))
