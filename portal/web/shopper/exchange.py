"""What the shopper would like for each article: another size or colour first, and what if it is sold out."""

import uuid
from contextlib import nullcontext, suppress
from typing import Any
from uuid import UUID

from flask import request
from flask import url_for as link

from portal.catalogue import Variant
from portal.errors import NotFound, Refusal
from portal.i18n import Message, say
from portal.policies import Instead
from portal.returns.drafting import must_be_draft
from portal.returns.exchanges.holding import goes_ahead
from portal.returns.exchanges.picking import (
    choose_instead,
    instead_offered,
    note_instead,
    pick,
    variants_of,
)
from portal.returns.models import Return, ReturnLine
from portal.views.exchanging import offered
from portal.web.actor import actor
from portal.web.errors import redrawn
from portal.web.forms import Form
from portal.web.operations import Answer, once, see
from portal.web.rendering import go, page
from portal.web.shopper.orders import address, draft_for, due_before, way
from portal.web.shopper.wizard import get, post

INSTEAD = {
    Instead.ORIGINAL: say("My money back"),
    Instead.STORE_CREDIT: say("Store credit"),
    Instead.WAIT: say("Wait for it"),
}


class Exchange(Form):
    """Hand-written inputs: a return line's id holds the variant that was picked, "instead" what if it is sold
    out."""


@get("/orders/<uuid:order>/exchange", gifts=False)
def exchange(order: uuid.UUID) -> Any:
    draft = draft_for(order)
    missing = due_before("exchange", draft)
    if draft is None or missing:
        return go(address(missing or "items", order))
    return _page(draft)


@post("/orders/<uuid:order>/exchange", gifts=False)
@redrawn(by=exchange)
def keep_exchange(order: uuid.UUID) -> Any:
    draft = draft_for(order)
    if draft is None:
        return go(address("items", order))
    form, sought = _form(draft), typed_id("other")
    if not form.sent() or (sought is None and _unpicked(draft, form)):
        return _page(draft, form), 422
    if sought:
        return see(once(form, actor(), lambda: _keep_some(draft, line_of(draft, sought))))
    return see(once(form, actor(), lambda: _keep(draft)))


def _unpicked(draft: Return, form: Exchange) -> bool:
    """Note everything that is missing at once."""
    for line in draft.lines:
        if typed_id(str(line.id)) is None:
            missing = say("Choose what you would like for {title}.", title=line.order_line.title)
            form.at_places[str(line.id)] = missing
    if _instead() is None:
        form.at_places["instead"] = say("Say what you would like if it is sold out.")
    return bool(form.at_places)


def _keep(draft: Return) -> Answer:
    must_be_draft(draft)
    for line, variant in _chosen(draft):
        take(draft, line, variant)
    choose_instead(draft, _instead(), actor())
    return Answer(address("review", draft.order_id))


def _keep_some(draft: Return, sought: ReturnLine) -> Answer:
    """What is chosen so far is there again when they come back from looking for another article."""
    must_be_draft(draft)
    for line, variant in _chosen(draft):
        with suppress(Refusal) if line is sought else nullcontext():
            if variant:
                take(draft, line, variant)
    if instead := _instead():
        note_instead(draft, instead, actor())
    return Answer(link(".other", order=draft.order_id, line=sought.id))


def _chosen(draft: Return) -> list[tuple[ReturnLine, Variant | None]]:
    wanted = {line: typed_id(str(line.id)) for line in draft.lines}
    variants = variants_of({id for id in wanted.values() if id})
    return [(line, variants.get(id) if id else None) for line, id in wanted.items()]


def _instead() -> Instead | None:
    word = request.form.get("instead", "")
    return Instead(word) if word in set(Instead) else None


def take(draft: Return, line: ReturnLine, variant: Variant | None) -> None:
    """Raises Refusal where it cannot be had, NotFound where there is none."""
    if variant is None:
        raise NotFound("Variant")
    pick(draft, line, variant, actor())


def line_of(draft: Return, id: uuid.UUID) -> ReturnLine:
    held = next((line for line in draft.lines if line.id == id), None)
    if held is None:
        raise NotFound("ReturnLine")
    return held


def typed_id(place: str) -> UUID | None:
    """An id as this request says; None for what is none."""
    try:
        return UUID(request.form.get(place, ""))
    except ValueError:
        return None


def _form(draft: Return) -> Exchange:
    places = {"instead", *(str(line.id) for line in draft.lines)}
    return Exchange(thing=draft, action="exchange", places=places)


def _page(draft: Return, form: Exchange | None = None) -> str:
    posted = request.method == "POST"
    chosen = {line.id: typed_id(str(line.id)) if posted else line.wanted_id for line in draft.lines}
    return page(
        "shopper/exchange.html",
        form=form or _form(draft),
        draft=draft,
        ahead=goes_ahead(draft),
        offered=offered(draft),
        chosen=chosen,
        instead=request.form.get("instead", "") if posted else draft.instead,
        ways=_ways(draft),
        way=way(draft.order_id),
    )


def _ways(draft: Return) -> list[tuple[Instead, Message]]:
    return [(instead, INSTEAD[instead]) for instead in instead_offered(draft)]
