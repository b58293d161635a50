"""Mails about a change of the configuration: to those who may review it, each of them once, and to who asked
when somebody has answered."""

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime

import sqlalchemy as sa

from portal.db import find, here, session
from portal.jobs import Lease, Rules, handler
from portal.notices import Letter, letter, notify
from portal.people.models import User
from portal.people.roles import Permission, Role, may
from portal.policies.models import DraftState, PolicyDraft


def reviewers(but: uuid.UUID | None) -> sa.Select[User]:
    """Who of the staff may review today, besides that one; who was only invited does not count."""
    entitled = [role for role in Role if may(role, Permission.REVIEW_POLICIES)]
    mine = (User.tenant_id == here(), User.active, User.role.in_(entitled), User.password_hash.is_not(None))
    others = sa.select(User).where(*mine)
    return others if but is None else others.where(User.id != but)


@handler("policy.call", Rules(evidence=True))
def call(lease: Lease) -> None:
    """A notice for each of them; nobody, where it does not wait any more."""
    mine = (PolicyDraft.tenant_id == here(), PolicyDraft.id == lease.ref("draft"))
    draft = session.scalars(sa.select(PolicyDraft).where(*mine)).one_or_none()
    if draft and draft.state is DraftState.IN_REVIEW:
        for user in session.scalars(reviewers(draft.asked_by)).all():
            notify(None, "review_due", _due(draft, user))


def answered(draft: PolicyDraft, cause: uuid.UUID) -> None:
    """Have who asked for the review told of its answer, unless it is their own."""
    if draft.asked_by and draft.asked_by != draft.reviewed_by:
        notify(None, "review_answered", _answer(draft), cause)


def _due(draft: PolicyDraft, user: User) -> uuid.UUID:
    """What such a notice is about. It follows from who is told and when it was asked for, so that each asking
    is told once and nothing is kept."""
    return uuid.uuid5(draft.id, f"review/{_moment(draft.asked_at)}/{user.id}")


def _answer(draft: PolicyDraft) -> uuid.UUID:
    return uuid.uuid5(draft.id, f"answer/{_moment(draft.reviewed_at)}")


def _moment(at: datetime | None) -> str:
    """The same before it is stored and after."""
    return at.astimezone(UTC).isoformat() if at else ""


def _drafts(*which: sa.ColumnElement[bool]) -> Iterator[PolicyDraft]:
    """The newest first."""
    query = sa.select(PolicyDraft).where(PolicyDraft.tenant_id == here(), *which)
    return iter(session.scalars(query.order_by(PolicyDraft.no.desc())))


@letter("review_due")
def review_due(id: uuid.UUID) -> Letter | None:
    """To nobody, where it does not wait any more."""
    for draft in _drafts(PolicyDraft.state == DraftState.IN_REVIEW):
        for user in session.scalars(reviewers(draft.asked_by)):
            if _due(draft, user) == id:
                return _letter(draft, user, who=_name(draft.asked_by), why=draft.why)
    return None


@letter("review_answered")
def review_answered(id: uuid.UUID) -> Letter | None:
    """To nobody, where something else has become of it since."""
    reviewed = (PolicyDraft.asked_by.is_not(None), PolicyDraft.reviewed_at.is_not(None))
    draft = next((one for one in _drafts(*reviewed) if _answer(one) == id), None)
    if draft is None or draft.asked_by is None:
        return None
    back = draft.state is DraftState.DRAFT
    said = {"back": back, "who": _name(draft.reviewed_by), "why": draft.remark}
    return _letter(draft, find(User, draft.asked_by), **said)


def _letter(draft: PolicyDraft, user: User, **values: object) -> Letter:
    return Letter(
        to=user.email,
        name=user.name,
        language=user.language,
        link=f"desk/policy/drafts/{draft.id}",
        values={"draft": draft.no, **values},
    )


def _name(id: uuid.UUID | None) -> str:
    return find(User, id).name if id else ""
