"""What happened to a return, as its trail has it: who, when, what."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from portal.audit import Trail
from portal.db import here, session
from portal.people import User

MOST = 40


@dataclass(frozen=True)
class Entry:
    """One command's rows as one. `units` and `declined` count the items among them.

    `who` is a person's name, empty for everybody else; `kind` says what else acted.
    """

    no: int
    at: datetime
    event: str
    kind: str
    who: str
    subject: str
    after: str | None
    units: int
    declined: int
    policy_version: int | None
    data: Mapping[str, Any]


@dataclass(frozen=True)
class Story:
    """The newest first; `older` is the number that the next page begins before."""

    entries: Sequence[Entry]
    older: int | None


def story_of(chain: uuid.UUID, before: int | None = None, most: int = MOST) -> Story:
    """The entries of a chain, in one statement."""
    groups = _groups(chain, before, most + 1)
    query = (
        sa.select(Trail, groups.c.units, groups.c.declined, User.name)
        .join(groups, sa.and_(Trail.chain == chain, Trail.no == groups.c.no))
        .outerjoin(User, User.id == Trail.actor_id)
        .where(Trail.tenant_id == here())
        .order_by(Trail.no.desc())
    )
    entries = [_entry(*row) for row in session.execute(query)]
    older = entries[most - 1].no if len(entries) > most else None
    return Story(entries[:most], older)


def _groups(chain: uuid.UUID, before: int | None, most: int) -> sa.Subquery:
    """A command's rows have one moment, one actor and the same facts; the first of them speaks for all."""
    unit = Trail.subject_kind == "return_item"
    query = (
        sa.select(
            sa.func.min(Trail.no).label("no"),
            sa.func.sum(sa.case((unit, 1), else_=0)).label("units"),
            sa.func.sum(sa.case((Trail.after == "declined", 1), else_=0)).label("declined"),
        )
        .where(Trail.chain == chain, Trail.tenant_id == here())
        .group_by(Trail.event, Trail.at, Trail.actor_kind, Trail.actor_id, sa.cast(Trail.data, sa.Text))
        .order_by(sa.func.min(Trail.no).desc())
        .limit(most)
    )
    return (query.having(sa.func.min(Trail.no) < before) if before else query).subquery()


def _entry(row: Trail, units: int, declined: int, name: str | None) -> Entry:
    return Entry(
        no=row.no,
        at=row.at,
        event=row.event,
        kind=row.actor_kind,
        who=name or "",
        subject=row.subject_kind,
        after=row.after,
        units=int(units),
        declined=int(declined),
        policy_version=row.policy_version,
        data=row.data,
    )
