"""The way of a draft into force. What is not in the table is refused."""

import uuid
from collections.abc import Mapping
from typing import Any

from portal.audit import Actor, Chained, Change, Event, record
from portal.errors import Conflict
from portal.i18n import say
from portal.policies.models import DraftState, PolicyDraft

D = DraftState

DRAFT: Mapping[tuple[DraftState, str], DraftState] = {
    (D.DRAFT, "save"): D.DRAFT,
    (D.DRAFT, "ask"): D.IN_REVIEW,
    (D.DRAFT, "pass"): D.APPROVED,  # where the shop does without a second person
    (D.DRAFT, "discard"): D.DISCARDED,
    (D.IN_REVIEW, "approve"): D.APPROVED,
    (D.IN_REVIEW, "send_back"): D.DRAFT,
    (D.IN_REVIEW, "discard"): D.DISCARDED,
    (D.APPROVED, "send_back"): D.DRAFT,
    (D.APPROVED, "discard"): D.DISCARDED,
    (D.APPROVED, "schedule"): D.SCHEDULED,
    (D.APPROVED, "publish"): D.PUBLISHED,
    (D.SCHEDULED, "publish"): D.PUBLISHED,
    (D.SCHEDULED, "withdraw"): D.APPROVED,
}
ENDED = frozenset({D.PUBLISHED, D.DISCARDED})


def legal(draft: PolicyDraft, step: str) -> bool:
    return (draft.state, step) in DRAFT


def move(draft: PolicyDraft, step: str) -> DraftState:
    """Take the step; the state before it. Raises Conflict where the draft is not so that it could."""
    before = draft.state
    if not legal(draft, step):
        raise Conflict(say("Somebody was faster: the draft is no longer as you saw it."))
    draft.state = DRAFT[before, step]
    return before


def moved(draft: PolicyDraft, before: DraftState | None) -> Change:
    """The step, for the trail."""
    return Change("policy_draft", draft.id, before and before.value, draft.state.value)


def tell(
    owner: Chained, event: Event, draft: PolicyDraft, before: DraftState | None, by: Actor, **facts: Any
) -> uuid.UUID:
    """Tell the shop's trail of a step; the id of the row."""
    return record(owner, event, by, [moved(draft, before)], draft=draft.no, **facts)[0]
