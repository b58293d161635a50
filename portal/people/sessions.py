"""Sessions of the staff: a secret token in the browser, its hash here."""

import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import sqlalchemy as sa

from portal import clock
from portal.audit import Actor, Change, Event, record
from portal.db import here, session
from portal.people.models import StaffSession, User
from portal.people.roles import AT_TABLET, Permission, Role, may
from portal.tenants import locked_shop

IDLE, LONGEST = timedelta(hours=12), timedelta(days=7)
SEEN_EVERY = timedelta(minutes=5)
AWAY = timedelta(minutes=5)  # from a shared tablet; then it asks who is there
TOUCHED_EVERY = timedelta(seconds=15)  # so that those five minutes are nearly right


@dataclass(frozen=True)
class Person:
    """Somebody of the staff, as signed in. Holds no database object, so it outlives the transaction."""

    id: uuid.UUID
    session_id: uuid.UUID
    name: str
    email: str
    role: Role
    seen_at: datetime
    language: str = ""
    shared: bool = False

    @property
    def unseen(self) -> bool:
        """Whether it is some minutes since their being here was noted."""
        return clock.now() - self.seen_at >= (TOUCHED_EVERY if self.shared else SEEN_EVERY)

    @property
    def actor(self) -> Actor:
        return Actor("person", self.id)

    def may(self, permission: Permission) -> bool:
        return may(self.role, permission) and (not self.shared or permission in AT_TABLET)


def open_session(user: User, *, half: bool = False) -> str:
    """A new session; returns its token, which is kept nowhere else. `half`: it lets nobody in yet."""
    token, now = secrets.token_urlsafe(32), clock.now()
    hashed = hash_of(token)
    session.add(StaffSession(user_id=user.id, token_hash=hashed, created_at=now, seen_at=now, half=half))
    session.flush()
    return token


HOLDER = (
    sa.select(
        User.id,
        StaffSession.id.label("session"),
        User.name,
        User.email,
        User.role,
        sa.case((StaffSession.tablet, StaffSession.hand_seen_at), else_=StaffSession.seen_at),
        User.language,
        StaffSession.tablet,
    )
    .join(User, User.id == sa.case((StaffSession.tablet, StaffSession.hand_id), else_=StaffSession.user_id))
    .where(
        StaffSession.tenant_id == sa.bindparam("tenant"),
        StaffSession.token_hash == sa.bindparam("hash"),
        StaffSession.revoked_at.is_(None),
        StaffSession.half.is_(False),
        sa.or_(StaffSession.tablet.is_(False), StaffSession.hand_seen_at > sa.bindparam("away")),
        StaffSession.seen_at > sa.bindparam("idle"),
        StaffSession.created_at > sa.bindparam("longest"),
        User.active,
    )
)  # built once, since every page of the staff asks it


def person_of(token: str, through: sa.Connection | None = None) -> Person | None:
    """Who holds the token in this shop; None for an unknown, revoked or old one, and for a leaver's.

    Reads only, through another connection than the unit of work's where one is given. The role is today's,
    so a changed role counts at the next request.
    """
    now = clock.now()
    since = {"idle": now - IDLE, "longest": now - LONGEST, "away": now - AWAY}
    asked = {"tenant": here(), "hash": hash_of(token), **since}
    found = (through or session.connection()).execute(HOLDER, asked).one_or_none()
    return Person(*found) if found else None


def standing(person: Person) -> sa.Select[Any]:
    """A query that finds the person while their session goes on and their role is the same, and has both stay
    so until the transaction ends: whoever ends the session waits."""
    query = sa.select(User.id).join(StaffSession, StaffSession.id == person.session_id)
    here_still = (StaffSession.tenant_id == here(), StaffSession.revoked_at.is_(None))
    query = query.where(*here_still, User.id == person.id, User.active, User.role == person.role)
    return query.with_for_update(read=True, of=StaffSession)


def touch(person: Person) -> None:
    """Note that the person was here. Writes, so not in a GET's transaction."""
    mine = sa.update(StaffSession).where(
        StaffSession.tenant_id == here(), StaffSession.id == person.session_id
    )
    now = clock.now()
    session.execute(mine.values(seen_at=now, **({"hand_seen_at": now} if person.shared else {})))


def sign_out(token: str) -> None:
    """End the token's session. Nothing happens when it is over already."""
    person = person_of(token)
    if person:
        _end(StaffSession.id == person.session_id)
        whom = Change("staff_user", person.id)
        record(locked_shop(), Event.PERSON_SIGNED_OUT, person.actor, [whom])


def revoke(user_id: uuid.UUID, but: uuid.UUID | None = None) -> int:
    """End every session of a person, but for the one with that id; how many there were."""
    return _end(StaffSession.user_id == user_id, StaffSession.id != but)


def _end(*which: sa.ColumnElement[bool]) -> int:
    mine = sa.update(StaffSession).where(StaffSession.tenant_id == here(), StaffSession.revoked_at.is_(None))
    ended = session.execute(mine.where(*which).values(revoked_at=clock.now()))
    return ended.rowcount  # type: ignore[attr-defined, no-any-return]


def hash_of(token: str) -> str:
    """What is kept of a secret."""
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
