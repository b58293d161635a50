"""The staff at a glance: who, since when, seen when, and who is still to come."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from portal import clock
from portal.db import here, session
from portal.errors import NotFound
from portal.people.models import OneTimeLink, Purpose, StaffSession, User
from portal.people.roles import Role


@dataclass(frozen=True)
class Entry:
    """A person of the staff. `invited_until` is the end of an invitation that nobody has used yet."""

    id: uuid.UUID
    name: str
    email: str
    role: Role
    active: bool
    since: datetime
    joined: bool
    seen_at: datetime | None
    invited_until: datetime | None


def roster() -> Sequence[Entry]:
    """Everybody, by name, those who left last; one statement."""
    ordered = _entries().order_by(User.active.desc(), sa.func.lower(User.name), User.id)
    return [Entry(*row) for row in session.execute(ordered)]


def entry(id: uuid.UUID) -> Entry:
    """One of them. Raises NotFound."""
    found = session.execute(_entries().where(User.id == id)).one_or_none()
    if found is None:
        raise NotFound("User")
    return Entry(*found)


def _entries() -> sa.Select[Any]:
    seen = _latest(sa.func.max(StaffSession.seen_at), StaffSession.user_id)
    waiting = sa.and_(
        OneTimeLink.purpose == Purpose.INVITATION,
        OneTimeLink.spent_at.is_(None),
        OneTimeLink.expires_at > clock.now(),
    )
    until = _latest(sa.func.max(OneTimeLink.expires_at), OneTimeLink.user_id, waiting)
    columns = (User.id, User.name, User.email, User.role, User.active, User.created_at)
    joined = User.password_hash.is_not(None)
    return sa.select(*columns, joined, seen, until).where(User.tenant_id == here())


def _latest(moment: Any, of: Any, *where: sa.ColumnElement[bool]) -> Any:
    """A moment of each person's own rows."""
    return sa.select(moment).where(of == User.id, *where).correlate(User).scalar_subquery()
