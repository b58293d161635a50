"""Asking the shopper, by a link that is mailed to the order's address: it works for a week, and once."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from portal import clock
from portal.audit import Actor, Change, Event, record
from portal.db import find, here, locked, session
from portal.errors import Conflict
from portal.i18n import Amount, say
from portal.ids import uuid7
from portal.notices import Letter, letter
from portal.orders.links import MOST, mailed
from portal.people import Purpose
from portal.people.links import issue, secret_of, unspent
from portal.refunds.lifecycle import Destination
from portal.refunds.models import Refund, RefundLeg
from portal.refunds.progress import replaceable
from portal.refunds.questions.models import Asked, LegQuestion, Said
from portal.refunds.settling import refunds_of
from portal.refunds.transferring import waits
from portal.returns.letters import to_shopper
from portal.returns.models import Return
from portal.returns.notifying import notify


@dataclass(frozen=True)
class Kind:
    """How a question is put: its link, the path it has, the mail, and what the trail says."""

    purpose: Purpose
    path: str
    notice: str
    event: Event


KINDS = {
    Asked.STORE_CREDIT: Kind(Purpose.AGREE_CREDIT, "credit", "credit_offered", Event.LEG_OFFERED),
    Asked.BANK_ACCOUNT: Kind(Purpose.NAME_ACCOUNT, "bank", "account_asked", Event.ACCOUNT_ASKED),
}
SETTLED = say("This has been answered, or goes another way by now.")
ENOUGH = say("Enough links were mailed for now. Look into the mailbox, or wait an hour.")


def questions_of(legs: Collection[uuid.UUID]) -> Sequence[LegQuestion]:
    """What was asked about these legs, the first first."""
    query = sa.select(LegQuestion).where(LegQuestion.tenant_id == here(), LegQuestion.leg_id.in_(legs))
    return session.scalars(query.order_by(LegQuestion.asked_at, LegQuestion.id)).all() if legs else ()


def open_questions(return_: Return, refunds: Sequence[Refund] | None = None) -> Sequence[LegQuestion]:
    """What the shopper may answer now. `refunds`: the return's, if they were read already."""
    refunds = refunds_of(return_) if refunds is None else refunds
    legs = [leg for refund in refunds for leg in refund.legs if any(_fits(leg, kind) for kind in Asked)]
    return [one for one in questions_of([leg.id for leg in legs]) if answerable(one)]


def answerable(question: LegQuestion) -> bool:
    """Whether an answer would still decide something."""
    return question.answered_at is None and _fits(question.leg, question.kind)


def _fits(leg: RefundLeg, kind: Asked) -> bool:
    """Whether the leg can go this way: a failed one, or for an account also one that waits for a transfer."""
    if leg.destination is not Destination.PAYMENT or leg.refund.return_.gift is not None:
        return False
    return replaceable(leg) or (kind is Asked.BANK_ACCOUNT and waits(leg))


def askable(leg: RefundLeg, kind: Asked, asked: Sequence[LegQuestion]) -> bool:
    """Whether the shopper may be asked: they can be reached, nothing of the kind is open, and they have not
    said no. `asked`: what was asked about the leg."""
    said_no = any(one.answer is Said.NO for one in asked if one.kind is kind)
    open_now = any(answerable(one) for one in asked if one.kind is kind)
    return bool(leg.refund.return_.order.email_key) and _fits(leg, kind) and not (said_no or open_now)


def ask(leg: RefundLeg, kind: Asked, by: Actor) -> LegQuestion:
    """Mail the question. Lock the return. What was asked already is no error, and is not mailed again.

    Raises Conflict when the amount goes another way, nobody can be asked, or the shopper has said no.
    """
    asked = questions_of([leg.id])
    if found := next((one for one in asked if one.kind is kind and answerable(one)), None):
        return found
    if not _fits(leg, kind):
        raise Conflict(say("This amount is on its way already."))
    if not askable(leg, kind, asked):
        raise Conflict(say("The shopper cannot be asked, or has said no."))
    question = LegQuestion(id=uuid7(), leg_id=leg.id, leg=leg, kind=kind, asked_at=clock.now())
    session.add(question)
    session.flush()
    causes = record(
        leg.refund.return_, KINDS[kind].event, by, [Change("refund_leg", leg.id)], question=str(question.id)
    )
    _mail(question, causes[0])
    return question


def _mail(question: LegQuestion, cause: uuid.UUID | None = None) -> None:
    how, return_ = KINDS[question.kind], question.leg.refund.return_
    link = issue(how.purpose, question.id, order=return_.order_id)
    notify(return_, how.notice, link.id, cause)


def locked_question(id: uuid.UUID) -> LegQuestion:
    """The question as it now is, with its return locked. Raises NotFound."""
    question = find(LegQuestion, id)
    locked(Return, question.leg.refund.return_id)
    session.refresh(question)
    session.refresh(question.leg)
    return question


def mail_again(question: LegQuestion) -> None:
    """Another link to the same question; those before work too until one is used. Lock the return.

    Raises Conflict when nothing is left to answer, or the mailbox got enough for now.
    """
    if not answerable(question):
        raise Conflict(SETTLED)
    if mailed(question.leg.refund.return_.order.email_key, KINDS[question.kind].purpose) >= MOST:
        raise Conflict(ENOUGH)
    _mail(question)


def mail_like(return_: Return, notice: str) -> bool:
    """Mail another link to what a notice of this event asked; whether it asked anything. Lock the return.

    The notice's own link may be over. Raises Conflict when nothing is left to answer, or enough was mailed.
    """
    if notice not in {how.notice for how in KINDS.values()}:
        return False
    question = next((one for one in open_questions(return_) if KINDS[one.kind].notice == notice), None)
    if question is None:
        raise Conflict(SETTLED)
    mail_again(question)
    return True


@letter("credit_offered")
def credit_offered(id: uuid.UUID) -> Letter | None:
    return _letter(id)


@letter("account_asked")
def account_asked(id: uuid.UUID) -> Letter | None:
    return _letter(id)


def _letter(id: uuid.UUID) -> Letter | None:
    """About a link; to nobody when it is over, or what it asks was settled before the mail could leave."""
    link = unspent(id)
    question = find(LegQuestion, link.subject) if link else None
    if link is None or question is None or not answerable(question):
        return None
    leg = question.leg
    amount, path = Amount(leg.amount, leg.currency), KINDS[question.kind].path
    return to_shopper(
        leg.refund.return_, link=f"{path}/{secret_of(link)}", amount=amount, until=link.expires_at
    )
