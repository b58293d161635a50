"""Trying a draft of the configuration on an order of the shop, beside the version that is in force."""

import uuid
from typing import Any

from flask import request, url_for

from portal.i18n import say
from portal.orders.finding import find_by_number
from portal.people import Permission
from portal.policies import Resolution
from portal.policies.choosing import Choice
from portal.policies.models import PolicyDraft
from portal.policies.promises import WAY_BACK, otherwise
from portal.policies.versions import active_or_none
from portal.views import policies as reading
from portal.views.trying import compared, costs
from portal.web.desk import wording
from portal.web.desk.blueprint import desk
from portal.web.desk.board import READING
from portal.web.rendering import page
from portal.web.shops import this_face
from portal.web.staff import permitted

LONGEST, MOST_LINES = 80, 25
UNKNOWN = say("There is no order with this number.")


@desk.get("/policy/drafts/<uuid:id>/try")
@permitted(*READING, Permission.READ_POLICIES)
def try_draft(id: uuid.UUID) -> str:
    """What becomes of an order under the draft. Changes nothing."""
    draft, held = reading.draft_of(id), active_or_none()
    assert held
    number = _typed("number")
    order = find_by_number(number) if number else None
    return page(
        "desk/try.html",
        draft=draft,
        holds=held,
        number=number,
        here=url_for("desk.try_draft", id=id),
        fault=UNKNOWN if number and order is None else None,
        reason=_typed("reason"),
        wanted=_wanted(),
        reasons=draft.configuration.policy.reasons,
        ways=wording.RESOLUTIONS,
        sendings=WAY_BACK,
        otherwise=otherwise,
        w=wording,
        **(_tried(order, held, draft) if order else {"order": None}),
    )


def _tried(order: Any, held: Any, draft: PolicyDraft) -> dict[str, Any]:
    now, then = held.policy, draft.configuration.policy
    choice = Choice(_typed("reason"), _wanted())
    lines = order.lines[:MOST_LINES]
    return {
        "order": order,
        "rows": list(compared(lines, this_face().zone, choice, now=now, then=then)),
        "more": len(order.lines) - len(lines),
        "sides": [(say("In force"), costs(order, now, choice)), (say("Draft"), costs(order, then, choice))],
    }


def _typed(name: str) -> str:
    text = request.args.get(name, "")[:LONGEST].strip()
    return text if text.isprintable() else ""


def _wanted() -> Resolution | None:
    word = _typed("wanted")
    return Resolution(word) if word in set(Resolution) else None
