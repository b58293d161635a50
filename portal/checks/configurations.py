"""I22: a version says what the trail has sealed, and came into force the way that its shop demands."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from itertools import groupby
from json import dumps
from typing import Any

import sqlalchemy as sa

from portal.audit import Trail
from portal.checks.looking import Look, key
from portal.policies.models import WITHDRAWN, DraftState, PolicyDraft, PolicyVersion, Standing

READY = (DraftState.APPROVED, DraftState.SCHEDULED, DraftState.PUBLISHED)
STANDS = {
    DraftState.SCHEDULED: {Standing.SCHEDULED},
    DraftState.PUBLISHED: {Standing.ACTIVE, Standing.RETIRED},
}


def sealed(look: Look) -> Iterator[str]:
    """A version that says anything else than when it was scheduled and put in force, or whose trail is
    silent."""
    said = (PolicyVersion.id, PolicyVersion.no, PolicyVersion.document, PolicyVersion.others)
    query = sa.select(*said, Trail.data).where(PolicyVersion.tenant_id == look.tenant)
    about = sa.and_(Trail.subject_id == PolicyVersion.id, Trail.chain == look.tenant)
    query = query.outerjoin(Trail, about).order_by(PolicyVersion.id)
    for id, rows in groupby(look.each(query), lambda row: row.id):
        if not all(_is_so(row) for row in rows):
            yield key(PolicyVersion, id)


def _is_so(row: Any) -> bool:
    whole = dumps([row.document, row.others], sort_keys=True)
    seal = sha256(whole.encode()).hexdigest()
    return row.data is not None and (row.data.get("no"), row.data.get("seal")) == (row.no, seal)


def drafts(look: Look) -> Iterator[str]:
    """A draft that one person brought through alone where two are demanded and it is not marked; whose
    version is missing, stands otherwise or says otherwise; or that was made from none there is."""
    versions = look.all(_versions(look))
    by_draft = {row.draft_id: row for row in versions}
    known = {WITHDRAWN, *(row.no for row in versions)}
    query = sa.select(*PolicyDraft.__table__.columns).where(PolicyDraft.tenant_id == look.tenant)
    for draft in look.each(query):
        right = _reviewed(draft, versions, by_draft.get(draft.id)) and _came_to(draft, by_draft)
        if not right or draft.base_no not in known:
            yield key(PolicyDraft, draft.id)
    whole = sa.select(PolicyDraft.id).where(PolicyDraft.tenant_id == look.tenant)
    lost = (PolicyVersion.draft_id.is_not(None), PolicyVersion.draft_id.not_in(whole))
    yield from look.named(PolicyVersion, *lost)


def _versions(look: Look) -> sa.Select[Any]:
    names = ("draft_id", "no", "standing", "active_from", "document", "others", "alone")
    query = sa.select(*(getattr(PolicyVersion, name) for name in names))
    return query.where(PolicyVersion.tenant_id == look.tenant).order_by(PolicyVersion.no.desc())


def _reviewed(draft: Any, versions: Sequence[Any], made: Any) -> bool:
    """Without a review: the shop did without one when it was passed, and when it was scheduled or put in
    force (`made`), after the version of the number before."""
    if draft.state not in READY:
        return True
    if draft.reviewed_at is None:
        asked = next((row for row in versions if row.active_from <= draft.asked_at), None)
        before = next((row for row in versions if made and row.no == made.no - 1), asked)
        return all(row and row.others["limits"].get("second_review") is False for row in (asked, before))
    return bool((draft.reviewed_by == draft.asked_by) is draft.alone)


def _came_to(draft: Any, by_draft: Mapping[uuid.UUID | None, Any]) -> bool:
    made = by_draft.get(draft.id)
    if draft.state not in STANDS:
        return made is None
    return (
        made is not None
        and made.standing in STANDS[draft.state]
        and (made.document, made.others) == (draft.document, draft.others)
        and made.alone is draft.alone
    )
