"""The dock's shared tablet: a password opens it, and whoever works there says by a PIN that it is them.

A PIN is good for nothing else: it opens no session, and what may be done with it are the dock's permissions.
"""

import uuid
from collections.abc import Sequence
from contextlib import AbstractContextManager

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal import clock
from portal.audit import Actor, Change, Event, record
from portal.db import find, here, scope, session, transaction
from portal.errors import Forbidden, Refusal
from portal.i18n import say
from portal.people import passwords
from portal.people.models import StaffSession, User
from portal.people.roles import Permission, Role, permissions
from portal.people.sessions import IDLE, LONGEST, Person, hash_of
from portal.people.throttle import PIN, forgive, knock
from portal.tenants import locked_shop

WRONG = say("The PIN is not right.")
OVER = say("This tablet is signed out. Sign in with a password once more.")
WORKING = [role for role in Role if Permission.WORK_DOCK in permissions(role)]


def share(person: Person) -> None:
    """From now on this browser asks who works at it; for the moment it is still the same person."""
    if person.shared or not person.may(Permission.WORK_DOCK):
        raise Forbidden
    shop, now = locked_shop(), clock.now()
    mine = sa.update(StaffSession).where(
        StaffSession.tenant_id == here(), StaffSession.id == person.session_id
    )
    session.execute(mine.values(tablet=True, hand_id=person.id, hand_seen_at=now))
    record(shop, Event.TABLET_SHARED, person.actor, [Change("staff_user", person.id)])


def step_back(person: Person) -> None:
    """Nobody is at the tablet until the next one says who they are."""
    if not person.shared:
        raise Forbidden
    mine = sa.update(StaffSession).where(
        StaffSession.tenant_id == here(), StaffSession.id == person.session_id
    )
    session.execute(mine.values(hand_id=None, hand_seen_at=None))


def tablet_of(token: str) -> uuid.UUID | None:
    """The shared session that the token holds, whoever is at it. Reads only."""
    now = clock.now()
    mine = (StaffSession.tenant_id == here(), StaffSession.token_hash == hash_of(token), StaffSession.tablet)
    live = (StaffSession.seen_at > now - IDLE, StaffSession.created_at > now - LONGEST)
    open_ = StaffSession.revoked_at.is_(None)
    return session.scalar(sa.select(StaffSession.id).where(*mine, *live, open_))


def hands() -> Sequence[tuple[uuid.UUID, str]]:
    """Who may say that it is them: everybody of the dock who has a PIN, by name."""
    able = (User.tenant_id == here(), User.active, User.pin_hash.is_not(None), User.role.in_(WORKING))
    query = sa.select(User.id, User.name).where(*able).order_by(sa.func.lower(User.name), User.id)
    return [(id, name) for id, name in session.execute(query)]


def take_over(token: str, user_id: uuid.UUID, pin: str, network: str) -> None:
    """It is this person now. Raises Refusal; TooMany after some wrong tries, counted in the database.

    Has transactions of its own: call it before the unit of work has begun to write.
    """
    tried = knock("pin", PIN, account=str(user_id), network=network)
    with _aside(reading=True):
        tablet, kept = tablet_of(token), _pin_of(user_id)
    if tablet is None:
        raise Refusal(OVER)
    if not passwords.matches(pin, kept):
        raise Refusal(WRONG, "pin")
    with _aside():
        shop, now = locked_shop(), clock.now()
        if _pin_of(user_id) != kept:
            raise Refusal(WRONG, "pin")
        session.execute(_change(tablet).values(hand_id=user_id, hand_seen_at=now, seen_at=now))
        forgive(tried)
        record(shop, Event.PERSON_AT_TABLET, Actor("person", user_id), [Change("staff_user", user_id)])


def set_pin(person: Person, fresh: str) -> None:
    """Another PIN, hashed already, for somebody who has just proven the password."""
    shop = locked_shop()
    find(User, person.id).pin_hash = fresh
    record(shop, Event.PERSON_CHANGED, person.actor, [Change("staff_user", person.id)], pin=True)


def _change(session_id: uuid.UUID) -> sa.Update:
    return sa.update(StaffSession).where(StaffSession.tenant_id == here(), StaffSession.id == session_id)


def _pin_of(user_id: uuid.UUID) -> str | None:
    able = (User.tenant_id == here(), User.id == user_id, User.active, User.role.in_(WORKING))
    return session.scalar(sa.select(User.pin_hash).where(*able))


def _aside(reading: bool = False) -> AbstractContextManager[Session]:
    return transaction(scope.get().region, scope.get().tenant, reading)
