"""The versions of a shop's configuration and their drafts for reading, with who did what."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from portal.audit import Trail
from portal.db import find, here, session
from portal.errors import NotFound
from portal.money import TEST_CURRENCY
from portal.orders.models import Order
from portal.people import User
from portal.policies import PolicyVersion
from portal.policies.models import DraftState, PolicyDraft, Standing
from portal.policies.versions import active_or_none
from portal.tenants import this_shop
from portal.views import paging

LISTED = 30  # drafts
NEWEST = 1_000  # orders of which the currencies are looked at


@dataclass(frozen=True)
class Issue:
    """A version without its documents. `author`: who asked for it, which need not be who put it in force.
    `author` and `reviewer` are empty where nobody of the staff was."""

    id: uuid.UUID
    no: int
    standing: Standing
    active_from: datetime
    author: str
    reviewer: str
    alone: bool
    why: str
    draft: uuid.UUID | None


@dataclass(frozen=True)
class Sketch:
    """A draft without its documents, and who saved it last."""

    id: uuid.UUID
    no: int
    state: DraftState
    base_no: int
    saved_at: datetime
    who: str
    why: str


@dataclass(frozen=True)
class Step:
    """A row of the trail about a draft."""

    event: str
    at: datetime
    kind: str
    who: str
    alone: bool


def currencies_used() -> set[str]:
    """The shop's own, and those of its newest orders, without the one of test orders; in one statement that
    reads no more of a large shop than of a small one."""
    mine = sa.select(Order.currency).where(Order.tenant_id == here())
    newest = mine.order_by(Order.placed_at.desc(), Order.id.desc()).limit(NEWEST).subquery()
    return {this_shop().currency, *session.scalars(sa.select(newest.c.currency).distinct())} - {TEST_CURRENCY}


def issues(spot: paging.Spot) -> paging.Slice[Issue]:
    """The newest first."""
    order = paging.Order(PolicyVersion, (PolicyVersion.no, PolicyVersion.id))
    return paging.cut(_issues(), order, spot, lambda query: [Issue(*row) for row in session.execute(query)])


def issue_of(version: PolicyVersion) -> Issue:
    return Issue(*session.execute(_issues().where(PolicyVersion.id == version.id)).one())


def _issues() -> sa.Select[Any]:
    names = ("id", "no", "standing", "active_from")
    reviewer = sa.orm.aliased(User)
    empty = sa.literal("")
    columns = (
        *(getattr(PolicyVersion, name) for name in names),
        *(sa.func.coalesce(User.name, empty), sa.func.coalesce(reviewer.name, empty)),
        *(PolicyVersion.alone, sa.func.coalesce(PolicyDraft.why, empty), PolicyVersion.draft_id),
    )
    query = sa.select(*columns).outerjoin(PolicyDraft, PolicyDraft.id == PolicyVersion.draft_id)
    wanted_by = sa.func.coalesce(PolicyDraft.asked_by, PolicyVersion.created_by)
    query = query.outerjoin(User, User.id == wanted_by)
    query = query.outerjoin(reviewer, reviewer.id == PolicyDraft.reviewed_by)
    return query.where(PolicyVersion.tenant_id == here())


def version_of(no: int | None) -> PolicyVersion:
    """A version; the one in force, without a number. Raises NotFound."""
    if no is None:
        found = active_or_none()
    else:
        mine = sa.select(PolicyVersion).where(PolicyVersion.tenant_id == here(), PolicyVersion.no == no)
        found = session.scalars(mine).one_or_none()
    if found is None:
        raise NotFound("PolicyVersion")
    return found


def sketches() -> Sequence[Sketch]:
    """The newest drafts that did not come into force, at most LISTED."""
    names = ("id", "no", "state", "base_no", "saved_at")
    columns = (*(getattr(PolicyDraft, name) for name in names), sa.func.coalesce(User.name, sa.literal("")))
    query: sa.Select[Any] = sa.select(*columns, PolicyDraft.why)
    query = query.outerjoin(User, User.id == PolicyDraft.saved_by)
    open_ = (PolicyDraft.tenant_id == here(), PolicyDraft.state != DraftState.PUBLISHED)
    rows = session.execute(query.where(*open_).order_by(PolicyDraft.no.desc()).limit(LISTED))
    return [Sketch(*row) for row in rows]


def version_from(draft: PolicyDraft) -> PolicyVersion | None:
    """What came of a draft, if it is scheduled or was put in force."""
    mine = (PolicyVersion.tenant_id == here(), PolicyVersion.draft_id == draft.id)
    return session.scalars(sa.select(PolicyVersion).where(*mine)).one_or_none()


def draft_of(id: uuid.UUID) -> PolicyDraft:
    return find(PolicyDraft, id)


def my_draft(person: uuid.UUID | None, base: int) -> PolicyDraft | None:
    """The newest draft of this version that the person has started and that can be changed."""
    mine = (PolicyDraft.tenant_id == here(), PolicyDraft.created_by == person, PolicyDraft.base_no == base)
    query = sa.select(PolicyDraft).where(*mine, PolicyDraft.state == DraftState.DRAFT)
    return session.scalars(query.order_by(PolicyDraft.no.desc()).limit(1)).one_or_none()


def names_of(people: Collection[uuid.UUID | None]) -> Mapping[uuid.UUID | None, str]:
    query = sa.select(User.id, User.name).where(User.tenant_id == here(), User.id.in_(people))
    return {row.id: row.name for row in session.execute(query)}


def steps_of(draft: PolicyDraft) -> Sequence[Step]:
    """What was done about it, the oldest first."""
    columns = (Trail.event, Trail.at, Trail.actor_kind, User.name, Trail.data)
    query = sa.select(*columns).outerjoin(User, User.id == Trail.actor_id)
    query = query.where(Trail.tenant_id == here(), Trail.subject_id == draft.id).order_by(Trail.no)
    rows = session.execute(query)
    return [
        Step(row.event, row.at, row.actor_kind, row.name or "", bool(row.data.get("alone"))) for row in rows
    ]
