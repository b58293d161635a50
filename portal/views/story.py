"""What happened to a return, as its trail has it: who, when, what."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from portal.audit import Trail
from portal.db import here, session
from portal.people import ApiKey, User

MOST = 40


@dataclass(frozen=True)
class Entry:
    """One command's rows as one. `units` and `declined` count the items among them.

    `who` is a person's name or a key's, empty for everybody else; `kind` says what acted.
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


def _asking() -> sa.Select[Any]:
    """A command's rows have one moment, one actor and the same facts; the first of them speaks for all."""
    mine = sa.and_(Trail.chain == sa.bindparam("chain"), Trail.tenant_id == sa.bindparam("tenant"))
    unit, first = Trail.subject_kind == "return_item", sa.func.min(Trail.no)
    groups = (
        sa.select(
            first.label("no"),
            sa.func.sum(sa.case((unit, 1), else_=0)).label("units"),
            sa.func.sum(sa.case((Trail.after == "declined", 1), else_=0)).label("declined"),
        )
        .where(mine)
        .group_by(Trail.event, Trail.at, Trail.actor_kind, Trail.actor_id, sa.cast(Trail.data, sa.Text))
        .having(first < sa.bindparam("before"))
        .order_by(first.desc())
        .limit(sa.bindparam("most"))
    ).subquery()
    return (
        sa.select(
            Trail.no,
            Trail.at,
            Trail.event,
            Trail.actor_kind,
            sa.func.coalesce(User.name, ApiKey.name, ""),
            Trail.subject_kind,
            Trail.after,
            groups.c.units,
            groups.c.declined,
            Trail.policy_version,
            Trail.data,
        )
        .select_from(Trail)
        .join(groups, sa.and_(mine, Trail.no == groups.c.no))
        .outerjoin(User, User.id == Trail.actor_id)
        .outerjoin(ApiKey, ApiKey.id == Trail.actor_id)
        .order_by(Trail.no.desc())
    )


ASKING = _asking()
LAST = 2**31 - 1


def story_of(chain: uuid.UUID, before: int | None = None, most: int = MOST) -> Story:
    """The entries of a chain, in one statement."""
    asked = {"chain": chain, "tenant": here(), "before": before or LAST, "most": most + 1}
    entries = [Entry(*row) for row in session.connection().execute(ASKING, asked)]
    older = entries[most - 1].no if len(entries) > most else None
    return Story(entries[:most], older)
