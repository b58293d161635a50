"""The versions of a shop's policy for reading, with who put each in force."""

import uuid
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from portal.db import here, session
from portal.errors import NotFound
from portal.people import User
from portal.policies import PolicyVersion
from portal.policies.models import Standing
from portal.views import paging


@dataclass(frozen=True)
class Issue:
    """A version without its document. `author` is empty for the first, which comes with the shop."""

    id: uuid.UUID
    no: int
    standing: Standing
    active_from: datetime
    author: str


def issues(spot: paging.Spot) -> paging.Slice[Issue]:
    """The newest first."""
    names = ("id", "no", "standing", "active_from")
    query = sa.select(*(getattr(PolicyVersion, name) for name in names), User.name.label("author"))
    query = query.outerjoin(User, User.id == PolicyVersion.created_by)
    query = query.where(PolicyVersion.tenant_id == here())
    order = paging.Order(PolicyVersion, (PolicyVersion.no, PolicyVersion.id))
    found = paging.cut(query, order, spot, paging.rows)
    rows = [Issue(row.id, row.no, row.standing, row.active_from, row.author or "") for row in found.rows]
    return paging.Slice(rows, found.before, found.after)


def version_of(no: int | None) -> tuple[PolicyVersion, str]:
    """A version (the active one, without a number) and its author's name. Raises NotFound."""
    query = sa.select(PolicyVersion, User.name).outerjoin(User, User.id == PolicyVersion.created_by)
    which = PolicyVersion.no == no if no is not None else PolicyVersion.standing == Standing.ACTIVE
    found = session.execute(query.where(PolicyVersion.tenant_id == here(), which)).one_or_none()
    if found is None:
        raise NotFound("PolicyVersion")
    return found[0], found[1] or ""
