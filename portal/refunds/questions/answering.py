"""What the shopper answers by the mailed link: yes or no to store credit, or a bank account."""

from hashlib import sha256

from portal import clock
from portal.audit import Actor, Change, Event, record
from portal.db import session
from portal.errors import Conflict
from portal.people.links import withdraw_from
from portal.refunds.bank_accounts.keeping import Account, account_of, keep
from portal.refunds.bank_accounts.models import BankAccount
from portal.refunds.legs import Way, replace
from portal.refunds.lifecycle import Destination
from portal.refunds.models import RefundLeg
from portal.refunds.progress import replaceable
from portal.refunds.questions.asking import KINDS, SETTLED, answerable
from portal.refunds.questions.models import Asked, LegQuestion, Said
from portal.refunds.rerouting import by_hand

LONGEST_NAME = 70  # what a transfer's field for the holder takes


def agree(question: LegQuestion, words: str, language: str, by: Actor) -> RefundLeg:
    """Yes to store credit. `words` is what stood above the button. Lock the return. Raises Conflict."""
    _answer(question, Asked.STORE_CREDIT, Said.YES, words, language)
    _tell(question, Event.CREDIT_AGREED, by)
    return replace(question.leg, by, Way(Destination.STORE_CREDIT))


def decline(question: LegQuestion, words: str, language: str, by: Actor) -> None:
    """No to it: the amount stays with those that failed. Lock the return. Raises Conflict."""
    _answer(question, Asked.STORE_CREDIT, Said.NO, words, language)
    _tell(question, Event.CREDIT_DECLINED, by)


def name_account(question: LegQuestion, account: Account, by: Actor) -> BankAccount:
    """Transfer it there. Lock the return. Raises Conflict when the amount goes another way by now."""
    _answer(question, Asked.BANK_ACCOUNT, Said.YES)
    leg = question.leg
    return keep(by_hand(leg, by) if replaceable(leg) else leg, account, by)


def named_account(question: LegQuestion) -> BankAccount | None:
    """What is kept of the account that was the answer."""
    legs = [leg for leg in question.leg.refund.legs if question.leg_id in {leg.id, leg.replaces_id}]
    return next((kept for leg in legs if (kept := account_of(leg))), None)


def _answer(question: LegQuestion, kind: Asked, said: Said, words: str = "", language: str = "") -> None:
    if question.kind is not kind or not answerable(question):
        raise Conflict(SETTLED)
    question.answered_at, question.answer = clock.now(), said
    question.words, question.language = words, language
    withdraw_from(question.id, KINDS[kind].purpose)
    session.flush()


def _tell(question: LegQuestion, event: Event, by: Actor) -> None:
    """The words themselves stand in the question; the trail seals what they were."""
    sealed = sha256(question.words.encode()).hexdigest()
    changes = [Change("leg_question", question.id)]
    record(question.leg.refund.return_, event, by, changes, leg=str(question.leg_id), words=sealed)
