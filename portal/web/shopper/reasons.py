"""The second step: why each article goes back."""

import uuid
from typing import Any

from flask import request

from portal.i18n import say
from portal.policies.reasons import Branch, branches
from portal.returns.drafting import give_reasons, must_be_draft
from portal.returns.models import Return, ReturnLine
from portal.web.actor import actor
from portal.web.errors import redrawn
from portal.web.forms import Form
from portal.web.operations import Answer, once, see
from portal.web.rendering import go, page
from portal.web.shopper.orders import address, draft_for, due_before, way
from portal.web.shopper.wizard import get, post


class Reasons(Form):
    """Hand-written inputs: a return line's id holds its reason's code, "comment-<id>" what was said."""


@get("/orders/<uuid:order>/reasons")
def reasons(order: uuid.UUID) -> Any:
    draft = draft_for(order)
    if draft is None or due_before("reasons", draft):
        return go(address("items", order))
    return _page(draft)


@post("/orders/<uuid:order>/reasons")
@redrawn(by=reasons)
def keep_reasons(order: uuid.UUID) -> Any:
    draft = draft_for(order)
    if draft is None:
        return go(address("items", order))
    form = _form(draft)
    if not form.sent() or _unanswered(draft, form):
        return _page(draft, form), 422
    return see(once(form, actor(), lambda: _keep(draft)))


def _unanswered(draft: Return, form: Reasons) -> bool:
    """Note every article without a reason at once, not one after another."""
    for line in draft.lines:
        if not request.form.get(str(line.id)):
            form.at_places[str(line.id)] = say("Choose a reason for {title}.", title=line.order_line.title)
    return bool(form.at_places)


def _keep(draft: Return) -> Answer:
    must_be_draft(draft)
    give_reasons(draft, typed(draft), actor())
    return Answer(address("resolution", draft.order_id))


def _form(draft: Return) -> Reasons:
    ids = [str(line.id) for line in draft.lines]
    return Reasons(thing=draft, action="reasons", places={*ids, *(f"comment-{id}" for id in ids)})


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


def _page(draft: Return, form: Reasons | None = None) -> str:
    said = typed(draft) if request.method == "POST" else {}
    kept = {line.id: (line.reason or "", line.comment) for line in draft.lines}
    return page(
        "shopper/reasons.html",
        form=form or _form(draft),
        draft=draft,
        lines=sorted(draft.lines, key=lambda line: line.order_line.position),
        branches={line.id: _branches(draft, line) for line in draft.lines},
        asks={reason.code for reason in draft.policy.policy.reasons if reason.question},
        said=kept | said,
        way=way(draft.order_id),
    )


def _branches(draft: Return, line: ReturnLine) -> list[Branch]:
    policy = draft.policy.policy
    return list(branches(line.order_line, policy.reasons, policy.reason_groups))
