"""Legs that no gateway can send: a person transfers the money, and says so here.

Such a leg stays approved until then, so its approval can be taken back; it has a person's task and no job.
"""

import re
from datetime import date
from hashlib import sha256
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from portal import clock
from portal.audit import Actor, Event
from portal.db import here, on_postgresql, session
from portal.errors import Conflict, Refusal
from portal.i18n import say
from portal.ibans import holds_iban
from portal.refunds.bank_accounts.keeping import remember
from portal.refunds.demands.models import DemandRefund
from portal.refunds.legs import advance, fail, succeed
from portal.refunds.lifecycle import LegState
from portal.refunds.models import LegAttempt, RefundLeg
from portal.refunds.routing import MANUAL
from portal.refunds.sending import request_hash
from portal.returns.words import NO_ACCOUNT
from portal.tenants import this_shop

REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ./:+#_-]{0,59}")
# Why a transfer was not possible: codes, since free text has no place in the trail.
IMPOSSIBLE = ("account_unknown", "bank_refused", "shopper_refused")
CAME_BACK = "transfer_came_back"


def waits(leg: RefundLeg) -> bool:
    """Whether somebody has still to transfer it."""
    return leg.gateway == MANUAL and leg.state is LegState.APPROVED


def confirm(leg: RefundLeg, reference: str, day: date, by: Actor) -> None:
    """The money was transferred, on that day, under this reference of the bank's. Lock the return.

    Raises Conflict when somebody was first; Refusal for a day that cannot be, and for a reference that
    another transfer has.
    """
    _must_wait(leg)
    reference = " ".join(reference.split())
    _check(leg, reference, day)
    _attempt(leg, {"confirmed": day.isoformat(), "reference": reference})
    advance(leg, "submit", Event.LEG_SUBMITTED, by, day=day.isoformat())
    succeed(leg, reference, by)
    remember(leg)


def _must_wait(leg: RefundLeg) -> None:
    if not waits(leg):
        raise Conflict(say("Somebody has seen to this transfer already."))


def _check(leg: RefundLeg, reference: str, day: date) -> None:
    must_be_plain(reference)
    if holds_iban(reference):
        raise Refusal(NO_ACCOUNT, "reference")
    zone = ZoneInfo(this_shop().zone)
    if not leg.refund.approved_at.astimezone(zone).date() <= day <= clock.now().astimezone(zone).date():
        raise Refusal(say("Choose a day from the approval of the refund to today."), "day")
    must_be_unused(reference, RefundLeg.reference, DemandRefund.reference)


def must_be_plain(reference: str) -> None:
    """Raises Refusal for what cannot be a bank's reference."""
    if not REFERENCE.fullmatch(reference):
        raise Refusal(say("Type the bank's reference in plain letters and digits, at most 60."), "reference")


def must_be_unused(reference: str, *columns: InstrumentedAttribute[str]) -> None:
    """No transfer was confirmed under it in these columns, nor will be before this transaction ends.

    Raises Refusal. The unique rules of the columns alone would tell whoever comes second nothing of it.
    """
    hold_reference(reference)
    for column in columns:
        kind = column.class_
        mine = (kind.tenant_id == here(), kind.gateway == MANUAL, column == reference, column != "")
        if session.scalar(sa.select(kind.id).where(*mine).limit(1)):
            raise Refusal(say("Another transfer was confirmed under this reference."), "reference")


def hold_reference(reference: str) -> None:
    """Whoever else of the shop confirms one under it waits. After the return's lock, before any other."""
    if on_postgresql():  # on SQLite nobody else writes
        digest = sha256(f"{here()}/{reference}".encode()).digest()
        session.execute(sa.select(sa.func.pg_advisory_xact_lock(int.from_bytes(digest[:8], signed=True))))


def _attempt(leg: RefundLeg, evidence: dict[str, object]) -> None:
    """A person's one try, with what came of it."""
    now = clock.now()
    attempt = LegAttempt(no=1, key=f"{leg.id}/1", request_hash=request_hash(leg), begun_at=now)
    attempt.ended_at, attempt.evidence = now, evidence
    leg.attempts.append(attempt)
    session.flush()


def give_up(leg: RefundLeg, why: str, by: Actor) -> None:
    """The money cannot be transferred; `why` is one of `IMPOSSIBLE`. Lock the return. Raises Conflict."""
    _must_wait(leg)
    if why not in IMPOSSIBLE:
        raise Refusal(say("Choose why it was not possible."), "why")
    _attempt(leg, {"impossible": why})
    advance(leg, "submit", Event.LEG_SUBMITTED, by)
    fail(leg, why, by)


def came_back(leg: RefundLeg, by: Actor) -> None:
    """The bank sent a transfer back. Lock the return. Raises Conflict when it is not there to come back."""
    if leg.gateway != MANUAL or leg.state is not LegState.SUCCEEDED:
        raise Conflict(say("This transfer was not sent, or has come back already."))
    fail(leg, CAME_BACK, by)
