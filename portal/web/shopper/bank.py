"""The form for a bank account, behind a mailed link: checked while it is typed out, sealed before it is kept.

It is no operation whose content is remembered: what hashes of bank accounts would be kept for that could be
guessed. The link is spent once instead, and whoever sends the form again is told what was kept.
"""

from datetime import timedelta
from typing import Any

from flask import Response, make_response
from wtforms import Field, StringField
from wtforms.validators import InputRequired, ValidationError

from portal import clock
from portal.errors import Conflict, Refusal
from portal.i18n import Amount, say
from portal.ibans import compact, holds_iban, read_bic, read_iban
from portal.people import Purpose
from portal.people.links import spend
from portal.refunds.bank_accounts.keeping import Account
from portal.refunds.questions.answering import LONGEST_NAME, name_account, named_account
from portal.refunds.questions.asking import SETTLED, answerable, locked_question
from portal.refunds.questions.models import LegQuestion
from portal.returns.links import status_token
from portal.returns.words import NO_ACCOUNT
from portal.web.actor import actor
from portal.web.errors import redrawn
from portal.web.forms import Plain
from portal.web.headers import unreferred
from portal.web.limits import knocking
from portal.web.rendering import go, page, tell
from portal.web.shopper.blueprint import shopper
from portal.web.shopper.consent import over, question_of
from portal.web.shopper.following import home

AGAIN = timedelta(minutes=5)  # so long a double click or a lost answer gets the same answer
WHOSE = say("Type the name of whom the account belongs to.")
TYPED = {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false", "dir": "ltr"}


def right_iban(form: Plain, field: Field) -> None:
    try:
        read_iban(field.data or "", "iban")
    except Refusal as refusal:
        raise ValidationError(refusal.message) from refusal


def right_bic(form: Plain, field: Field) -> None:
    """Whether one is needed follows from the IBAN, which has its own error if it is wrong."""
    try:
        read_bic(field.data or "", "bic", compact(form["iban"].data or "") or "DE")
    except Refusal as refusal:
        raise ValidationError(refusal.message) from refusal


def a_name(form: Plain, field: Field) -> None:
    if not field.data.strip():
        raise ValidationError(WHOSE)
    if len(field.data.strip()) > LONGEST_NAME:
        raise ValidationError(say("At most {n} characters.", n=LONGEST_NAME))
    if holds_iban(field.data):
        raise ValidationError(NO_ACCOUNT)


class BankForm(Plain):
    holder = StringField(
        say("Account holder"),
        [InputRequired(WHOSE), a_name],
        render_kw={"autocomplete": "name", "maxlength": LONGEST_NAME},
    )
    iban = StringField(
        say("IBAN"),
        [InputRequired(say("Type the IBAN of the account.")), right_iban],
        render_kw={**TYPED, "maxlength": 60},
    )
    bic = StringField(say("BIC"), [right_bic], render_kw={**TYPED, "maxlength": 20})

    @property
    def account(self) -> Account:
        iban = read_iban(self.iban.data, "iban")
        return Account(iban, self.holder.data.strip(), read_bic(self.bic.data or "", "bic", iban))


@shopper.get("/bank/<bank_secret>")
def bank_link(bank_secret: str) -> Response:
    """The form, as often as anybody looks: looking changes nothing."""
    question = question_of(bank_secret, Purpose.NAME_ACCOUNT)
    return unreferred(make_response(_page(question, bank_secret))) if question else over()


def _page(question: LegQuestion, secret: str, posted: BankForm | None = None) -> str:
    leg = question.leg
    asks = answerable(question)
    form = posted or BankForm(data={"holder": leg.refund.return_.order.name} if asks else None)
    return page("shopper/bank.html", question=question, leg=leg, asks=asks, form=form, secret=secret)


@shopper.post("/bank/<bank_secret>")
@knocking
@redrawn(by=bank_link)
def name_bank(bank_secret: str) -> Any:
    found = question_of(bank_secret, Purpose.NAME_ACCOUNT)
    if found is None:
        return over()
    question, form = locked_question(found.id), BankForm()
    if question.answered_at is not None:
        return _again(question, bank_secret)
    if not form.sent():
        return unreferred(make_response(_page(question, bank_secret, form), 422))
    if spend(bank_secret, Purpose.NAME_ACCOUNT) is None:
        raise Conflict(SETTLED)
    name_account(question, form.account, actor())
    return _thanks(question)


def _again(question: LegQuestion, secret: str) -> Response:
    """It was answered: by this very click a moment ago, or long since."""
    assert question.answered_at
    if clock.now() - question.answered_at > AGAIN:
        return unreferred(make_response(_page(question, secret)))
    return _thanks(question)


def _thanks(question: LegQuestion) -> Response:
    """Which account was kept is said by its end, since another may have been typed into a second tab."""
    kept, amount = named_account(question), Amount(question.leg.amount, question.leg.currency)
    ending = kept.ending if kept and kept.ending else ""
    tell(say("Thank you. We transfer {amount} to your account …{ending}.", amount=amount, ending=ending))
    return unreferred(go(home(status_token(question.leg.refund.return_id))))
