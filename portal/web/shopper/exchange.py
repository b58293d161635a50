"""What the shopper would like for each article: another size or colour first, or anything else."""

import uuid
from typing import Any
from uuid import UUID

from flask import request
from flask import url_for as link

from portal.errors import NotFound
from portal.i18n import Message, say
from portal.policies import Instead
from portal.returns.drafting import must_be_draft
from portal.returns.exchanges.holding import goes_ahead
from portal.returns.exchanges.picking import choose_instead, instead_offered, pick, variants_of
from portal.returns.models import Return, ReturnLine
from portal.views.exchanging import MOST, found, offered
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


class Other(Form):
    """One hand-written choice, "variant"."""


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
    form = _form(draft)
    if not form.sent() or _unpicked(draft, form):
        return _page(draft, form), 422
    return see(once(form, actor(), lambda: _keep(draft)))


def _unpicked(draft: Return, form: Exchange) -> bool:
    """Note everything that is missing at once."""
    for line in draft.lines:
        if _typed(str(line.id)) is None:
            missing = say("Choose what you would like for {title}.", title=line.order_line.title)
            form.at_places[str(line.id)] = missing
    if request.form.get("instead", "") not in set(Instead):
        form.at_places["instead"] = say("Say what you would like if it is sold out.")
    return bool(form.at_places)


def _keep(draft: Return) -> Answer:
    must_be_draft(draft)
    wanted = {line.id: _typed(str(line.id)) for line in draft.lines}
    variants = variants_of({id for id in wanted.values() if id})
    for line in draft.lines:
        _take(draft, line, variants.get(wanted[line.id]))  # type: ignore[arg-type]
    choose_instead(draft, Instead(request.form["instead"]), actor())
    return Answer(address("review", draft.order_id))


def _take(draft: Return, line: ReturnLine, variant: Any) -> None:
    if variant is None:
        raise NotFound("Variant")
    pick(draft, line, variant, actor())


@get("/orders/<uuid:order>/exchange/<uuid:line>", gifts=False)
def other(order: uuid.UUID, line: uuid.UUID) -> Any:
    draft = draft_for(order)
    missing = due_before("exchange", draft)
    if draft is None or missing:
        return go(address(missing or "items", order))
    return _search(draft, line_of(draft, line))


@post("/orders/<uuid:order>/exchange/<uuid:line>", gifts=False)
@redrawn(by=other)
def take_other(order: uuid.UUID, line: uuid.UUID) -> Any:
    draft = draft_for(order)
    if draft is None:
        return go(address("items", order))
    held = line_of(draft, line)
    form = Other(thing=draft, action=f"other/{line}", places={"variant"})
    if form.sent() and _typed("variant") is None:
        form.at_places["variant"] = say("Choose what you would like for it.")
    if not form.sent() or form.at_places:
        return _search(draft, held, form), 422
    return see(once(form, actor(), lambda: _take_other(draft, held)))


def _take_other(draft: Return, line: ReturnLine) -> Answer:
    must_be_draft(draft)
    id = _typed("variant")
    _take(draft, line, variants_of({id}).get(id) if id else None)
    return Answer(address("exchange", draft.order_id))


def line_of(draft: Return, id: uuid.UUID) -> ReturnLine:
    held = next((line for line in draft.lines if line.id == id), None)
    if held is None:
        raise NotFound("ReturnLine")
    return held


def _typed(place: str) -> UUID | None:
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
    chosen = {line.id: _typed(str(line.id)) if posted else line.wanted_id for line in draft.lines}
    return page(
        "shopper/exchange.html",
        form=form or _form(draft),
        draft=draft,
        ahead=goes_ahead(draft),
        offered=offered(draft),
        chosen=chosen,
        instead=request.form.get("instead", "") if posted else draft.instead,
        ways=_ways(draft),
        other=lambda line: link(".other", order=draft.order_id, line=line.id),
        way=way(draft.order_id),
    )


def _ways(draft: Return) -> list[tuple[Instead, Message]]:
    return [(instead, INSTEAD[instead]) for instead in instead_offered(draft)]


def _search(draft: Return, line: ReturnLine, form: Other | None = None) -> str:
    typed = " ".join(request.args.get("q", "").split())[:80]
    typed = typed if typed.isprintable() else ""
    choices = found(draft, line, typed)
    return page(
        "shopper/other.html",
        form=form or Other(thing=draft, action=f"other/{line.id}", places={"variant"}),
        draft=draft,
        line=line,
        typed=typed,
        choices=choices[:MOST],
        more=len(choices) > MOST,
        chosen=_typed("variant") or line.wanted_id,
        here=link(".other", order=draft.order_id, line=line.id),
        way=way(draft.order_id),
    )
