"""Keeping a shopper's bank account for one transfer: sealed, seen by who pays, and forgotten after it.

An account belongs to a leg that a person transfers. It is kept while that leg waits, and for 30 days after
the transfer was made; when the leg ends otherwise it is forgotten at once.
"""

import json
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import timedelta

import sqlalchemy as sa

from portal import clock
from portal.audit import Actor, Change, Event, Trail, record, record_aside
from portal.audit.resealing import reseals
from portal.db import find, here, locked, session
from portal.errors import Conflict
from portal.i18n import say
from portal.ids import uuid7
from portal.jobs import Lease, enqueue, handler
from portal.refunds.bank_accounts.models import BankAccount
from portal.refunds.models import RefundLeg
from portal.refunds.routing import MANUAL
from portal.returns.models import Return
from portal.sealing import Unreadable, reseal, seal, unseal

KEPT = timedelta(days=30)
LOOKS = timedelta(hours=1)  # so long a look lasts while somebody works on its page
PURPOSE = "bank account"
GONE = say("This account is not kept any more.")


@dataclass(frozen=True)
class Account:
    """A bank account in the open. `bic` is "" where no transfer needs it."""

    iban: str
    holder: str
    bic: str = ""

    def __repr__(self) -> str:
        """Nothing of it: what is printed ends in a log."""
        return "Account(…)"


def account_of(leg: RefundLeg) -> BankAccount | None:
    """What is kept for the leg's transfer; None too when it was forgotten."""
    query = sa.select(BankAccount).where(BankAccount.tenant_id == here(), BankAccount.leg_id == leg.id)
    return session.scalar(query.where(BankAccount.sealed.is_not(None)))


def keep(leg: RefundLeg, account: Account, by: Actor) -> BankAccount:
    """Keep it for the leg's transfer, in the place of one that was named before. Lock the return."""
    kept = session.scalar(
        sa.select(BankAccount).where(BankAccount.tenant_id == here(), BankAccount.leg_id == leg.id)
    )
    if kept is None:
        kept = BankAccount(id=uuid7(), leg_id=leg.id)
        session.add(kept)
    kept.named_at, kept.forgotten_at = clock.now(), None
    kept.ending, kept.country = account.iban[-4:], account.iban[:2]
    kept.sealed = seal(json.dumps(asdict(account)), PURPOSE, kept.id)
    record(leg.refund.return_, Event.ACCOUNT_NAMED, by, [Change("bank_account", kept.id)], leg=str(leg.id))
    return kept


def opened(kept: BankAccount) -> Account:
    """The account in the open. Raises Conflict when nothing of it is left, or no key opens it."""
    if kept.sealed is None:
        raise Conflict(GONE)
    try:
        return Account(**json.loads(unseal(kept.sealed, PURPOSE, kept.id)))
    except Unreadable as error:
        raise Conflict(say("This account cannot be read any more. Ask the shopper for it again.")) from error


def look(leg: RefundLeg, by: Actor) -> Account:
    """The account for who pays. Each look is in the trail, and moves no version: open forms stay good.

    Raises Conflict when none is kept.
    """
    kept = account_of(leg)
    if kept is None:
        raise Conflict(GONE)
    account = opened(kept)
    record_aside(Return, leg.refund.return_id, Event.ACCOUNT_SEEN, by, [Change("bank_account", kept.id)])
    return account


def seen(leg: RefundLeg, by: Actor) -> Account | None:
    """The account for whoever has looked at it within the hour, to draw their page again; else None.

    It is that look, and none of its own: nothing is written. Raises Conflict when it cannot be read.
    """
    kept = account_of(leg)
    if kept is None:
        return None
    looked = sa.select(Trail.id).where(
        Trail.tenant_id == here(),
        Trail.subject_id == kept.id,
        Trail.event == Event.ACCOUNT_SEEN,
        Trail.actor_kind == by.kind,
        Trail.actor_id == by.id,
        Trail.at >= max(kept.named_at, clock.now() - LOOKS),
    )
    return opened(kept) if session.scalar(looked.limit(1)) else None


def remember(leg: RefundLeg) -> None:
    """The transfer was made: its account goes in 30 days, with no more than that said of it."""
    if kept := account_of(leg):
        enqueue("account.forget", {"account": kept.id}, f"account/{kept.id}", run_at=clock.now() + KEPT)


def forget(leg: RefundLeg, by: Actor) -> None:
    """Nothing of the leg's account is kept any more. Lock the return. Repeating it is no error."""
    kept = account_of(leg) if leg.gateway == MANUAL else None
    if kept is not None:
        kept.sealed = kept.ending = kept.country = None
        kept.forgotten_at = clock.now()
        record(leg.refund.return_, Event.ACCOUNT_FORGOTTEN, by, [Change("bank_account", kept.id)])


@handler("account.forget")
def forgotten(lease: Lease) -> None:
    """The transfer was made 30 days ago."""
    leg = find(RefundLeg, find(BankAccount, lease.ref("account")).leg_id)
    locked(Return, leg.refund.return_id)
    forget(leg, lease.by)


@reseals("bank accounts")
def seal_anew() -> int:
    """Under the present key, whatever of this shop an older one holds; how many that were."""
    moved = 0
    mine = sa.select(BankAccount).where(BankAccount.tenant_id == here(), BankAccount.sealed.is_not(None))
    for kept in session.scalars(mine.with_for_update()):
        assert kept.sealed
        with suppress(Unreadable):
            anew = reseal(kept.sealed, PURPOSE, kept.id)
            moved, kept.sealed = moved + (anew != kept.sealed), anew
    return moved
