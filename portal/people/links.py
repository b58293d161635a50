"""One-time links: a secret that is mailed, opens one thing once, and only for a while.

The secret follows from the link's id and the installation's key, and only its hash is kept. So the job that
writes the mail needs the id alone, and a mail that must be sent again is the same mail with the same link:
whichever copy arrives, works. A copy of the database opens nothing.
"""

import uuid
from collections.abc import Mapping
from datetime import timedelta

import sqlalchemy as sa

from portal import clock, config
from portal.db import here, session
from portal.ids import token, uuid7
from portal.people.models import OneTimeLink, Purpose
from portal.people.sessions import hash_of

LASTS = timedelta(minutes=30)
LONGER: Mapping[Purpose, timedelta] = {
    Purpose.INVITATION: timedelta(days=3),
    Purpose.SHOW_CARD: timedelta(days=7),
    Purpose.AGREE_CREDIT: timedelta(days=7),
    Purpose.NAME_ACCOUNT: timedelta(days=7),
}
KEPT = timedelta(hours=1)  # after its time; until then it counts against what a mailbox may get
MARK = "hwonce_"  # every secret begins so, and is found by it where it must not be


def issue(
    purpose: Purpose, subject: uuid.UUID, *, order: uuid.UUID | None = None, user: uuid.UUID | None = None
) -> OneTimeLink:
    """A link to the subject, for the address of an order or of a person. Clears away those long over."""
    now = clock.now()
    over = sa.and_(OneTimeLink.tenant_id == here(), OneTimeLink.expires_at < now - KEPT)
    session.execute(sa.delete(OneTimeLink).where(over))
    link = OneTimeLink(id=uuid7(), purpose=purpose, subject=subject, order_id=order, user_id=user)
    link.created_at, link.expires_at = now, now + LONGER.get(purpose, LASTS)
    link.token_hash = hash_of(secret_of(link))
    session.add(link)
    session.flush()
    return link


def secret_of(link: OneTimeLink) -> str:
    """What is mailed: 128 bits that nobody can guess. Never store it.

    A link that was made under an older key keeps its secret, so that its mail can be sent again.
    """
    keys = config.current().secret_keys
    secrets = [MARK + token(key.encode(), f"link/{link.purpose}", link.id) for key in keys]
    return next((secret for secret in secrets if hash_of(secret) == link.token_hash), secrets[0])


def unspent(id: uuid.UUID) -> OneTimeLink | None:
    """The link, if it still opens what it is for."""
    mine = sa.select(OneTimeLink).where(OneTimeLink.id == id, OneTimeLink.tenant_id == here())
    return session.scalar(mine.where(*_working()))


def works(secret: str, purpose: Purpose) -> bool:
    """Whether the secret would be taken. Reads only."""
    return session.scalar(sa.select(OneTimeLink.id).where(*_named(secret, purpose), *_working())) is not None


def spend(secret: str, purpose: Purpose) -> uuid.UUID | None:
    """What the link opens, now, once; None if it is spent, over, for something else, or was never made.

    Of many at the same moment one gets it: looking and marking are one statement.
    """
    taken = sa.update(OneTimeLink).where(*_named(secret, purpose), *_working())
    return session.scalar(taken.values(spent_at=clock.now()).returning(OneTimeLink.subject))


def withdraw(user: uuid.UUID) -> None:
    """Nothing that was mailed to this person of the staff opens anything more."""
    theirs = sa.and_(OneTimeLink.tenant_id == here(), OneTimeLink.user_id == user)
    session.execute(sa.delete(OneTimeLink).where(theirs, OneTimeLink.spent_at.is_(None)))


def withdraw_from(subject: uuid.UUID, purpose: Purpose) -> None:
    """Nothing that was mailed to open this thing opens it any more."""
    mine = sa.and_(OneTimeLink.tenant_id == here(), OneTimeLink.subject == subject)
    unspent = sa.and_(OneTimeLink.purpose == purpose, OneTimeLink.spent_at.is_(None))
    session.execute(sa.delete(OneTimeLink).where(mine, unspent))


def opened(secret: str, purpose: Purpose) -> uuid.UUID | None:
    """What a link that is spent has opened. Reads only; it opens nothing again."""
    spent = OneTimeLink.spent_at.is_not(None)
    return session.scalar(sa.select(OneTimeLink.subject).where(*_named(secret, purpose), spent))


def about(secret: str, purpose: Purpose) -> uuid.UUID | None:
    """What a link is about, spent or not, until its time is over. Reads only; it opens nothing."""
    in_time = OneTimeLink.expires_at > clock.now()
    return session.scalar(sa.select(OneTimeLink.subject).where(*_named(secret, purpose), in_time))


def reader(secret: str, purpose: Purpose) -> uuid.UUID | None:
    """The order to whose address a link was mailed, spent or not."""
    return session.scalar(sa.select(OneTimeLink.order_id).where(*_named(secret, purpose)))


def _named(secret: str, purpose: Purpose) -> tuple[sa.ColumnElement[bool], ...]:
    hashed = OneTimeLink.token_hash == hash_of(secret)
    return OneTimeLink.tenant_id == here(), hashed, OneTimeLink.purpose == purpose


def _working() -> tuple[sa.ColumnElement[bool], ...]:
    return OneTimeLink.spent_at.is_(None), OneTimeLink.expires_at > clock.now()
