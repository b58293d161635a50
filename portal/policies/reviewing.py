"""Two people for a change of the configuration: one asks for it, another approves it.

Where nobody else is entitled, the same person does both, with the password, and that is marked. A shop may
do without (`second_review`); the version in force says so.
"""

from portal import clock
from portal.audit import Actor, Chained, Event
from portal.db import session
from portal.errors import Refusal
from portal.i18n import say
from portal.jobs import enqueue
from portal.policies.calling import answered, reviewers
from portal.policies.drafting import person
from portal.policies.lifecycle import move, tell
from portal.policies.models import DraftState, PolicyDraft, PolicyVersion
from portal.policies.versions import active_or_none

LONGEST = 500


def ask(owner: Chained, draft: PolicyDraft, why: str, by: Actor) -> None:
    """Ask another person to approve it, and mail those who may; where the shop does without, it is approved.
    Lock the shop, then the draft. Raises Refusal without a reason, or for what is in force already."""
    active = active_or_none(whole=True)
    if active and active.configuration.documents == draft.configuration.documents:
        raise Refusal(say("It says what version {n} says, which is in force.", n=active.no))
    text = _said(why, "why")
    before = move(draft, "ask" if active and active.limits.second_review else "pass")
    draft.why, draft.asked_by, draft.asked_at = text, person(by), clock.now()
    draft.remark, draft.reviewed_by, draft.reviewed_at, draft.alone = "", None, None, False
    cause = tell(owner, Event.POLICY_REVIEW_ASKED, draft, before, by)
    enqueue("policy.call", {"draft": draft.id}, f"policy.call/{cause}", cause=cause)


def approve(owner: Chained, draft: PolicyDraft, by: Actor, *, proven: bool = False) -> None:
    """Approve what somebody else has asked for. Lock the shop, then the draft.

    Raises Refusal for whoever asked, unless nobody else is entitled and the password was `proven`.
    """
    same = draft.asked_by == person(by)
    if same and not is_alone(by):
        raise Refusal(say("You have asked for it. Somebody else approves it."))
    if same and not proven:
        raise Refusal(say("Type your password."), "password")
    before = move(draft, "approve")
    draft.reviewed_by, draft.reviewed_at, draft.alone = person(by), clock.now(), same
    alone = {"alone": True} if same else {}
    answered(draft, tell(owner, Event.POLICY_REVIEW_APPROVED, draft, before, by, **alone))


def overrule(owner: Chained, draft: PolicyDraft, by: Actor) -> None:
    """Approve it for the installation itself, whose commands need nobody; marked as one alone. Lock the shop,
    then the draft. Where the shop does without a review nothing is left to do."""
    if draft.state is DraftState.IN_REVIEW:
        before = move(draft, "approve")
        draft.reviewed_at, draft.alone = clock.now(), True
        tell(owner, Event.POLICY_REVIEW_APPROVED, draft, before, by, alone=True)


def send_back(owner: Chained, draft: PolicyDraft, remark: str, by: Actor) -> None:
    """It is a draft again, and no longer approved. Lock the shop, then the draft. Raises Refusal without
    words about why, but whoever asked needs none."""
    mine = draft.asked_by == person(by)
    text = "" if mine and not remark.strip() else _said(remark, "remark")
    before = move(draft, "send_back")
    draft.remark, draft.reviewed_by, draft.reviewed_at = text, person(by), clock.now()
    draft.alone = False
    answered(draft, tell(owner, Event.POLICY_SENT_BACK, draft, before, by))


def needs_nobody(held: PolicyVersion, by: Actor) -> bool:
    """Whether they may put a draft in force without another person."""
    return not held.limits.second_review or is_alone(by)


def passed_alone(draft: PolicyDraft, held: PolicyVersion) -> bool:
    """Whether it was approved while the shop did without a second person, and no longer does."""
    return draft.state is DraftState.APPROVED and draft.reviewed_at is None and held.limits.second_review


def is_alone(by: Actor) -> bool:
    """Whether nobody else of the staff may review today; who was only invited does not count."""
    who = person(by)
    return who is not None and session.scalar(reviewers(who).limit(1)) is None


def _said(text: str, field: str) -> str:
    words = text.strip()
    if not words or len(words) > LONGEST:
        raise Refusal(say("Say why, in at most {n} characters.", n=LONGEST), field)
    return words
