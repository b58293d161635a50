"""Any article of the shop for one that goes back: looked for by words, a page at a time."""

import uuid
from typing import Any
from uuid import UUID

from flask import request
from flask import url_for as link

from portal.errors import Refusal
from portal.i18n import say
from portal.returns.drafting import must_be_draft
from portal.returns.exchanges.picking import variants_of
from portal.returns.models import Return, ReturnLine
from portal.views.exchanging import found
from portal.views.paging import Spot
from portal.web.actor import actor
from portal.web.errors import redrawn
from portal.web.forms import Form
from portal.web.operations import Answer, once, see
from portal.web.rendering import go, page
from portal.web.shopper.exchange import line_of, take, typed_id
from portal.web.shopper.orders import address, draft_for, due_before, way
from portal.web.shopper.wizard import get, post


class Other(Form):
    """One hand-written choice, "variant"."""


@get("/orders/<uuid:order>/exchange/<uuid:line>", gifts=False)
def other(order: uuid.UUID, line: uuid.UUID) -> Any:
    draft = draft_for(order)
    missing = due_before("exchange", draft)
    if draft is None or missing:
        return go(address(missing or "items", order))
    return _page(draft, line_of(draft, line))


@post("/orders/<uuid:order>/exchange/<uuid:line>", gifts=False)
@redrawn(by=other)
def take_other(order: uuid.UUID, line: uuid.UUID) -> Any:
    draft = draft_for(order)
    if draft is None:
        return go(address("items", order))
    held = line_of(draft, line)
    form = _form(draft, held)
    if form.sent() and typed_id("variant") is None:
        form.at_places["variant"] = say("Choose what you would like for it.")
    if not form.sent() or form.at_places:
        return _page(draft, held, form), 422
    return see(once(form, actor(), lambda: _take(draft, held)))


def _form(draft: Return, line: ReturnLine) -> Other:
    return Other(thing=draft, action=f"other/{line.id}", places={"variant"})


def _take(draft: Return, line: ReturnLine) -> Answer:
    must_be_draft(draft)
    id = typed_id("variant")
    try:
        take(draft, line, variants_of({id}).get(id) if id else None)
    except Refusal as refused:  # it is about the list here, and on the page before about the line
        raise Refusal(refused.message, "variant") from refused
    return Answer(address("exchange", draft.order_id))


def _page(draft: Return, line: ReturnLine, form: Other | None = None) -> str:
    """The address of the form is that of the page, so what was looked for is there again after a refusal."""
    typed, spot = _words(), Spot(_id("after"), _id("before"))
    part = found(draft, line, typed, spot)
    here = link(".other", order=draft.order_id, line=line.id)

    def at(**where: Any) -> str:
        return link(".other", order=draft.order_id, line=line.id, q=typed or None, **where)

    return page(
        "shopper/other.html",
        form=form or _form(draft, line),
        draft=draft,
        line=line,
        typed=typed,
        choices=part.rows,
        before=at(before=part.before) if part.before else None,
        after=at(after=part.after) if part.after else None,
        chosen=typed_id("variant") or line.wanted_id,
        searched=here,
        here=at(after=spot.after, before=spot.before),
        way=way(draft.order_id),
    )


def _words() -> str:
    typed = " ".join(request.args.get("q", "").split())[:80]
    return typed if typed.isprintable() else ""


def _id(name: str) -> UUID | None:
    return request.args.get(name, type=UUID)
