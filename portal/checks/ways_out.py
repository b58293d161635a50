"""W1, W2: store credit in the place of money only with a yes; bank accounts sealed, and not for long."""

import json
from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from portal import clock
from portal.audit import Event, Trail
from portal.checks.amounts import kinds
from portal.checks.looking import Look, batches, key
from portal.checks.secrecy import says
from portal.checks.sending import MANUAL
from portal.ibans import printed
from portal.jobs import Job
from portal.refunds.bank_accounts.models import BankAccount
from portal.refunds.lifecycle import Destination, LegState
from portal.refunds.models import RefundLeg
from portal.refunds.questions.models import LegQuestion
from portal.sealing import Unreadable, unseal

KEPT = timedelta(days=30)
LATE = timedelta(days=1)  # the job may have to wait for a worker
PURPOSE = "bank account"


def consented(look: Look) -> Iterator[str]:
    """Store credit in the place of a payment without a yes of the shopper's, in words that the trail seals;
    a yes or no that the trail does not tell, or tells otherwise."""
    before, asked = aliased(RefundLeg), aliased(LegQuestion)
    yes = sa.exists().where(asked.leg_id == before.id, asked.kind == "store_credit", asked.answer == "yes")
    query = sa.select(RefundLeg.id).join(before, before.id == RefundLeg.replaces_id).where(
        RefundLeg.tenant_id == look.tenant,
        RefundLeg.destination == Destination.STORE_CREDIT,
        RefundLeg.payment_id.is_(None),
        before.destination == Destination.PAYMENT,
        ~yes,
    )  # fmt: skip
    yield from (key(RefundLeg, row.id) for row in look.each(query))
    yield from (key(LegQuestion, row.id) for row in look.each(_answers(look)) if not _sealed(row))


def _answers(look: Look) -> sa.Select[Any]:
    """Each answer to whether store credit will do, with the row of the trail that tells it."""
    told = sa.and_(
        Trail.subject_id == LegQuestion.id,
        Trail.event.in_([Event.CREDIT_AGREED.value, Event.CREDIT_DECLINED.value]),
        Trail.actor_kind == "shopper",
    )
    query = sa.select(LegQuestion.id, LegQuestion.answer, LegQuestion.words, Trail.event, Trail.data)
    query = query.outerjoin(Trail, told).where(LegQuestion.tenant_id == look.tenant)
    return query.where(LegQuestion.kind == "store_credit", LegQuestion.answer.is_not(None))


def _sealed(row: Any) -> bool:
    said = {"yes": Event.CREDIT_AGREED, "no": Event.CREDIT_DECLINED}[row.answer]
    return bool(row.event == said and row.data.get("words") == sha256(row.words.encode()).hexdigest())


def kept(look: Look) -> Iterator[str]:
    """An account whose transfer was made more than 30 days ago, is not to be made at all, or that no key
    opens; one that nobody of the shoppers named."""
    over = clock.now() - KEPT - LATE
    by_hand = RefundLeg.gateway == MANUAL
    waits = sa.and_(by_hand, RefundLeg.state == LegState.APPROVED)
    paid = sa.and_(by_hand, RefundLeg.state == LegState.SUCCEEDED, RefundLeg.changed_at >= over)
    named = sa.exists().where(
        *(Trail.subject_id == BankAccount.id, Trail.event == Event.ACCOUNT_NAMED.value),
        Trail.actor_kind == "shopper",
    )
    query = sa.select(BankAccount.id).join(RefundLeg, RefundLeg.id == BankAccount.leg_id)
    query = query.where(BankAccount.tenant_id == look.tenant, BankAccount.sealed.is_not(None))
    yield from (key(BankAccount, row.id) for row in look.each(query.where(sa.or_(~waits & ~paid, ~named))))


def nowhere(look: Look) -> Iterator[str]:
    """An account that no key opens, or whose IBAN is written down anywhere else in the shop."""
    mine = sa.select(BankAccount.id, BankAccount.sealed)
    mine = mine.where(BankAccount.tenant_id == look.tenant, BankAccount.sealed.is_not(None))
    for rows in batches(look.each(mine), lambda _: 10):
        words = []
        for row in rows:
            iban = _iban(row)
            if iban is None:
                yield key(BankAccount, row.id)
            else:
                words += [iban, printed(iban)]
        yield from _written(look, words)


def _iban(row: Any) -> str | None:
    try:
        return str(json.loads(unseal(row.sealed, PURPOSE, row.id))["iban"])
    except (Unreadable, ValueError, KeyError):
        return None


def _written(look: Look, words: list[str]) -> Iterator[str]:
    for kind in (*kinds(), Job) if words else ():
        if kind is not BankAccount:
            yield from look.named(kind, says(kind, words))  # type: ignore[arg-type]
