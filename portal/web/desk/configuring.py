"""The versions of the configuration, and a draft's way into force, step by step."""

import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import g, request, url_for

from portal.db import here, locked
from portal.i18n import Message, say
from portal.people import Permission, confirm
from portal.policies import differing, drafting, publishing, reviewing
from portal.policies.at_once import put_in_force
from portal.policies.checking import odd
from portal.policies.lifecycle import legal
from portal.policies.models import DraftState, PolicyDraft, PolicyVersion
from portal.policies.versions import active_or_none, scheduled_or_none
from portal.policies.versions import version as version_by
from portal.policies.writing import compared, difference, written
from portal.tenants import locked_shop, this_shop
from portal.views import policies as reading
from portal.web.actor import actor
from portal.web.desk.blueprint import desk
from portal.web.desk.board import beside, spot
from portal.web.desk.config_forms import Approval, AskReview, AtOnce, Publish, SendBack, Start, Text, read_in
from portal.web.desk.config_words import DRAFTS, STANDINGS
from portal.web.desk.forms import Ask
from portal.web.desk.record import me_here
from portal.web.desk.telling import acted
from portal.web.desk.trail_words import EVENTS
from portal.web.errors import redrawn
from portal.web.forms import Form
from portal.web.limits import knocking
from portal.web.operations import Answer, once, see
from portal.web.rendering import page
from portal.web.shops import faces, this_face
from portal.web.staff import permitted

READ, EDIT = Permission.READ_POLICIES, Permission.EDIT_POLICIES
REVIEW, ACTIVATE = Permission.REVIEW_POLICIES, Permission.ACTIVATE_POLICIES
PUBLISHED, SCHEDULED = DraftState.PUBLISHED, DraftState.SCHEDULED
LONGEST_TYPED = 2000
# The form that each address takes.
SENT = {
    "ask_review": "ask", "approve_draft": "approve", "send_draft_back": "send_back",
    "publish_alone": "at_once", "publish_draft": "publish",
    "withdraw_version": "withdraw", "discard_draft": "discard",
}  # fmt: skip


@desk.get("/policy/versions")
@permitted(READ)
def versions() -> str:
    """Drafts and versions, the newest first."""
    found, held = reading.issues(spot()), active_or_none()
    return page(
        "desk/versions.html",
        drafts=reading.sketches(),
        issues=found.rows,
        holds=held,
        start=Start(thing=this_shop(), action="draft", formdata=None),
        pages=beside("desk.versions", found),
        draft_states=DRAFTS,
        standings=STANDINGS,
    )


@desk.post("/policy/drafts")
@permitted(READ, EDIT)
@redrawn(by=versions)
def start_draft() -> Any:
    shop = locked_shop()
    form = Start(thing=shop, action="draft")
    no = form.no.data or ""
    if not (form.sent() and no.isascii() and no.isdigit() and len(no) < 10):
        return versions(), 422
    return see(once(form, actor(), lambda: _start(shop, int(no))))


def _start(shop: Any, no: int) -> Answer:
    draft = drafting.start(shop, version_by(no), actor())
    return Answer(url_for("desk.draft", id=draft.id), say("Draft {n} is started.", n=draft.no))


@desk.get("/policy/drafts/<uuid:id>")
@permitted(READ)
def draft(id: uuid.UUID) -> str:
    """What it changes, how far it is, and what can be done about it."""
    return _draft(reading.draft_of(id))


