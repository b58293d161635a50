"""Which version holds, and putting the next one in its place."""

import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import undefer

from portal import clock
from portal.audit import Actor, Chained, Change, Event, record
from portal.db import here, session
from portal.errors import NotFound
from portal.policies.branding import Branding
from portal.policies.configuration import Configuration
from portal.policies.models import PolicyDraft, PolicyVersion, Standing, seal_of
from portal.policies.projecting import project
from portal.tenants import Tenant


def activate(
    owner: Tenant, wanted: Configuration, by: Actor, draft: PolicyDraft | None = None, *moved: Change
) -> PolicyVersion:
    """Put a configuration in force now as the shop's next version. Lock `owner`, the shop.

    Nothing may be scheduled. Whoever holds the version in force (`active_or_none`) is waited for, and the new
    one begins after them. `moved`: what became of the draft.
    """
    before = active_or_none()
    if before:
        before.standing = Standing.RETIRED
        session.flush()
    made = made_of(wanted, by, draft)
    made.no, made.standing, made.active_from = before.no + 1 if before else 1, Standing.ACTIVE, clock.now()
    add(owner, Event.POLICY_ACTIVATED, made, by, *moved)
    project(owner, wanted, by)
    return made


def made_of(wanted: Configuration, by: Actor, draft: PolicyDraft | None) -> PolicyVersion:
    """A version of a configuration; its number, standing and moment are still to be said."""
    return PolicyVersion(
        document=wanted.documents["policy"],
        others=wanted.others,
        created_by=by.id if by.kind == "person" else None,
        draft_id=draft.id if draft else None,
        alone=bool(draft and draft.alone),
    )


def add(owner: Chained, event: Event, made: PolicyVersion, by: Actor, *moved: Change) -> uuid.UUID:
    """Store a version, and tell the shop's trail of it; the id of the trail's row."""
    session.add(made)
    session.flush()
    return note(owner, event, made, by, *moved)


def note(owner: Chained, event: Event, made: PolicyVersion, by: Actor, *moved: Change) -> uuid.UUID:
    """Tell the shop's trail of a version, with the seal of what it says, and what became of its draft. The id
    of the row about the version."""
    facts: dict[str, Any] = {"alone": True} if made.alone else {}
    change = Change("policy_version", made.id, after=made.standing.value)
    seal = seal_of(made.document, made.others)
    return record(owner, event, by, [change, *moved], no=made.no, seal=seal, **facts)[0]


def active_or_none(*, hold: bool = False, whole: bool = False) -> PolicyVersion | None:
    """The version in force now. `hold`: until the transaction ends no other can take its place. `whole`: with
    its other documents, which would take a statement of their own."""
    due = sa.and_(PolicyVersion.standing == Standing.SCHEDULED, PolicyVersion.active_from <= clock.now())
    holds = sa.or_(PolicyVersion.standing == Standing.ACTIVE, due)
    query = sa.select(PolicyVersion).where(PolicyVersion.tenant_id == here(), holds)
    query = query.order_by(PolicyVersion.no.desc()).limit(1)
    query = query.options(undefer(PolicyVersion.others)) if whole else query
    if not hold:
        return session.scalars(query).one_or_none()
    held = query.with_for_update(read=True)
    # One that was retired while its lock was waited for is none of these any more: what took its place is.
    return session.scalars(held).one_or_none() or session.scalars(held).one_or_none()


def in_force(placed_at: datetime) -> PolicyVersion:
    """The version under which an order is judged: the one in force when it was placed, else the first.

    Of an order from the future, the one in force now: what is scheduled may yet be withdrawn.
    """
    at = min(placed_at, clock.now())
    placing = sa.case((PolicyVersion.active_from <= at, PolicyVersion.no), else_=-PolicyVersion.no)
    query = sa.select(PolicyVersion).where(PolicyVersion.tenant_id == here())
    return session.scalars(query.order_by(placing.desc()).limit(1)).one()


def each_in_force(moments: Iterable[datetime]) -> Mapping[datetime, PolicyVersion]:
    """The same for many moments, in two statements."""
    known = sa.select(PolicyVersion.no, PolicyVersion.active_from).where(PolicyVersion.tenant_id == here())
    now, begun = clock.now(), session.execute(known.order_by(PolicyVersion.no)).all()
    numbers = {
        at: max((no for no, since in begun if since <= min(at, now)), default=begun[0][0]) for at in moments
    }
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


def branding_at(moment: datetime) -> Branding | None:
    """What the shop showed of itself then; None before its configuration said it. One statement."""
    held = (PolicyVersion.tenant_id == here(), PolicyVersion.active_from <= moment)
    query = sa.select(PolicyVersion.others).where(*held).order_by(PolicyVersion.no.desc())
    said = (others.get("branding") for others in session.scalars(query))
    return next((Branding.model_validate(one) for one in said if one), None)


def scheduled_or_none() -> PolicyVersion | None:
    """The version that a worker has yet to put in force, if there is one; perhaps its moment has come."""
    waits = PolicyVersion.standing == Standing.SCHEDULED
    query = sa.select(PolicyVersion).where(PolicyVersion.tenant_id == here(), waits)
    return session.scalars(query).one_or_none()
