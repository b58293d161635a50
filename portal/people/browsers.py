"""The browsers in which a person is signed in, and signing out of them from afar."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from portal import clock
from portal.audit import Change, Event, record
from portal.db import find, here, session
from portal.errors import Refusal
from portal.i18n import say
from portal.people.agents import browser_named
from portal.people.models import StaffSession, User
from portal.people.sessions import IDLE, LONGEST, Person, revoke
from portal.people.staffing import keep_password
from portal.tenants import locked_shop


@dataclass(frozen=True)
class Browser:
    """A session that still lets in."""

    id: uuid.UUID
    name: str
    began: datetime
    seen: datetime


def browsers(person: Person) -> Sequence[Browser]:
    """The person's own, the one seen last first."""
    columns = sa.select(StaffSession.id, StaffSession.browser, StaffSession.created_at, StaffSession.seen_at)
    order = StaffSession.seen_at.desc(), StaffSession.id.desc()
    return [Browser(*row) for row in session.execute(columns.where(*_open(person)).order_by(*order))]


def note_browser(person: Person, agent: str) -> None:
    """Keep what the browser in which they have just signed in calls itself, in short."""
    this = sa.update(StaffSession).where(
        StaffSession.tenant_id == here(), StaffSession.id == person.session_id
    )
    session.execute(this.values(browser=browser_named(agent)))


def leave(person: Person, browser: uuid.UUID) -> None:
    """Sign out of one of the person's own; nothing happens where it is over already."""
    shop = locked_shop()
    one = sa.update(StaffSession).where(*_open(person), StaffSession.id == browser)
    if session.scalar(one.values(revoked_at=clock.now()).returning(StaffSession.id)) is not None:
        record(shop, Event.PERSON_SIGNED_OUT, person.actor, [Change("staff_user", person.id)])


def leave_all(person: Person) -> None:
    """Sign out everywhere, here too."""
    shop = locked_shop()
    n = revoke(person.id)
    record(shop, Event.PERSON_SIGNED_OUT, person.actor, [Change("staff_user", person.id)], sessions=n)


def change_password(person: Person, fresh: str) -> None:
    """Another password, hashed already, for somebody who has just proven the old one.

    Other browsers are signed out. Raises Refusal where this one was, since the proof.
    """
    locked_shop()
    this = sa.select(StaffSession.id).where(*_open(person), StaffSession.id == person.session_id)
    if session.scalar(this) is None:
        raise Refusal(say("Sign in once more."))
    keep_password(find(User, person.id), fresh, person.actor, person.session_id)


def _open(person: Person) -> tuple[sa.ColumnElement[bool], ...]:
    now = clock.now()
    return (
        StaffSession.tenant_id == here(),
        StaffSession.user_id == person.id,
        StaffSession.revoked_at.is_(None),
        StaffSession.half.is_(False),
        StaffSession.seen_at > now - IDLE,
        StaffSession.created_at > now - LONGEST,
    )
