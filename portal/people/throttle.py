"""Counting tries in the database, so that guessing ends on every process and host at once.

A try is counted before it is made and taken back when it was right: of many at the same moment no more
get through than of many in a row. What is counted outlives the refusal, since `knock` has transactions of
its own; so call it before the unit of work has begun to write.
"""

import hmac
import uuid
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal import clock, config
from portal.db import here, scope, session, transaction
from portal.errors import Refusal
from portal.i18n import Message, say
from portal.ids import uuid7
from portal.people.models import Attempt

WITHIN = timedelta(hours=1)
LOOK_UP: Mapping[str, int] = {"order": 5, "address": 5, "network": 30}
SIGN_IN: Mapping[str, int] = {"account": 10, "network": 30}
SECOND: Mapping[str, int] = {"account": 8, "network": 30}
PIN: Mapping[str, int] = {"account": 6, "network": 60}
# The order with the address that was typed for it: a stranger who knows only one of them uses nothing up.
LINK: Mapping[str, int] = {"order": 3, "network": 40}
ACCOUNT: Mapping[str, int] = {"address": 3, "network": 40}
GIFT: Mapping[str, int] = {"address": 4, "network": 40}
GIFT_AGAIN: Mapping[str, int] = {"visit": 2, "network": 40}
FORGOTTEN: Mapping[str, int] = {"account": 3, "network": 40}
TOLD: Mapping[str, Message] = {
    "forgotten": say("A link was asked for several times. Look into your mailbox, or wait an hour."),
    "look_up": say("Too many tries. Wait an hour, or have a link mailed to you."),
    "gift": say("A link was asked for several times. Look into your mailbox, or wait an hour."),
    "link": say("A link was asked for several times. Look into your mailbox, or wait an hour."),
}
WAIT = say("Too many tries. Wait an hour, then try again.")


class TooMany(Refusal):
    """No more tries for now, right or wrong."""


@dataclass(frozen=True)
class Try:
    """A try that was let through, and counts until it is forgiven."""

    attempts: tuple[uuid.UUID, ...]


def knock(what: str, limits: Mapping[str, int], **subjects: str) -> Try:
    """Count a try at `what` ("look_up", "sign_in", "link") against each of the limits' names, an hour each.

    `subjects` says what is tried, by the same names; capitals and outer blanks make no difference. Raises
    TooMany, then nothing more is counted. Runs in transactions of its own.
    """
    rows = [_row(f"{what}.{name}", subjects[name]) for name in limits]
    tried = Try(tuple(row["id"] for row in rows))
    with _aside():
        session.execute(sa.delete(Attempt).where(Attempt.tenant_id == here(), Attempt.at < _since()))
        session.execute(sa.insert(Attempt), rows)
    with _aside():
        full = [row for row, most in zip(rows, limits.values(), strict=True) if _count(row["subject"]) > most]
        if full:
            forgive(tried)
    if full:
        raise TooMany(TOLD.get(what, WAIT))
    return tried


def forgive(tried: Try) -> None:
    """The try was right: do not count it. In the caller's transaction."""
    session.execute(sa.delete(Attempt).where(Attempt.tenant_id == here(), Attempt.id.in_(tried.attempts)))


def _aside() -> AbstractContextManager[Session]:
    return transaction(scope.get().region, scope.get().tenant)


def _since() -> datetime:
    return clock.now() - WITHIN


def _row(kind: str, subject: str) -> dict[str, Any]:
    said = f"{kind}\n{' '.join(subject.split()).lower()}".encode("utf-8", "surrogatepass")
    keyed = hmac.new(config.current().secret_key.encode(), said, sha256).hexdigest()
    return {"id": uuid7(), "tenant_id": here(), "kind": kind, "subject": keyed, "at": clock.now()}


def _count(subject: str) -> int:
    recent = sa.select(sa.func.count()).where(
        Attempt.tenant_id == here(), Attempt.subject == subject, Attempt.at >= _since()
    )
    return session.scalars(recent).one()
