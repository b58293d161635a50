"""Which version holds, and putting a new one in force."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from portal import clock
from portal.audit import Actor, Chained, Change, Event, record
from portal.db import here, session
from portal.errors import NotFound
from portal.policies.document import Policy
from portal.policies.models import PolicyVersion, Standing


def activate(owner: Chained, document: dict[str, Any], by: Actor) -> PolicyVersion:
    """Put a document in force as the shop's next version. Lock `owner`, the shop. Raises ValidationError."""
    policy = Policy.model_validate(document)
    before = active_or_none()
    if before:
        before.standing = Standing.RETIRED
        session.flush()
    version = PolicyVersion(
        no=before.no + 1 if before else 1,
        standing=Standing.ACTIVE,
        document=policy.model_dump(mode="json"),
        active_from=clock.now(),
        created_by=by.id,
    )
    session.add(version)
    session.flush()
    record(owner, Event.POLICY_ACTIVATED, by, [Change("policy_version", version.id)], no=version.no)
    return version


def active_or_none(*, hold: bool = False) -> PolicyVersion | None:
    """The version in force now. `hold`: until the transaction ends no other can take its place."""
    query = sa.select(PolicyVersion).where(
        PolicyVersion.tenant_id == here(), PolicyVersion.standing == Standing.ACTIVE
    )
    return session.scalars(query.with_for_update(read=True) if hold else query).one_or_none()


def in_force(placed_at: datetime) -> PolicyVersion:
    """The version under which an order is judged: the one in force when it was placed, else the first."""
    placing = sa.case((PolicyVersion.active_from <= placed_at, PolicyVersion.no), else_=-PolicyVersion.no)
    query = sa.select(PolicyVersion).where(PolicyVersion.tenant_id == here())
    return session.scalars(query.order_by(placing.desc()).limit(1)).one()


def each_in_force(moments: Iterable[datetime]) -> Mapping[datetime, PolicyVersion]:
    """The same for many moments, in two statements."""
    known = sa.select(PolicyVersion.no, PolicyVersion.active_from).where(PolicyVersion.tenant_id == here())
    begun = session.execute(known.order_by(PolicyVersion.no)).all()
    numbers = {at: max((no for no, since in begun if since <= at), default=begun[0][0]) for at in moments}
    wanted = PolicyVersion.no.in_(set(numbers.values()))
    query = sa.select(PolicyVersion).where(PolicyVersion.tenant_id == here(), wanted)
    versions = {version.no: version for version in session.scalars(query)}
    return {at: versions[no] for at, no in numbers.items()}


def version(no: int) -> PolicyVersion:
    """Raises NotFound."""
    query = sa.select(PolicyVersion).where(PolicyVersion.tenant_id == here(), PolicyVersion.no == no)
    found = session.scalars(query).one_or_none()
    if found is None:
        raise NotFound("policy version")
    return found
