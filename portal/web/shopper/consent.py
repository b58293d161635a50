"""Whether store credit will do for what could not be sent: yes or no, behind a mailed link."""

import uuid
from hashlib import sha256
from typing import Any

from flask import Response, g, make_response, url_for
from wtforms import HiddenField, RadioField
from wtforms.validators import InputRequired

from portal.audit import Actor
from portal.db import find
from portal.errors import Conflict, NotFound
from portal.i18n import Amount, Message, say
from portal.people import Purpose
from portal.people.links import about, spend
from portal.policies import Resolution
from portal.refunds.questions.answering import agree, decline
from portal.refunds.questions.asking import SETTLED, answerable, locked_question, mail_again
from portal.refunds.questions.models import LegQuestion
from portal.returns.links import status_token
from portal.web.actor import actor, acts
from portal.web.errors import redrawn
from portal.web.forms import STALE, Form
from portal.web.headers import unreferred
from portal.web.languages import speaks
from portal.web.limits import knocking
from portal.web.operations import Answer, once, see
from portal.web.rendering import go, page, tell
from portal.web.shopper.blueprint import shopper
from portal.web.shopper.following import home, status
from portal.web.shopper.links import by_token
from portal.web.shopper.wording import lasting, masked
from portal.web.shops import this_face

OVER = say("This link does not work, or no longer. Open your return to have a new one mailed.")


class Consent(Form):
    """`shown`: which words stood above the buttons; those are what is agreed to."""

    shown = HiddenField(validators=[InputRequired(STALE)])
    answer = RadioField(
        say("Your answer"), [InputRequired(say("Choose one of the two answers."))], choices=["yes", "no"]
    )


class Mail(Form):
    """Nothing to fill in."""


def question_of(secret: str, purpose: Purpose) -> LegQuestion | None:
    """What a link asks, spent or not; whoever holds it acts as the order's shopper."""
    subject = about(secret, purpose)
    if subject is None:
        return None
    question = find(LegQuestion, subject)
    order = question.leg.refund.return_.order
    speaks(order.language)
    acts(Actor("shopper", order.id))
    return question


def over() -> Response:
    """One answer for spent, over, mistyped and another shop's."""
    tell(OVER, "warn")
    return unreferred(go(url_for("shopper.find")))


def words_of(question: LegQuestion) -> str:
    """What the shopper agrees to, as this reader reads it."""
    leg = question.leg
    return_ = leg.refund.return_
    said: Message = say(
        "Instead of the money I take {amount} as store credit at {shop}. It belongs to {email}. {lasting}.",
        amount=Amount(leg.amount, leg.currency),
        shop=this_face().name,
        email=masked(return_.email),
        lasting=lasting(Resolution.STORE_CREDIT, return_.policy.policy) or "",
    )
    return str(g.voice.text(said))


def _digest(words: str) -> str:
    return sha256(words.encode()).hexdigest()


@shopper.get("/credit/<consent_secret>")
def credit_link(consent_secret: str) -> Response:
    """The question, as often as anybody looks: looking changes nothing."""
    question = question_of(consent_secret, Purpose.AGREE_CREDIT)
    return unreferred(make_response(_page(question, consent_secret))) if question else over()


def _page(question: LegQuestion, secret: str, posted: Consent | None = None) -> str:
    words = words_of(question)
    return page(
        "shopper/credit.html",
        question=question,
        leg=question.leg,
        asks=answerable(question),
        words=words,
        shown=_digest(words),
        form=posted or Consent(thing=question, action="answer"),
        secret=secret,
    )


@shopper.post("/credit/<consent_secret>")
@knocking
@redrawn(by=credit_link)
def answer_credit(consent_secret: str) -> Any:
    found = question_of(consent_secret, Purpose.AGREE_CREDIT)
    if found is None:
        return over()
    question = locked_question(found.id)
    form, words = Consent(thing=question, action="answer"), words_of(question)
    if not form.sent() or form.shown.data != _digest(words):
        return unreferred(make_response(_page(question, consent_secret, form), 422))
    answer = once(form, actor(), lambda: _answered(question, consent_secret, form.answer.data, words))
    return unreferred(see(answer, home(status_token(question.leg.refund.return_id))))


def _answered(question: LegQuestion, secret: str, said: str, words: str) -> Answer:
    if spend(secret, Purpose.AGREE_CREDIT) is None:
        raise Conflict(SETTLED)
    if said == "yes":
        agree(question, words, g.voice.language, actor())
        amount = Amount(question.leg.amount, question.leg.currency)
        return Answer(message=say("Thank you. You get {amount} as store credit in a moment.", amount=amount))
    decline(question, words, g.voice.language, actor())
    return Answer(message=say("Noted: no store credit. The money is still yours, and we find another way."))


@shopper.post("/s/<token>/questions/<uuid:question>")
@redrawn(by=lambda token, question: status(token))
def mail_question(token: str, question: uuid.UUID) -> Any:
    """Have the link to a question mailed to the order's address once more."""
    return_ = by_token(token)
    found = locked_question(question)
    if found.leg.refund.return_id != return_.id:
        raise NotFound("LegQuestion")
    form = Mail(thing=found, action="mail")
    if not form.sent():
        return unreferred(go(home(token)))
    return unreferred(see(once(form, actor(), lambda: _mailed(found)), home(token)))


def _mailed(question: LegQuestion) -> Answer:
    mail_again(question)
    email = masked(question.leg.refund.return_.email)
    return Answer(message=say("A new link is on its way to {email}.", email=email))