def _draft(found: PolicyDraft, posted: dict[str, Form] | None = None) -> str:
    """`posted`: the form that was sent and is not right."""
    held = active_or_none(whole=True)
    assert held
    made = reading.version_from(found) if found.state in (PUBLISHED, SCHEDULED) else None
    against = reading.version_of(made.no - 1) if made else held
    mine = found.asked_by == me_here().id
    return page(
        "desk/draft.html",
        draft=found,
        holds=held,
        against=against,
        words=differing.words(against.configuration, found.configuration),
        lines=difference(against.configuration, found.configuration).splitlines()[2:],
        odd=odd(found.configuration, reading.currencies_used()),
        state=DRAFTS[found.state],
        steps=[(EVENTS[step.event], acted(step.kind, step.who), step) for step in reading.steps_of(found)],
        names=reading.names_of({found.asked_by, found.reviewed_by}),
        version=made,
        waiting=scheduled_or_none() if found.state in (DraftState.DRAFT, DraftState.APPROVED) else None,
        mine=mine,
        nobody=found.state is DraftState.DRAFT and reviewing.needs_nobody(held, actor()),
        unreviewed=reviewing.passed_alone(found, held),
        alone=mine and found.state is DraftState.IN_REVIEW and reviewing.is_alone(actor()),
        can=lambda step: legal(found, step),
        forms=_forms(found) | (posted or {}),
        zone=this_face().zone,
    )


def _forms(found: PolicyDraft) -> dict[str, Form]:
    """Each as it was typed, where it is the one that was sent."""
    kinds: dict[str, Callable[..., Form]] = {
        "ask": AskReview, "at_once": AtOnce, "approve": Approval, "send_back": SendBack, "publish": Publish,
        "withdraw": Ask, "discard": Ask,
    }  # fmt: skip
    sent = SENT.get((request.endpoint or "").removeprefix("desk."))
    return {
        name: kind(thing=found, action=name, **({} if name == sent else {"formdata": None}))
        for name, kind in kinds.items()
    }


def _step(id: uuid.UUID, kind: type[Form], action: str, do: Callable[[Any, Any, Any], Message]) -> Any:
    """The shop is locked before the draft, as the verbs want it."""
    shop, found = locked_shop(), locked(PolicyDraft, id)
    form = kind(thing=found, action=action)
    if not form.sent():
        return _draft(found, {action: form}), 422
    to = url_for("desk.draft", id=id)
    return see(once(form, actor(), lambda: Answer(to, do(shop, found, form))))


@desk.post("/policy/drafts/<uuid:id>/review")
@permitted(READ, EDIT)
@redrawn(by=draft)
def ask_review(id: uuid.UUID) -> Any:
    return _step(id, AskReview, "ask", _ask)


def _ask(shop: Any, found: PolicyDraft, form: AskReview) -> Message:
    reviewing.ask(shop, found, form.why.data, actor())
    if found.state is DraftState.APPROVED:
        return say("This shop does without a second person: it can be put in force.")
    return say("It waits for somebody else to approve it.")


@desk.post("/policy/drafts/<uuid:id>/approval")
@permitted(READ, REVIEW)
@knocking
@redrawn(by=draft)
def approve_draft(id: uuid.UUID) -> Any:
    proven = _proven()
    return _step(id, Approval, "approve", lambda *about: _approve(*about, proven=proven))


def _proven() -> bool:
    """Whether a password was typed. It is worked at before anything is locked; Refusal where it is wrong."""
    typed = request.form.get("password", "")[:LONGEST_TYPED]
    if typed:
        confirm(me_here(), typed, request.remote_addr or "")
    return bool(typed)


def _approve(shop: Any, found: PolicyDraft, form: Approval, *, proven: bool) -> Message:
    reviewing.approve(shop, found, actor(), proven=proven)
    return say("It is approved, and can be put in force.")


@desk.post("/policy/drafts/<uuid:id>/back")
@permitted(READ, EDIT)
@redrawn(by=draft)
def send_draft_back(id: uuid.UUID) -> Any:
    return _step(id, SendBack, "send_back", _send_back)


def _send_back(shop: Any, found: PolicyDraft, form: SendBack) -> Message:
    reviewing.send_back(shop, found, form.remark.data or "", actor())
    return say("It is a draft again.")


