"""Putting an approved draft in force: now, or at a moment.

A scheduled version holds from its moment by itself, since every question is asked for a time; the job only
says so in the rows and in the trail, however late it is.
"""

from datetime import datetime, timedelta

import sqlalchemy as sa

from portal import clock
from portal.audit import Actor, Event
from portal.db import here, session
from portal.errors import Conflict, Refusal
from portal.i18n import say
from portal.jobs import Lease, Rules, enqueue, handler
from portal.policies.lifecycle import move, moved, tell
from portal.policies.models import WITHDRAWN, DraftState, PolicyDraft, PolicyVersion, Standing
from portal.policies.projecting import project
from portal.policies.reviewing import passed_alone
from portal.policies.versions import activate, active_or_none, add, made_of, note, scheduled_or_none
from portal.tenants import Tenant, locked_shop

FARTHEST = timedelta(days=731)
UNREVIEWED = say(
    "Nobody has reviewed this draft, and by now a second person is wanted. Make it a draft again, then ask "
    "for approval."
)
MARGIN = timedelta(minutes=1)  # no withdrawing in the last one: somebody may be judged by it already


def publish(
    owner: Tenant, draft: PolicyDraft, by: Actor, *, since: datetime | None = None, over: int | None = None
) -> PolicyVersion:
    """Put it in force, now or from `since`. Lock the shop, then the draft.

    `over`: the version in force whose difference to the draft was seen; it must be told where the draft was
    made from another. Raises Refusal without it, for a moment that is over or too far, and where a second
    person is wanted by now; Conflict while another version is scheduled.
    """
    settle(owner, by)
    waiting, active = scheduled_or_none(), active_or_none(whole=True)
    if waiting:
        raise Conflict(say("Version {n} is scheduled. Withdraw it first.", n=waiting.no))
    if active and active.no not in (draft.base_no, over):
        told = say("Version {n} is in force by now. Look at the difference, then say yes to it.", n=active.no)
        raise Refusal(told, "over")
    if active and passed_alone(draft, active):
        raise Refusal(UNREVIEWED)
    if since is None:
        step = moved(draft, move(draft, "publish"))
        return activate(owner, draft.configuration, by, draft, step)
    return _schedule(owner, draft, _future(since), active.no + 1 if active else 1, by)


def _future(since: datetime) -> datetime:
    now = clock.now()
    if since <= now:
        raise Refusal(say("That moment is over."), "since")
    if since > now + FARTHEST:
        raise Refusal(say("At most two years ahead."), "since")
    return since


def _schedule(owner: Tenant, draft: PolicyDraft, since: datetime, no: int, by: Actor) -> PolicyVersion:
    step = moved(draft, move(draft, "schedule"))
    made = made_of(draft.configuration, by, draft)
    made.no, made.standing, made.active_from = no, Standing.SCHEDULED, since
    cause = add(owner, Event.POLICY_SCHEDULED, made, by, step)
    enqueue("policy.activate", {}, f"policy.activate/{made.id}", run_at=since, cause=cause)
    return made


def withdraw(owner: Tenant, draft: PolicyDraft, by: Actor) -> None:
    """Take back what is scheduled; the draft is approved as before. Lock the shop, then the draft. Raises
    Conflict when its moment is here.

    The next version gets the number, so drafts that were made from this one must not count as made from that.
    """
    settle(owner, by)
    version = scheduled_or_none()
    if version is None or version.draft_id != draft.id:
        raise Conflict(say("It is in force already, or no longer scheduled."))
    if version.active_from <= clock.now() + MARGIN:
        raise Conflict(say("It comes into force within a minute, and can no longer be withdrawn."))
    before, no = move(draft, "withdraw"), version.no
    session.delete(version)
    session.flush()
    made_from_it = (PolicyDraft.tenant_id == here(), PolicyDraft.base_no == no)
    session.execute(sa.update(PolicyDraft).where(*made_from_it).values(base_no=WITHDRAWN))
    tell(owner, Event.POLICY_WITHDRAWN, draft, before, by, no=no)


def settle(owner: Tenant, by: Actor) -> None:
    """Say that the scheduled version holds, where its moment has come. Lock the shop. Safe to repeat."""
    due = scheduled_or_none()
    if due is None or due.active_from > clock.now():
        return
    mine = (PolicyVersion.tenant_id == here(), PolicyVersion.standing == Standing.ACTIVE)
    session.scalars(sa.select(PolicyVersion).where(*mine)).one().standing = Standing.RETIRED
    session.flush()
    due.standing = Standing.ACTIVE
    drafts = sa.select(PolicyDraft).where(PolicyDraft.tenant_id == here(), PolicyDraft.id == due.draft_id)
    scheduled = session.scalars(drafts.where(PolicyDraft.state == DraftState.SCHEDULED)).all()
    steps = [moved(draft, move(draft, "publish")) for draft in scheduled]
    note(owner, Event.POLICY_ACTIVATED, due, by, *steps)
    project(owner, due.configuration, by)


@handler("policy.activate", Rules(evidence=True, discardable=False))
def put_in_force(lease: Lease) -> None:
    """At the scheduled moment, or as soon after it as there is a worker; nothing if it was withdrawn."""
    shop, due = locked_shop(), scheduled_or_none()
    if due and due.active_from > clock.now() and lease.key.endswith(str(due.id)):
        lease.later(due.active_from - clock.now())
        return
    settle(shop, lease.by)
