"""The second step: why each article goes back."""

import uuid
from collections.abc import Mapping
from typing import Any

from flask import request

from portal.db import locked
from portal.errors import Refusal
from portal.i18n import Message, say
from portal.policies.document import Condition
from portal.policies.kinds import PhotoWish
from portal.policies.reasons import Branch, branches
from portal.policies.rules import conditions_for
from portal.returns.drafting import checked_comment, give_reasons, must_be_draft
from portal.returns.models import Return, ReturnLine
from portal.returns.photos import Taker
from portal.returns.photos.asking import NEEDED
from portal.returns.photos.keeping import photos_of, place_of
from portal.web.actor import actor
from portal.web.errors import redrawn
from portal.web.forms import Form
from portal.web.operations import Answer, once, see
from portal.web.photographs import brings, take_in, unpack
from portal.web.rendering import go, page
from portal.web.shopper.orders import address, draft_for, due_before, way
from portal.web.shopper.shots import photographed, shots_of
from portal.web.shopper.wizard import get, post
from portal.web.shopper.wording import not_met

ANSWERS = ("yes", "no")


class Reasons(Form):
    """Hand-written inputs: a return line's id holds its reason's code, "comment-<id>" what was said,
    "photos-<id>" what was chosen to show, "met-<id>-<condition>" yes or no."""


@get("/orders/<uuid:order>/reasons")
def reasons(order: uuid.UUID) -> Any:
    draft = draft_for(order)
    if draft is None or due_before("reasons", draft):
        return go(address("items", order))
    return drawn(draft)


@post("/orders/<uuid:order>/reasons")
@redrawn(by=reasons)
def keep_reasons(order: uuid.UUID) -> Any:
    unpack()
    draft = draft_for(order)
    if draft is None:
        return go(address("items", order))
    form = reasons_form(draft)
    if not form.sent():
        return drawn(draft, form), 422
    kept = _keep_photos(draft, form)
    if _unanswered(draft, form):
        return drawn(draft, form), 200 if kept else 422  # nothing is kept of what answers 422
    return see(once(form, actor(), lambda: _keep(draft)))


def _keep_photos(draft: Return, form: Reasons) -> int:
    """Those that come with the step itself, where no script has sent them before."""
    lines = photographed(draft)
    if not brings(lines):
        return 0
    must_be_draft(locked(Return, draft.id))
    return take_in(draft, lines, Taker.SHOPPER, actor(), form)


def _unanswered(draft: Return, form: Reasons) -> bool:
    """Note all that is missing at once, not one after another."""
    said = typed(draft)
    for line in draft.lines:
        code, comment = said[line.id]
        if not code:
            form.at_places[str(line.id)] = say("Choose a reason for {title}.", title=line.order_line.title)
            continue
        try:
            checked_comment(draft, line, code, comment)
        except Refusal as refusal:
            form.at_places[refusal.field] = refusal.message
    for line in _unshown(draft, said):
        form.at_places.setdefault(place_of(line.id), NEEDED)
    return bool(form.at_places)


def _unshown(draft: Return, said: Mapping[uuid.UUID, tuple[str, str]]) -> list[ReturnLine]:
    """The lines that need a photo for the reason chosen now, and have none."""
    policy = draft.policy.policy
    asked = {line: policy.reason(said[line.id][0]) for line in draft.lines}
    needed = [line for line, reason in asked.items() if reason and reason.photo is PhotoWish.REQUIRED]
    held = photos_of(draft.id) if needed else {}
    return [line for line in needed if line.id not in held]


def _keep(draft: Return) -> Answer:
    must_be_draft(draft)
    give_reasons(draft, typed(draft), actor(), _met(draft))
    return Answer(address("resolution", draft.order_id))


def reasons_form(draft: Return) -> Reasons:
    ids = [str(line.id) for line in draft.lines]
    more = [f"{kind}-{id}" for kind in ("comment", "photos") for id in ids]
    return Reasons(thing=draft, action="reasons", places={*ids, *more})


def typed(draft: Return) -> dict[uuid.UUID, tuple[str, str]]:
    """{return line id: (code, comment)} as this request says."""
    return {line.id: (request.form.get(str(line.id), ""), _said(draft, line)) for line in draft.lines}


def _said(draft: Return, line: ReturnLine) -> str:
    """The comment, or the answer to what the reason asks; what was typed at another reason is left out."""
    form, code = request.form, request.form.get(str(line.id), "")
    reason, comment = draft.policy.policy.reason(code), form.get(f"comment-{line.id}", "")
    if reason is None or not reason.question:
        return comment
    return "\n".join(text for text in (form.get(f"answer-{line.id}-{code}", ""), comment) if text.strip())


def _met(draft: Return) -> dict[uuid.UUID, dict[str, bool]]:
    """{return line id: {condition id: whether it is so}} as this request says; nobody has to answer."""
    return {
        line.id: {
            c.id: word == "yes" for c in _conditions(line, draft) if (word := _word(line, c)) in ANSWERS
        }
        for line in draft.lines
    }


def _word(line: ReturnLine, condition: Condition) -> str:
    return request.form.get(f"met-{line.id}-{condition.id}", "")


def _conditions(line: ReturnLine, draft: Return) -> tuple[Condition, ...]:
    return conditions_for(line.order_line, draft.policy.policy)


def _questions(draft: Return) -> dict[uuid.UUID, list[tuple[Condition, bool | None, Message]]]:
    """What is asked about each article, with the answer so far and what a no costs."""
    sent = _met(draft) if request.method == "POST" else None
    said = {line.id: (line.met or {}) if sent is None else sent[line.id] for line in draft.lines}
    return {
        line.id: [(c, said[line.id].get(c.id), not_met(c)) for c in _conditions(line, draft)]
        for line in draft.lines
    }


def drawn(draft: Return, form: Reasons | None = None) -> str:
    """The page, with what was typed."""
    said = typed(draft) if request.method == "POST" else {}
    form = form or reasons_form(draft)
    kept = {line.id: (line.reason or "", line.comment) for line in draft.lines}
    return page(
        "shopper/reasons.html",
        form=form,
        draft=draft,
        lines=sorted(draft.lines, key=lambda line: line.order_line.position),
        branches={line.id: _branches(draft, line) for line in draft.lines},
        questions=_questions(draft),
        asks={reason.code for reason in draft.policy.policy.reasons if reason.question},
        said=kept | said,
        shots=shots_of(draft, form, photographed(draft)),
        way=way(draft.order_id),
    )


def _branches(draft: Return, line: ReturnLine) -> list[Branch]:
    policy = draft.policy.policy
    return list(branches(line.order_line, policy.reasons, policy.reason_groups))