@desk.post("/policy/drafts/<uuid:id>/publication")
@permitted(READ, ACTIVATE)
@redrawn(by=draft)
def publish_draft(id: uuid.UUID) -> Any:
    return _step(id, Publish, "publish", _publish)


@desk.post("/policy/drafts/<uuid:id>/at-once")
@permitted(READ, EDIT, REVIEW, ACTIVATE)
@knocking
@redrawn(by=draft)
def publish_alone(id: uuid.UUID) -> Any:
    """All steps in one, for whoever needs nobody else."""
    proven = _proven()
    return _step(id, AtOnce, "at_once", lambda *about: _publish_alone(*about, proven=proven))


def _publish_alone(shop: Any, found: PolicyDraft, form: AtOnce, *, proven: bool) -> Message:
    since, over = form.moment(shop.zone), form.confirmed()
    made = put_in_force(shop, found, form.why.data, actor(), proven=proven, since=since, over=over)
    return _holds(made, since)


def _publish(shop: Any, found: PolicyDraft, form: Publish) -> Message:
    since = form.moment(shop.zone)
    made = publishing.publish(shop, found, actor(), since=since, over=form.confirmed())
    return _holds(made, since)


def _holds(made: PolicyVersion, since: datetime | None) -> Message:
    faces().forget(here())
    if since:
        return say("Version {n} comes into force {when}.", n=made.no, when=g.voice.moment(since))
    return say("Version {n} is in force.", n=made.no)


@desk.post("/policy/drafts/<uuid:id>/withdrawal")
@permitted(READ, ACTIVATE)
@redrawn(by=draft)
def withdraw_version(id: uuid.UUID) -> Any:
    return _step(id, Ask, "withdraw", _withdraw)


def _withdraw(shop: Any, found: PolicyDraft, form: Form) -> Message:
    publishing.withdraw(shop, found, actor())
    return say("It does not come into force. The draft stays approved.")


@desk.post("/policy/drafts/<uuid:id>/end")
@permitted(READ, EDIT)
@redrawn(by=draft)
def discard_draft(id: uuid.UUID) -> Any:
    return _step(id, Ask, "discard", _discard)


def _discard(shop: Any, found: PolicyDraft, form: Form) -> Message:
    drafting.discard(shop, found, actor())
    return say("The draft is thrown away.")


@desk.get("/policy/drafts/<uuid:id>/text")
@permitted(READ, EDIT)
def draft_text(id: uuid.UUID) -> Any:
    return _text(reading.draft_of(id))


def _text(found: PolicyDraft, posted: Text | None = None) -> str:
    """Where somebody else saved meanwhile, what they saved stands beside what was typed."""
    saved = written(found.configuration)
    form = posted or Text(thing=found, action="save", data={"text": saved})
    typed = form.text.data or ""
    theirs = request.method == "POST" and form.op.data and form.stale
    return page(
        "desk/draft_text.html",
        draft=found,
        form=form,
        theirs=compared(saved, typed).splitlines()[2:] if theirs else [],
        editable=legal(found, "save"),
    )


@desk.post("/policy/drafts/<uuid:id>/text")
@permitted(READ, EDIT)
@redrawn(by=draft_text)
def save_draft(id: uuid.UUID) -> Any:
    """Nothing is saved unless all of it is valid."""
    typed = read_in(request.form.get("text", ""))
    shop, found = locked_shop(), locked(PolicyDraft, id)
    form = Text(thing=found, action="save")
    wanted = form.wanted(typed, found.configuration) if form.sent() else None
    if wanted is None:
        return _text(found, form), 422
    return see(once(form, actor(), lambda: _save(shop, found, wanted)))


def _save(shop: Any, found: PolicyDraft, wanted: Any) -> Answer:
    changed = drafting.save(shop, found, wanted, actor())
    said = say("The draft is saved.") if changed else say("Nothing was different.")
    return Answer(url_for("desk.draft", id=found.id), said)
